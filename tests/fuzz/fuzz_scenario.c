/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a scenario; what stands behind the first byte 1 is its workload.
 */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "sim/interface/scenario_file.h"

static void check_scenario(const struct scenario *scenario) {
    const struct workload *workload = &scenario->workload;
    for (size_t i = 0; i < workload->n_requests; i++) {
        if (!(workload->request_time_s[i] >= (i ? workload->request_time_s[i - 1] : 0))) abort();
        if (workload->request_client[i] >= workload->n_clients) abort();
    }
    char text[4096];
    for (size_t i = 0; i < scenario->params.n; i++) {
        const struct param *param = &scenario->params.params[i];
        const struct param_value *value = &scenario->params.values[i];
        if (value->number < param->min && param->type != PARAM_CHOICE) abort();
        param_print(&scenario->params, i, text, sizeof text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *border = size ? memchr(data, 1, size) : NULL;
    size_t ini_size = border ? (size_t)(border - data) : size;
    char ini[32], csv[32];
    int ini_file = fuzz_file(data, ini_size, ini);
    int csv_file = border ? fuzz_file(border + 1, size - ini_size - 1, csv) : -1;
    struct setting setting = {"workload.file", csv};
    struct arena arena;
    struct diag diag = {0};
    struct scenario scenario;
    arena_open(&arena, (size_t)1 << 32);
    bool ok = scenario_file_read(ini, &setting, border ? 1 : 0, &scenario, &arena, &diag);
    fuzz_check_diag(&diag);
    if (ok != diag_ok(&diag)) abort();
    if (ok) check_scenario(&scenario);
    arena_close(&arena);
    close(ini_file);
    if (csv_file >= 0) close(csv_file);
    return 0;
}
