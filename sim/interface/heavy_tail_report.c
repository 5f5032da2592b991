/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/heavy_tail_report.h"

#include <string.h>

#include "sim/interface/json.h"

enum { TAILS_MAX = 64 };

/* As many as are different over all points. */
struct tails {
    struct heavy_tail tail[TAILS_MAX];
    size_t n;
};

static bool is_known(const struct tails *tails, const struct heavy_tail *tail) {
    for (size_t i = 0; i < tails->n; i++)
        if (strcmp(tails->tail[i].parameter, tail->parameter) == 0 && strcmp(tails->tail[i].text, tail->text) == 0) return true;
    return false;
}

static struct tails gather(const struct scenario *points, size_t n_points) {
    struct tails tails = {.n = 0};
    struct heavy_tail found[TAILS_MAX];
    for (size_t p = 0; p < n_points; p++) {
        size_t n = heavy_tail_find(&points[p], found, TAILS_MAX);
        for (size_t i = 0; i < n && i < TAILS_MAX && tails.n < TAILS_MAX; i++)
            if (!is_known(&tails, &found[i])) tails.tail[tails.n++] = found[i];
    }
    return tails;
}

static const char *infinite(const struct heavy_tail *tail) { return tail->no_mean ? "mean" : "variance"; }

void heavy_tail_report_warn(const struct scenario *points, size_t n_points) {
    struct tails tails = gather(points, n_points);
    for (size_t i = 0; i < tails.n; i++) {
        const struct heavy_tail *tail = &tails.tail[i];
        fprintf(stderr, "linger: warning: %s = %s%s%s%s has an infinite %s: ", tail->parameter, tail->text,
                tail->class_name ? " (class " : "", tail->class_name ? tail->class_name : "", tail->class_name ? ")" : "",
                infinite(tail));
        if (tail->no_mean)
            fprintf(stderr, "no average\nlinger: (level, rate, share, mean response) converges; give it an upper end, as in %s in 0..100\n",
                    tail->text);
        else
            fprintf(stderr, "averages\nlinger: (levels, rates, shares, mean responses) converge slower than their intervals say\n");
    }
}

static void put_quoted(FILE *out, const char *text) {
    for (; *text; text++) fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
}

void heavy_tail_report_manifest(FILE *out, const struct scenario *points, size_t n_points) {
    struct tails tails = gather(points, n_points);
    for (size_t i = 0; i < tails.n; i++) {
        fprintf(out, "heavy_tail,%s,,infinite %s,\"", tails.tail[i].parameter, infinite(&tails.tail[i]));
        put_quoted(out, tails.tail[i].text);
        fputs("\"\n", out);
    }
}

static void put_concerned(FILE *out, const struct model *model) {
    bool first = true;
    size_t columns = model_columns(model);
    for (size_t c = 0; c < columns; c++) {
        char name[96];
        if (!heavy_tail_concerns(model, c)) continue;
        model_column(model, c, name, sizeof name);
        fputs(first ? "" : ", ", out);
        json_text(out, name);
        first = false;
    }
}

void heavy_tail_report_json(FILE *out, const struct scenario *scenario) {
    struct tails tails = gather(scenario, 1);
    if (tails.n == 0) return;
    fputs("  \"heavy_tails\": [", out);
    for (size_t i = 0; i < tails.n; i++) {
        fputs(i ? ",\n    {" : "\n    {", out);
        json_key(out, "parameter");
        json_text(out, tails.tail[i].parameter);
        fputs(", \"value\": ", out);
        json_text(out, tails.tail[i].text);
        fputs(", \"class\": ", out);
        if (tails.tail[i].class_name) json_text(out, tails.tail[i].class_name);
        else fputs("null", out);
        fprintf(out, ", \"infinite\": \"%s\", \"concerns\": [", infinite(&tails.tail[i]));
        put_concerned(out, scenario->model);
        fputs("]}", out);
    }
    fputs("\n  ],\n", out);
}
