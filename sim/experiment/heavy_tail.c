/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/heavy_tail.h"

#include <math.h>
#include <string.h>

struct search {
    struct heavy_tail *out;
    size_t n, max;
};

static void look_at(struct search *search, const struct param_set *set, size_t index, const char *class_name) {
    enum param_type type = set->params[index].type;
    const struct param_value *value = &set->values[index];
    if (type != PARAM_TIME_VARIATE && type != PARAM_COUNT_VARIATE) return;
    if (!(variate_variance(&value->variate) >= HUGE_VAL)) return;
    if (search->n < search->max)
        search->out[search->n] = (struct heavy_tail){.parameter = set->params[index].name,
                                                     .text = value->text,
                                                     .class_name = class_name,
                                                     .no_mean = variate_mean(&value->variate) >= HUGE_VAL};
    search->n++;
}

/* Of the class section classes are what counts, where there are any. */
size_t heavy_tail_find(const struct scenario *scenario, struct heavy_tail *out, size_t max) {
    struct search search = {.out = out, .max = max};
    const struct workload *workload = &scenario->workload;
    const char *section = scenario->model->class_section;
    for (size_t i = 0; i < scenario->params.n; i++) {
        bool is_class = section && strncmp(scenario->params.params[i].name, section, strlen(section)) == 0;
        if (!is_class || workload->n_classes == 0) look_at(&search, &scenario->params, i, NULL);
        for (size_t k = 0; is_class && k < workload->n_classes; k++)
            look_at(&search, &workload->classes[k], i, workload->class_names[k]);
    }
    return search.n;
}

bool heavy_tail_concerns(const struct model *model, size_t column) {
    char name[96];
    const struct measure *measure = model_column(model, column, name, sizeof name);
    size_t first = model_first_column(model, (size_t)(measure - model->measures));
    return column == first || (measure->kind == MEASURE_LEVEL && column > first + LOOKS_QUANTILES);
}
