/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * param: one table entry a parameter, which feeds everything that knows about parameters: the
 * check of scenario files, CSV cells and --set values, `linger params`, the man page's table and the
 * manifest beside each result. Adding a parameter is adding one entry.
 *
 * Names are "section.key" as in the INI file. Values carry units in text (5s, 250ms, 4GiB, 20kB,
 * 100Mbit/s, 3/s, 40%) and are plain SI doubles inside: seconds, bytes, per second.
 */
#ifndef SIM_PARAM_H
#define SIM_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/status.h"
#include "sim/kernel/variate.h"

enum param_type {
    PARAM_SWITCH,        /* on | off (also yes/no, true/false, 1/0); number is 1 or 0 */
    PARAM_CHOICE,        /* one word of `choices`; number is its index */
    PARAM_COUNT,         /* whole number, below 2^53 */
    PARAM_NUMBER,        /* real, no dimension */
    PARAM_SHARE,         /* 0..1, or with % */
    PARAM_TIME,          /* s */
    PARAM_BYTES,         /* B */
    PARAM_RATE,          /* 1/s */
    PARAM_BYTE_RATE,     /* B/s; bit/s and its multiples are divided by 8 */
    PARAM_TIME_VARIATE,  /* a distribution whose values are times */
    PARAM_COUNT_VARIATE, /* ... whole numbers (draws are rounded down) */
    PARAM_BYTES_VARIATE, /* ... sizes */
    PARAM_TEXT,          /* any text */
    PARAM_FILE,          /* the name of an input file, relative to the file that names it */
    PARAM_CURVE,         /* the name of a CSV, relative to the file that names it, and its points; empty: none */
    PARAM_PRESET         /* the name of a preset, or of its file: values for other parameters of the table */
};

struct param {
    const char *name;     /* "users.think" */
    enum param_type type;
    double min, max;      /* allowed range in SI; for a variate, the range of its numbers; of a curve, of its second column */
    const char *fallback; /* the default, written as a user would */
    const char *choices;  /* PARAM_CHOICE: "prefork|worker"; PARAM_CURVE: its columns, "cache_bytes|miss_ratio"; PARAM_TIME: words
                             beside a time, "auto"; else NULL */
    const char *help;     /* one sentence */
    const char *source;   /* where the default comes from: manual, RFC, measurement */
};

/* Points of a curve by increasing x, which is 0 or more. n is 0 when there is none. */
struct param_curve {
    size_t n;
    const double *x, *y;
};

struct param_value {
    double number;          /* NAN for distributions, curves, texts and a word in place of a time */
    struct variate variate; /* PARAM_*_VARIATE */
    struct param_curve curve; /* PARAM_CURVE */
    const char *text;       /* as the user wrote it (trimmed); the default's text if he did not */
    bool given;             /* false: the default, or a preset's */
    const char *preset;     /* the preset that the value comes from: the text of the parameter that names it; else NULL */
};

/* The values of one scenario for one table, `values[i]` belonging to `params[i]`. Memory is the
 * arena's that it was opened with; a copy (param_set_copy) shares texts. */
struct param_set {
    const struct param *params;
    size_t n;
    struct param_value *values;
};

/* A column of a CSV, and which numbers may stand in it. */
struct param_column {
    const char *name;
    double min, max;
    bool increases; /* each is above the one before */
};

/* Reads columns of numbers for `empirical(file.csv:column)` and for curves; the interface floor supplies it, since this
 * floor does no I/O. Returns NULL after a diag_add. The array lives in `arena`. */
typedef const double *param_column_fn(const char *file, const struct param_column *column, size_t *n,
                                      struct arena *arena, struct place place, struct diag *diag);

/* Every value at its default. The table must be right: a default that does not parse is a bug. */
struct param_set param_set_open(const struct param *params, size_t n, struct arena *arena);
struct param_set param_set_copy(const struct param_set *set, struct arena *arena);

/* Index of a name, or set->n. */
size_t param_find(const struct param_set *set, const char *name);

/* The name nearest in spelling to an unknown one, for "did you mean"; NULL if none is near. */
const char *param_nearest(const struct param_set *set, const char *name);

/* Parses `text` into values[index]. On failure adds one message at `place` and returns false; the old value
 * stays. `column_fn` may be NULL (then empirical() and curves are refused). */
bool param_assign(struct param_set *set, size_t index, const char *text, struct place place,
                  param_column_fn *column_fn, struct arena *arena, struct diag *diag);

/* Back to the default. */
void param_reset(struct param_set *set, size_t index, struct arena *arena);

/* Whether values of a type are words, which have no order. */
bool param_is_word(enum param_type type);

/* "s", "B", "1/s", "B/s", "1" or "" for words. */
const char *param_unit(enum param_type type);

/* "a time of 0 s or more", "on | off": the sentence used after "allowed:" and in `linger params`. Returns `out`. */
const char *param_allowed(const struct param *param, char *out, size_t out_bytes);

/* The value in SI as it stands in CSV output: shortest text that reads back to the same double; words
 * and distributions as text. Returns `out`. */
const char *param_print(const struct param_set *set, size_t index, char *out, size_t out_bytes);

#endif
