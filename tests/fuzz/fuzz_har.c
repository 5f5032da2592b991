/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a HAR, with the host of its first entry and with one that is asked for; what is taken must add up, and stand the analysis
 * that linger import makes of it.
 */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz.h"

#include "models/advice/log_file.h"
#include "models/advice/log_time.h"
#include "models/advice/visit_rates.h"

static void check_requests(const struct request_log *log) {
    for (size_t i = 0; i < log->n; i++) {
        const struct logged *request = &log->requests[i];
        if (request->client >= log->clients.n || request->status < 100 || request->status > 999) abort();
        if (request->bytes < -1 || request->duration_us < -1 || request->connection > log->connections.n) abort();
        if (i > 0 && log->requests[i - 1].time_us > request->time_us) abort();
    }
}

static void check_visits(const struct request_log *log, int64_t step_us, struct arena *arena) {
    struct visits visits;
    struct visit_rates rates;
    uint64_t begun = 0;
    visits_open(&visits, log, 0, 1800, arena);
    visit_rates_open(&rates, &visits, log, step_us, arena);
    for (size_t i = 0; i < rates.n_steps && rates.visits; i++) {
        begun += rates.visits[i];
        if (!(rates.factor[i] >= 0) || !(rates.factor[i] < 1e300)) abort();
    }
    if (rates.visits && begun != visits.n_visits) abort();
}

static void check_har(const uint8_t *data, size_t size, const char *host) {
    char path[32];
    const char *name = NULL;
    struct arena arena;
    struct request_log log;
    struct diag diag = {0};
    arena_open(&arena, (size_t)1 << 32);
    int descriptor = fuzz_file(data, size, path);
    request_log_open(&log, true, &arena);
    log_file_read(path, &(struct log_reading){.form = FORM_HAR, .host = host}, &log, &name, &diag);
    fuzz_check_diag(&diag);
    if (log.n + log.n_wrong + log.n_elsewhere != log.n_lines) abort();
    request_log_sort(&log);
    check_requests(&log);
    if (log.n > 0) check_visits(&log, size % 2 ? MICROSECONDS : 0, &arena);
    request_log_close(&log);
    close(descriptor);
    arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    check_har(data, size, NULL);
    check_har(data, size, "a");
    return 0;
}
