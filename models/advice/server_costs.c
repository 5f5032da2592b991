/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/server_costs.h"

enum { ARCHITECTURES = 4 };

/* By architecture, in the order of ARCHITECTURE_*; NULL: the default. */
static const struct {
    enum web_param param;
    const char *text[ARCHITECTURES];
} costs[] = {
    /*                        prefork    worker     event      nginx */
    {CPU_REQUEST,            {"74us",    "60us",    "63us",    "19us"}},
    {CPU_CONNECTION,         {"77us",    "149us",   "96us",    "36us"}},
    {CPU_WAKE,               {"101us",   "127us",   "204us",   "73us"}},
    {CPU_WARM,               {"100ms",   "100ms",   "100ms",   "100ms"}},
    {CPU_DYNAMIC,            {"22ms",    "22ms",    "22ms",    "22ms"}},
    {MEMORY_SHARED,          {"3860KiB", "3867KiB", "3757KiB", "8900KiB"}},
    {MEMORY_DAEMON_RSS,      {"4669KiB", "4700KiB", "4700KiB", "16MB"}},
    {MEMORY_DAEMON_PRIVATE,  {"242KiB",  "153KiB",  "150KiB",  "0"}},
    {MEMORY_DAEMON_KERNEL,   {"160KiB",  "160KiB",  "160KiB",  "160KiB"}},
    {MEMORY_THREAD_IDLE,     {NULL,      "26KiB",   "26KiB",   NULL}},
    {MEMORY_THREAD_USED,     {NULL,      "68KiB",   "63KiB",   NULL}},
    {MEMORY_THREAD_KERNEL,   {NULL,      "45KiB",   "45KiB",   NULL}},
    {MEMORY_CONNECTION,      {NULL,      NULL,      "27KiB",   "0.528kB"}},
    {MEMORY_DYNAMIC,         {"115KiB",  "115KiB",  "115KiB",  "115KiB"}},
};

void server_costs_apply(int architecture, struct param_set *set, struct arena *arena) {
    struct diag diag = {0};
    for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
        const char *text = costs[i].text[architecture];
        struct param_value *value = &set->values[costs[i].param];
        if (!text || value->given) continue;
        bool ok = param_assign(set, costs[i].param, text, (struct place){.file = "measured"}, NULL, arena, &diag);
        SIM_ASSERT(ok);
        value->given = false; /* nobody has: a later preset or --set is what was given */
    }
}

const char *server_costs_of(int architecture) {
    static const char *const names[ARCHITECTURES] = {"Apache 2.4.71 prefork", "Apache 2.4.71 worker", "Apache 2.4.71 event", "nginx 1.22.1"};
    return names[architecture];
}
