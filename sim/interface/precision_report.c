/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/precision_report.h"

#include <math.h>

#include "sim/interface/json.h"
#include "sim/interface/report.h"

enum { NAME_BYTES = 96, NUMBER_BYTES = 32 };

/* ---- words ------------------------------------------------------------------------------------------- */

static void put_verdict(FILE *out, const struct scenario *scenario, const struct precision_look *look) {
    const struct param_value *run = scenario->run.values;
    char goal[NUMBER_BYTES];
    snprintf(goal, sizeof goal, "%.6g", 100 * precision_goal(scenario));
    if (look->state == PRECISION_REACHED)
        fprintf(out, "precision %s %% reached; ", goal);
    else if (look->state == PRECISION_NOTHING_TO_JUDGE)
        fprintf(out, "precision %s %%: nothing to judge\n", goal);
    else if (look->n < (uint32_t)run[RUN_REPLICATIONS_MAX].number)
        fprintf(out, "precision %s %% NOT reached: the budget of %s is used up\n", goal, run[RUN_TIME_BUDGET].text);
    else
        fprintf(out, "precision %s %% NOT reached: the budget of %u replications is used up\n", goal, look->n);
}

static void put_widest(FILE *out, const struct scenario *scenario, const struct precision_look *look) {
    char name[NAME_BYTES], relative[NUMBER_BYTES];
    if (look->n_judged == 0) return;
    model_column(scenario->model, look->widest, name, sizeof name);
    if (look->n_judged > 1) fprintf(out, "widest of %u measures: ", look->n_judged);
    else fputs("judged: ", out);
    if (isfinite(look->relative))
        fprintf(out, "%s, ±%s %%\n", name, report_number(100 * look->relative, 3, relative, sizeof relative));
    else
        fprintf(out, "%s, without an interval\n", name);
}

/* The next measure that could not be judged. `at` and `index` as precision_measure leaves them. */
static bool next_unjudged(const struct scenario *scenario, const struct precision_look *look, const char **at,
                          uint32_t *index, struct span *name) {
    size_t column;
    while (precision_measure(scenario, at, &column, name))
        if (look->unjudged >> (*index)++ & 1) return true;
    return false;
}

static void put_unjudged(FILE *out, const struct scenario *scenario, const struct precision_look *look) {
    const char *at = NULL;
    uint32_t index = 0;
    struct span name;
    if (!look->unjudged) return;
    fputs("not judged, since never observed or always 0:", out);
    for (const char *comma = " "; next_unjudged(scenario, look, &at, &index, &name); comma = ", ")
        fprintf(out, "%s%.*s", comma, (int)name.length, name.text);
    fputc('\n', out);
}

void precision_report_text(FILE *out, const struct scenario *scenario, const struct precision_look *look) {
    if (look->state == PRECISION_NOT_ASKED) return;
    put_verdict(out, scenario, look);
    put_widest(out, scenario, look);
    put_unjudged(out, scenario, look);
}

/* ---- JSON -------------------------------------------------------------------------------------------- */

static void put_json_widest(FILE *out, const struct scenario *scenario, const struct precision_look *look) {
    char name[NAME_BYTES];
    json_key(out, "widest");
    if (look->n_judged == 0) {
        fputs("null", out);
        return;
    }
    model_column(scenario->model, look->widest, name, sizeof name);
    json_text(out, name);
}

static void put_json_unjudged(FILE *out, const struct scenario *scenario, const struct precision_look *look) {
    const char *at = NULL;
    uint32_t index = 0;
    struct span name;
    json_key(out, "not_judged");
    fputc('[', out);
    for (const char *comma = ""; next_unjudged(scenario, look, &at, &index, &name); comma = ", ")
        fprintf(out, "%s\"%.*s\"", comma, (int)name.length, name.text);
    fputc(']', out);
}

void precision_report_json(FILE *out, const struct scenario *scenario, const struct precision_look *look) {
    if (look->state == PRECISION_NOT_ASKED) return;
    fputs(",\n  \"stopped\": {\"reason\": ", out);
    json_text(out, precision_reason(scenario, look));
    fputs(", \"precision\": ", out);
    json_number(out, precision_goal(scenario));
    fprintf(out, ", \"replications\": %u,\n    ", look->n);
    put_json_widest(out, scenario, look);
    fputs(", \"relative_half_width\": ", out);
    json_number(out, look->relative);
    fputs(", ", out);
    put_json_unjudged(out, scenario, look);
    fputc('}', out);
}
