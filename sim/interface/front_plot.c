/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/front_plot.h"

#include <math.h>

#include "sim/interface/folder.h"
#include "sim/interface/plot.h"

/* ---- data ---------------------------------------------------------------------------------------------- */

static void put_band(FILE *out, struct estimate estimate) {
    double half = isnan(estimate.half_width) ? 0 : estimate.half_width;
    fprintf(out, ",%.10g,%.10g,%.10g", estimate.mean, estimate.mean - half, estimate.mean + half);
}

static double x_of(const struct front_plot *plot, size_t i) { return plot->points[i].cost[0].mean; }
static double y_of(const struct front_plot *plot, size_t i) { return plot->points[i].cost[1].mean; }

/* Names would stand over each other: the best and the knee have theirs, then those that are far enough from what is named. */
static void name_points(const struct front_plot *plot, bool *is_named) {
    const double near = 0.035; /* of the ranges */
    double low_x = HUGE_VAL, high_x = -HUGE_VAL, low_y = HUGE_VAL, high_y = -HUGE_VAL;
    for (size_t i = 0; i < plot->n; i++) {
        low_x = fmin(low_x, x_of(plot, i)), high_x = fmax(high_x, x_of(plot, i)); /* fmin and fmax leave NAN out */
        low_y = fmin(low_y, y_of(plot, i)), high_y = fmax(high_y, y_of(plot, i));
        is_named[i] = plot->points[i].is_knee || plot->points[i].is_best;
    }
    for (size_t i = 0; i < plot->n; i++) {
        bool free = !is_named[i] && !plot->points[i].is_minor;
        for (size_t j = 0; j < plot->n && free; j++)
            free = !is_named[j] || fabs(x_of(plot, i) - x_of(plot, j)) > 2 * near * (high_x - low_x) ||
                   fabs(y_of(plot, i) - y_of(plot, j)) > near * (high_y - low_y);
        is_named[i] = is_named[i] || free;
    }
}

static void put_point(FILE *out, const struct front_plot *plot, size_t i, bool is_named) {
    const struct front_point *point = &plot->points[i];
    results_put_text(out, is_named ? point->label : "");
    put_band(out, point->cost[0]);
    put_band(out, point->cost[1]);
    fprintf(out, ",%.10g,%d,%d,%d\n", plot->n_costs > 2 ? point->cost[2].mean : 0, point->is_front, point->is_knee, point->is_best);
}

static void put_data(FILE *out, const struct front_plot *plot, struct arena *arena) {
    bool *is_named = ARENA_NEW(arena, plot->n, bool);
    name_points(plot, is_named);
    fputs("label,x,x_low,x_high,y,y_low,y_high,z,front,knee,best\n", out);
    for (size_t i = 0; i < plot->n; i++)
        if (!isnan(x_of(plot, i)) && !isnan(y_of(plot, i))) put_point(out, plot, i, is_named[i]);
}

/* ---- words --------------------------------------------------------------------------------------------- */

/* Text between quotes in which gnuplot sees nothing special but the quote. */
static void assign(FILE *out, const char *name, const char *text) {
    fprintf(out, "%s = '", name);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', out);
        if (*text != '\n' && *text != '\r') fputc(*text, out);
    }
    fputs("'\n", out);
}

static void put_settings(FILE *out, const struct front_plot *plot) {
    static const char *const names[FRONT_PLOT_COSTS_MAX] = {"x_name", "y_name", "z_name"}, *const units[FRONT_PLOT_COSTS_MAX] = {"x_unit", "y_unit", "z_unit"};
    fputs("has_results = 0\n", out);
    assign(out, "formats", "svg png");
    assign(out, "scenario", plot->scenario);
    assign(out, "factor", plot->factor);
    assign(out, "factor_unit", plot->factor_unit);
    assign(out, "objective", plot->objective);
    assign(out, "knee_words", plot->knee_words);
    assign(out, "best_words", plot->best_words);
    fprintf(out, "has_z = %d\nsettings = %zu\n", plot->n_costs > 2, plot->n);
    for (size_t k = 0; k < plot->n_costs; k++) {
        assign(out, names[k], plot->name[k]);
        assign(out, units[k], plot->unit[k]);
    }
}

/* ---- the picture --------------------------------------------------------------------------------------- */

bool front_plot_write(const struct study_request *request, const struct front_plot *plot, struct arena *arena, struct diag *diag) {
    const char *path;
    FILE *file = folder_file(request, "front_data.csv", NULL, &path, arena, diag);
    if (!file) return false;
    put_data(file, plot, arena);
    if (!folder_close_file(file, path, diag)) return false;
    file = folder_file(request, "front_settings.gp", NULL, &path, arena, diag);
    if (!file) return false;
    put_settings(file, plot);
    return folder_close_file(file, path, diag);
}

bool front_plot_draw(const struct study_request *request) {
    struct diag drawing = {0};
    if (request->no_plots) return false;
    plot_script_draw(request->output_dir, "front.gp", &drawing);
    if (!diag_ok(&drawing)) command_complain(&drawing);
    return diag_ok(&drawing);
}
