/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a configuration of Apache (even first byte) or nginx (odd); when it is one, its idle limit and its pool are changed and
 * the change is read again.
 */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "models/advice/config.h"

static void check(const struct config *config) {
    if (!config_find(config, SERVER_ARCHITECTURE) || !config_find(config, SERVER_IDLE_LIMIT)) abort();
    for (size_t i = 0; i < config->n_settings; i++)
        if (config->settings[i].from && config->settings[i].from->end > config->settings[i].from->file->bytes) abort();
    for (size_t i = 0; i < config->n_remarks; i++)
        if (!config->remarks[i].reason) abort();
}

/* config_change reads what it made once more and complains when a value is not the wanted one: all it may complain about here. */
static void change(const struct config *config, const char *path, const struct config_options *options, struct arena *arena) {
    static const struct setting wanted[] = {
        {"server.idle_limit", "1234ms"}, {"server.requests_per_connection", "77"}, {"server.backlog", "99"}};
    struct diag diag = {0};
    const char *applied_in;
    size_t n_changes;
    FILE *out = fopen("/dev/null", "w");
    if (!out) abort();
    (void)config_change(config, path, options, wanted, 3, out, out, &applied_in, &n_changes, arena, &diag);
    fuzz_check_diag(&diag);
    fclose(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[32];
    if (size == 0) return 0;
    int file = fuzz_file(data + 1, size - 1, path);
    struct config_options options = {.product = data[0] % 2 ? CONFIG_NGINX : CONFIG_APACHE};
    struct config config;
    struct diag diag = {0};
    struct arena arena;
    arena_open(&arena, (size_t)1 << 34);
    bool ok = config_read(path, &options, &config, &arena, &diag);
    fuzz_check_diag(&diag);
    if (ok != diag_ok(&diag)) abort();
    if (ok) check(&config);
    if (ok) change(&config, path, &options, &arena);
    arena_close(&arena);
    close(file);
    return 0;
}
