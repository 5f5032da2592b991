/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which settings are worth trying.
 */
#include "models/advice/advise.h"

#include <string.h>

#include "models/models.h"
#include "sim/kernel/text.h"

static const char *number(struct advise *advise, double value) {
    char text[TEXT_NUMBER_BYTES];
    text_print_number(value, text, sizeof text);
    return arena_text(advise->arena, text, strlen(text));
}

static void propose(struct advise *advise, const struct setting *changes, size_t n) {
    if (advise->n_settings == ADVISE_SETTINGS_MAX) return;
    struct advise_setting *setting = &advise->settings[advise->n_settings++];
    *setting = (struct advise_setting){.n = n};
    for (size_t i = 0; i < n; i++) setting->changes[i] = changes[i];
}

enum { IDLE_LEVELS_MAX = 10 };

/* Idle limits other than the present one, the nearest to it first. Keep-alive off is the last resort: 0. */
static size_t idle_levels(struct advise *advise, double out[IDLE_LEVELS_MAX]) {
    static const double usual[] = {1, 2, 5, 10, 15, 30, 60, 120};
    const struct param_value *v = advise->scenario.params.values;
    bool on = v[SERVER_KEEPALIVE].number > 0;
    double present_s = on ? v[SERVER_IDLE_LIMIT].number : 0;
    double best_s = advise->has_log ? reuse_curve_best(&advise->import.curve, advise->opening_cost_s, 1).idle_limit_s : 0;
    size_t n = 0;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (usual[i] != present_s) out[n++] = usual[i];
    bool known = best_s == present_s || best_s <= 0 || best_s > usual[sizeof usual / sizeof usual[0] - 1];
    for (size_t i = 0; i < n; i++) known |= out[i] == best_s;
    if (!known) out[n++] = best_s;
    for (size_t i = 1; i < n; i++) /* insertion by distance */
        for (size_t j = i; j > 0 && fabs(log(out[j] / fmax(present_s, 1))) < fabs(log(out[j - 1] / fmax(present_s, 1))); j--) {
            double swapped = out[j];
            out[j] = out[j - 1];
            out[j - 1] = swapped;
        }
    return n;
}

static struct setting idle_change(struct advise *advise, double idle_s) {
    return (struct setting){"server.idle_limit", number(advise, idle_s)};
}

/* More slots, as many as the memory allows: twice and four times, where the limit is reached. */
static size_t raised(struct advise *advise, struct setting out[2]) {
    double present = advise->scenario.params.values[advise->fit.limit].number, most = fit_limit(&advise->fit);
    size_t n = 0;
    if (advise->slots.cause == CAUSE_NOT_REACHED) return 0;
    for (double times = 2; times <= 4; times *= 2)
        if (times * present <= most) out[n++] = (struct setting){web_params[advise->fit.limit].name, number(advise, times * present)};
    return n;
}

static bool found(const struct advise *advise, const char *rule) {
    for (size_t i = 0; i < advise->n_findings; i++)
        if (strcmp(advise->findings[i].rule, rule) == 0) return true;
    return false;
}

/* Where slots are short because connections hold them, longer ones alone only make it worse. */
static bool is_hopeless(const struct advise *advise, double idle_s) {
    const struct param_value *v = advise->scenario.params.values;
    return advise->slots.cause == CAUSE_KEEPALIVE && v[SERVER_KEEPALIVE].number > 0 && idle_s > v[SERVER_IDLE_LIMIT].number;
}

/* One change first, then two: of equals the first is taken. */
void advise_propose(struct advise *advise) {
    double idle_s[IDLE_LEVELS_MAX];
    struct setting more[2];
    size_t n_idle = idle_levels(advise, idle_s), n_more = raised(advise, more);
    bool on = advise->scenario.params.values[SERVER_KEEPALIVE].number > 0;
    struct setting requests = {"server.requests_per_connection", "1000"}, off = {"server.keepalive", "off"};
    propose(advise, NULL, 0);
    if (found(advise, "request-limit")) propose(advise, &requests, 1);
    for (size_t i = 0; i < n_idle && on; i++)
        if (!is_hopeless(advise, idle_s[i])) propose(advise, (struct setting[]){idle_change(advise, idle_s[i])}, 1);
    for (size_t i = 0; i < n_more; i++) propose(advise, &more[i], 1);
    for (size_t i = 0; i < n_idle && !on; i++)
        propose(advise, (struct setting[]){{"server.keepalive", "on"}, idle_change(advise, idle_s[i])}, 2);
    for (size_t i = 0; i < n_idle && on && n_more > 0; i++)
        propose(advise, (struct setting[]){idle_change(advise, idle_s[i]), more[n_more - 1]}, 2);
    if (found(advise, "request-limit"))
        for (size_t i = 0; i < n_idle && on; i++) propose(advise, (struct setting[]){idle_change(advise, idle_s[i]), requests}, 2);
    if (on) propose(advise, &off, 1);
}
