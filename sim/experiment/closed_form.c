/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/closed_form.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "sim/kernel/text.h"

enum { VALUE_BYTES = 4096 };

/* For one copy of the parameters of any model. */
static const size_t ARENA_BYTES = (size_t)1 << 26;

/* ---- the case ------------------------------------------------------------------------------------------ */

static void assign(struct scenario *scenario, const char *text, size_t length, const char *file,
                   param_column_fn *column_fn, struct diag *diag) {
    struct span setting = span_trim((struct span){text, length});
    const char *equals = memchr(setting.text, '=', setting.length);
    if (setting.length == 0) return;
    SIM_ASSERT(equals);
    struct span key = span_trim((struct span){setting.text, (size_t)(equals - setting.text)});
    const char *name = arena_text(scenario->arena, key.text, key.length);
    const char *value = arena_text(scenario->arena, equals + 1, (size_t)(setting.text + setting.length - equals - 1));
    scenario_assign(scenario, name, value, (struct place){.file = file, .column = name}, column_fn, diag);
}

void closed_form_assign_all(struct scenario *scenario, const char *settings, const char *file,
                            param_column_fn *column_fn, struct diag *diag) {
    while (*settings) {
        size_t length = strcspn(settings, ";");
        assign(scenario, settings, length, file, column_fn, diag);
        settings += length + (settings[length] == ';');
    }
}

/* "memory." stands for the whole section. */
static bool is_free(const char *list, const char *name) {
    for (size_t length; *list; list += length + (list[length] == ' ')) {
        length = strcspn(list, " ");
        bool section = length > 0 && list[length - 1] == '.';
        if (strncmp(list, name, length) == 0 && (section || name[length] == '\0')) return true;
    }
    return false;
}

static bool is_same(const struct param_set *a, const struct param_set *b, size_t index) {
    char of_a[VALUE_BYTES], of_b[VALUE_BYTES];
    return strcmp(param_print(a, index, of_a, sizeof of_a), param_print(b, index, of_b, sizeof of_b)) == 0;
}

static bool is_base(const struct special_case *special, const struct scenario *scenario, struct arena *arena) {
    struct diag diag = {0};
    struct scenario base = scenario_open(scenario->model, special->name, arena);
    closed_form_assign_all(&base, special->base, special->name, NULL, &diag);
    SIM_ASSERT(diag_ok(&diag));
    for (size_t i = 0; i < base.params.n; i++)
        if (!is_free(special->free, base.params.params[i].name) && !is_same(&base.params, &scenario->params, i)) return false;
    return true;
}

bool closed_form_applies(const struct special_case *special, const struct scenario *scenario) {
    struct arena arena;
    if (!scenario_is_steady(scenario) || scenario->workload.n_classes || scenario->workload.n_think_users) return false;
    arena_open(&arena, ARENA_BYTES);
    bool applies = is_base(special, scenario, &arena) && special->holds(&scenario->params);
    arena_close(&arena);
    return applies;
}

size_t closed_form_find(const struct scenario *scenario, const struct closed_form **forms, double *exact) {
    const struct model *model = scenario->model;
    const struct special_case *last = NULL;
    bool applies = false;
    size_t n = 0, columns = model_columns(model);
    for (size_t c = 0; c < columns; c++) forms[c] = NULL;
    for (size_t i = 0; i < model->n_forms; i++) {
        const struct closed_form *form = &model->forms[i];
        size_t column = model_column_find(model, form->measure);
        SIM_ASSERT(column < columns);
        if (form->of != last) applies = closed_form_applies(form->of, scenario);
        last = form->of;
        if (!applies || forms[column]) continue;
        exact[column] = form->exact(&scenario->params);
        if (!isfinite(exact[column])) continue;
        forms[column] = form;
        n++;
    }
    return n;
}

/* ---- the comparison --------------------------------------------------------------------------------------- */

static const double ROUNDING = 1e-12;

double closed_form_probability(const struct estimate *estimate, double exact) {
    double difference = fabs(estimate->mean - exact);
    if (estimate->n < 2 || isnan(estimate->standard_error)) return NOTHING_OBSERVED;
    if (difference <= ROUNDING * fabs(exact)) return 1;
    if (!(estimate->standard_error > 0) && !(fabs(estimate->mean) > 0)) return NOTHING_OBSERVED;
    double z = estimate_compare(estimate, exact).z;
    return isfinite(z) ? 2 * gsl_cdf_tdist_Q(fabs(z), (double)estimate->n - 1) : 0;
}
