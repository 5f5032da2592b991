/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/import.h"

#include <math.h>

#include "sim/interface/command.h"

/* The first lines that did not fit, and how many there were. */
static void tell_wrong(const struct request_log *log) {
    enum { SHOWN = 5 };
    const struct diag *wrong = &log->wrong;
    for (size_t i = 0; i < wrong->count && i < SHOWN; i++) fprintf(stderr, "linger: %s\n", wrong->text[i]);
    if (wrong->count > 0)
        fprintf(stderr, "linger: %zu of %llu lines were not understood%s\n", wrong->count, (unsigned long long)log->n_lines,
                wrong->count > SHOWN ? "; the first are above" : "");
}

static int read_logs(struct import *import) {
    const struct import_request *request = import->request;
    struct diag diag = {0};
    for (size_t i = 0; i < request->n_files && diag_ok(&diag); i++)
        log_file_read(request->files[i], &request->reading, &import->log, &import->form, &diag);
    tell_wrong(&import->log);
    if (diag_ok(&diag) && import->log.n == 0)
        diag_add(&diag, STATUS_DATA, (struct place){.file = request->files[0]},
                 import->log.n_lines == 0 ? "empty, allowed: an access log, a HAR or a trace, with a request in it"
                                          : "no line is a request, allowed: common, combined, or what --format says");
    return diag_ok(&diag) ? STATUS_OK : command_complain(&diag);
}

static void open_trace(struct import *import) {
    struct request_log *log = &import->log;
    double *time_s = ARENA_NEW(import->arena, log->n, double);
    uint32_t *client = ARENA_NEW(import->arena, log->n, uint32_t);
    for (size_t i = 0; i < log->n; i++) {
        time_s[i] = request_log_time_s(log, i);
        client[i] = log->requests[i].client;
    }
    import->trace = (struct reuse_trace){log->n, time_s, client, log->clients.n};
}

static void analyse(struct import *import) {
    const struct import_request *request = import->request;
    request_log_sort(&import->log);
    open_trace(import);
    reuse_curve_open(&import->curve, &import->trace, import->arena);
    visits_open(&import->visits, &import->log, request->page_gap_s, request->visit_gap_s, import->arena);
    visit_rates_open(&import->rates, &import->visits, &import->log, (int64_t)round(request->rate_step_s * 1e6), import->arena);
    import->fit = gap_fit_best(&import->visits.think_s, (double)import->log.resolution_us / 1e6, import->arena);
}

int import_read(struct import *import) {
    int code = read_logs(import);
    if (code == STATUS_OK) analyse(import);
    return code;
}
