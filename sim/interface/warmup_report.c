/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/warmup_report.h"

#include <math.h>
#include <string.h>

#include "sim/interface/json.h"
#include "sim/kernel/text.h"

bool warmup_report_is_found(const struct scenario *scenario) {
    const struct param_value *warmup = &scenario->run.values[RUN_WARMUP];
    return strcmp(warmup->text, "auto") == 0 && !isnan(warmup->number);
}

/* ---- on stderr ----------------------------------------------------------------------------------------- */

static const char *deciding(const struct warmup *found) { return found->columns[found->deciding].name; }

static void tell_cut(const struct warmup *found, size_t n_points) {
    const struct warmup *most = NULL;
    for (size_t i = 0; i < n_points; i++)
        if (found[i].n_columns && (!most || found[i].cut_s > most->cut_s)) most = &found[i];
    if (!most) return;
    fprintf(stderr, "linger: warm-up: %g s of %g s are cut%s (MSER-5%s%s)\n", most->cut_s, most->horizon_s,
            n_points > 1 ? " at every point, the longest of all" : "", most->cut_s > 0 ? ", for " : "",
            most->cut_s > 0 ? deciding(most) : "");
}

static const struct warmup_column *too_short(const struct warmup *found) {
    for (size_t c = 0; c < found->n_columns; c++)
        if (found->columns[c].too_short) return &found->columns[c];
    return NULL;
}

static void warn_too_short(const struct warmup *found, size_t n_points) {
    size_t n = 0;
    const struct warmup *first = NULL;
    for (size_t i = 0; i < n_points; i++) {
        if (!too_short(&found[i])) continue;
        if (!first) first = &found[i];
        n++;
    }
    if (!first) return;
    fprintf(stderr, "linger: warning: ");
    if (n_points > 1) fprintf(stderr, "at %zu of %zu points ", n, n_points);
    fprintf(stderr, "%g s are too short to find the warm-up: %s does not settle in the first half;\n"
                    "linger: what is cut may not be enough. Raise run.horizon, or set run.warmup\n",
            first->horizon_s, too_short(first)->name);
}

void warmup_report_tell(const struct warmup *found, size_t n_points, bool quiet) {
    if (!quiet) tell_cut(found, n_points);
    warn_too_short(found, n_points);
}

/* ---- for machines ----------------------------------------------------------------------------------------- */

void warmup_report_json(FILE *out, const struct warmup *found) {
    if (found->n_columns == 0) return;
    fputs("  \"warmup\": {\"method\": \"MSER-5\", \"cut_s\": ", out);
    json_number(out, found->cut_s);
    fputs(", \"decided_by\": ", out);
    json_text(out, deciding(found));
    fprintf(out, ", \"replications\": %d, \"too_short\": %s},\n", WARMUP_REPLICATIONS, too_short(found) ? "true" : "false");
}

static void put_number(FILE *out, double value) {
    char text[TEXT_NUMBER_BYTES];
    fprintf(out, ",%s", text_print_number(value, text, sizeof text));
}

static void put_batch(FILE *out, const struct warmup *found, size_t batch) {
    char text[TEXT_NUMBER_BYTES];
    double from_s = (double)batch * found->batch_s;
    fputs(text_print_number(from_s + found->batch_s, text, sizeof text), out);
    fputs(from_s < found->cut_s ? ",1" : ",0", out);
    for (size_t c = 0; c < found->n_columns; c++) {
        const struct warmup_column *column = &found->columns[c];
        put_number(out, column->batches[batch]);
        if (batch + WARMUP_TAIL < found->n_batches) put_number(out, column->statistic[batch]);
        else fputc(',', out);
        fputs(from_s < column->cut_s ? ",1" : ",0", out);
    }
    fputc('\n', out);
}

void warmup_report_csv(FILE *out, const struct warmup *found) {
    fputs("time_s,cut", out);
    for (size_t c = 0; c < found->n_columns; c++)
        fprintf(out, ",%s,%s.mser,%s.cut", found->columns[c].name, found->columns[c].name, found->columns[c].name);
    fputc('\n', out);
    for (size_t i = 0; i < found->n_batches; i++) put_batch(out, found, i);
}
