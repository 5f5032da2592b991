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

/* An axis from one cost's least to its most. What differs by more than FAR is told apart on a logarithmic axis only. */
#define FAR 30
struct axis {
    bool is_log;
    double low, high; /* of the means, logarithms if is_log */
};

static double place_of(const struct axis *axis, double value) { return axis->is_log ? log(value) : value; }

static struct axis axis_of(const struct front_plot *plot, size_t k) {
    double least = HUGE_VAL, low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t i = 0; i < plot->n; i++) {
        struct estimate cost = plot->points[i].cost[k];
        double half = isnan(cost.half_width) ? 0 : cost.half_width;
        least = fmin(least, cost.mean - half); /* fmin and fmax leave NAN out */
        low = fmin(low, cost.mean), high = fmax(high, cost.mean);
    }
    struct axis axis = {.is_log = least > 0 && high > FAR * low};
    axis.low = place_of(&axis, low);
    axis.high = place_of(&axis, high);
    return axis;
}

/* As a share of the axis. */
static double distance(const struct front_plot *plot, const struct axis *axis, size_t k, size_t i, size_t j) {
    double apart = place_of(axis, plot->points[i].cost[k].mean) - place_of(axis, plot->points[j].cost[k].mean);
    return fabs(apart) / (axis->high - axis->low);
}

/* Names would stand over each other: the best and the knee have theirs, then those that are far enough from what is named. */
static void name_points(const struct front_plot *plot, bool *is_named) {
    const double near = 0.035;
    struct axis x = axis_of(plot, 0), y = axis_of(plot, 1);
    for (size_t i = 0; i < plot->n; i++) is_named[i] = plot->points[i].is_knee || plot->points[i].is_best;
    for (size_t i = 0; i < plot->n; i++) {
        bool free = !is_named[i] && !plot->points[i].is_minor;
        for (size_t j = 0; j < plot->n && free; j++)
            free = !is_named[j] || distance(plot, &x, 0, i, j) > 2 * near || distance(plot, &y, 1, i, j) > near;
        is_named[i] = is_named[i] || free;
    }
}

static bool is_drawn(const struct front_point *point) { return !isnan(point->cost[0].mean) && !isnan(point->cost[1].mean); }

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
        if (is_drawn(&plot->points[i])) put_point(out, plot, i, is_named[i]);
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
    fprintf(out, "has_z = %d\nx_log = %d\ny_log = %d\nsettings = %zu\n", plot->n_costs > 2, axis_of(plot, 0).is_log, axis_of(plot, 1).is_log, plot->n);
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
