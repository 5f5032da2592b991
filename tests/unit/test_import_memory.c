/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reading a log takes of memory: of a million requests by 50,000 clients, in lines of 600 bytes and, between them, 1,000 lines of 100,000
 * bytes, more than a line may have. 700 MB come through a pipe. Decided beforehand, from the arrays that request_log.h, visits.h,
 * visit_rates.h, reuse_curve.h and number_sort.h state: 120 bytes a request, 200 a client, and 32 MB of program, buffers and large pages.
 */
#define _GNU_SOURCE /* wait4 */
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/resource.h>

#include "models/advice/import.h"
#include "sim/interface/cli.h"

enum { REQUESTS = 1000000, CLIENTS = 50000, LONG_EVERY = 1000, LINE_BYTES = 600, LONG_BYTES = 100000 };
static const double BOUND_BYTES = 120.0 * REQUESTS + 200.0 * CLIENTS + 32e6;

static void write_lines(FILE *out) {
    static char agent[LONG_BYTES];
    memset(agent, 'x', sizeof agent);
    for (int i = 0; i < REQUESTS; i++) {
        int second = (int)((int64_t)i * 86400 / REQUESTS), client = (int)((int64_t)i * 7919 % CLIENTS);
        fprintf(out, "10.0.%d.%d - - [10/Oct/2000:%02d:%02d:%02d +0000] \"GET / HTTP/1.1\" 200 %d \"-\" \"%.*s\"\n", client / 256, client % 256,
                second / 3600, second / 60 % 60, second % 60, i % 50000, LINE_BYTES - 100, agent);
        if (i % LONG_EVERY == 0) fprintf(out, "%.*s\n", LONG_BYTES, agent);
    }
}

static int read_stdin(void) {
    const char *files[] = {"-"};
    const struct import_request request = {.files = files, .n_files = 1, .visit_gap_s = 1800};
    struct arena arena;
    struct import import = {.request = &request, .arena = &arena};
    arena_open(&arena, CLI_ARENA_BYTES);
    request_log_open(&import.log, false, &arena);
    if (!freopen("/dev/null", "w", stderr) || import_read(&import) != STATUS_OK) return 1;
    return import.log.n == REQUESTS && import.log.clients.n == CLIENTS && import.log.n_wrong == REQUESTS / LONG_EVERY ? 0 : 2;
}

static void memory_is_that_of_requests_and_clients(void **state) {
    (void)state;
    int ends[2], fate = -1;
    struct rusage used;
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[1]);
        _exit(dup2(ends[0], 0) == 0 ? read_stdin() : 3);
    }
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    FILE *out = fdopen(ends[1], "w");
    assert_non_null(out);
    write_lines(out);
    fclose(out);
    assert_true(wait4(child, &fate, 0, &used) == child);
    assert_int_equal(fate, 0);
    double bytes = 1024.0 * (double)used.ru_maxrss;
    print_message("# %.0f MB resident, at most %.0f\n", bytes / 1e6, BOUND_BYTES / 1e6);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they keep shadows beside */
    assert_true(bytes <= BOUND_BYTES);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_that_of_requests_and_clients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
