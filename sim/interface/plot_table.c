/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/plot_table.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/interface/csv_table.h"

static const double NOTHING = (double)NAN;

/* The columns that follow the factors, in any order. */
enum { COLUMN_MEASURE, COLUMN_UNIT, COLUMN_MEAN, COLUMN_HALF_WIDTH, COLUMN_N, COLUMNS };
static const char *const column_names[COLUMNS] = {"measure", "unit", "mean", "half_width", "n"};

struct result {
    uint32_t point, measure;
    struct plot_cell cell;
};

/* What is known while rows come in. */
struct reader {
    const char *file;
    struct plot_table *table;
    struct arena *arena;
    struct diag *diag;
    size_t column[COLUMNS];
    uint16_t *point_levels; /* n_points x n_factors */
    size_t n_points;
    struct result *results;
    size_t n_results;
};

static bool complain(const struct reader *reader, long line, const char *column, const char *what) {
    diag_add(reader->diag, STATUS_DATA, (struct place){reader->file, line, column}, "%s", what);
    return false;
}

/* "" is nothing observed; anything else must be a number. */
static bool number_read(const char *text, double *out) {
    char *end = NULL;
    *out = *text ? strtod(text, &end) : NOTHING;
    return *text == '\0' || *end == '\0';
}

/* Names go into scripts and column headers unquoted, so only plain ones are taken. */
static bool name_is_plain(const char *name) {
    size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    return *name && name[plain] == '\0';
}

static bool header_read(struct reader *reader, const struct csv_row *row) {
    struct plot_table *table = reader->table;
    for (size_t c = 0; c < COLUMNS; c++) reader->column[c] = SIZE_MAX;
    for (size_t i = 0; i < row->n; i++) {
        size_t c = 0;
        while (c < COLUMNS && strcmp(row->field[i], column_names[c]) != 0) c++;
        if (c < COLUMNS) {
            reader->column[c] = i;
        } else if (reader->column[COLUMN_MEASURE] == SIZE_MAX) {
            if (!name_is_plain(row->field[i]) || i != table->n_factors || i == PLOT_FACTORS_MAX)
                return complain(reader, row->line, row->field[i],
                                "not a varied parameter; allowed before the column measure: at most 64 names of letters, digits, . _ -");
            struct plot_factor *factor = &table->factors[table->n_factors++];
            factor->name = arena_text(reader->arena, row->field[i], row->length[i]);
            factor->levels = ARENA_NEW(reader->arena, PLOT_LEVELS_MAX, const char *);
            factor->numeric = true;
        }
    }
    for (size_t c = 0; c < COLUMNS; c++)
        if (reader->column[c] == SIZE_MAX)
            return complain(reader, row->line, column_names[c], "this column of results is missing");
    reader->point_levels = ARENA_NEW(reader->arena, PLOT_POINTS_MAX * (table->n_factors + 1), uint16_t);
    return true;
}

/* The index of a level, added if new; PLOT_LEVELS_MAX when there are too many. */
static size_t level_index(struct plot_factor *factor, const char *text, size_t length, struct arena *arena) {
    size_t i = 0;
    while (i < factor->n_levels && strcmp(factor->levels[i], text) != 0) i++;
    if (i < factor->n_levels || i == PLOT_LEVELS_MAX) return i;
    double number;
    if (!number_read(text, &number) || !isfinite(number)) factor->numeric = false;
    factor->levels[factor->n_levels++] = arena_text(arena, text, length);
    return i;
}

static size_t measure_index(struct reader *reader, const char *name, const char *unit) {
    struct plot_table *table = reader->table;
    size_t i = plot_table_find(table, name);
    if (i < table->n_measures || i == PLOT_MEASURES_MAX) return i;
    table->measures[table->n_measures++] = (struct plot_measure){
        .name = arena_text(reader->arena, name, strlen(name)), .unit = arena_text(reader->arena, unit, strlen(unit))};
    return i;
}

/* The design point with these levels, added if new. Rows of a point stand together, so the last one is tried
 * first; a file in another order costs a search. */
static size_t point_index(struct reader *reader, const uint16_t *levels) {
    size_t n_factors = reader->table->n_factors, bytes = n_factors * sizeof *levels;
    for (size_t i = reader->n_points; i-- > 0;)
        if (memcmp(reader->point_levels + i * n_factors, levels, bytes) == 0) return i;
    if (reader->n_points == PLOT_POINTS_MAX) return PLOT_POINTS_MAX;
    memcpy(reader->point_levels + reader->n_points * n_factors, levels, bytes);
    return reader->n_points++;
}

/* The levels of a row, by index. */
static bool levels_read(struct reader *reader, const struct csv_row *row, uint16_t *levels) {
    for (size_t f = 0; f < reader->table->n_factors; f++) {
        struct plot_factor *factor = &reader->table->factors[f];
        size_t level = level_index(factor, row->field[f], row->length[f], reader->arena);
        if (level == PLOT_LEVELS_MAX) return complain(reader, row->line, factor->name, "more than 4096 levels");
        levels[f] = (uint16_t)level;
    }
    return true;
}

static bool cell_read(struct reader *reader, const struct csv_row *row, struct plot_cell *cell) {
    double n;
    if (!number_read(row->field[reader->column[COLUMN_MEAN]], &cell->mean))
        return complain(reader, row->line, "mean", "not a number");
    if (!number_read(row->field[reader->column[COLUMN_HALF_WIDTH]], &cell->half_width))
        return complain(reader, row->line, "half_width", "not a number");
    if (!number_read(row->field[reader->column[COLUMN_N]], &n))
        return complain(reader, row->line, "n", "not a number");
    if (n > (double)reader->table->replications && n < 1e9) reader->table->replications = (long)n;
    return true;
}

static bool row_read(void *context, const struct csv_row *row, bool is_header) {
    struct reader *reader = context;
    if (is_header) return header_read(reader, row);
    uint16_t levels[PLOT_FACTORS_MAX] = {0};
    if (!levels_read(reader, row, levels)) return false;
    const char *name = row->field[reader->column[COLUMN_MEASURE]];
    const char *unit = row->field[reader->column[COLUMN_UNIT]];
    if (!name_is_plain(name)) return complain(reader, row->line, "measure", "not the name of a measure");
    if (strpbrk(unit, " '\n")) return complain(reader, row->line, "unit", "not a unit");
    size_t measure = measure_index(reader, name, *unit ? unit : "1");
    size_t point = point_index(reader, levels);
    if (measure == PLOT_MEASURES_MAX || point == PLOT_POINTS_MAX || reader->n_results == PLOT_ROWS_MAX)
        return complain(reader, row->line, NULL, "more results than can be drawn");
    struct result *result = &reader->results[reader->n_results++];
    *result = (struct result){.point = (uint32_t)point, .measure = (uint32_t)measure};
    return cell_read(reader, row, &result->cell);
}

/* How well a factor serves as the x axis: varied before not varied, numbers before words, then the number of levels. */
static size_t x_merit(const struct plot_factor *factor) {
    if (factor->n_levels < 2) return 1;
    return factor->n_levels + (factor->numeric ? PLOT_LEVELS_MAX : 0);
}

static bool x_choose(struct plot_table *table, const char *x_name, struct diag *diag) {
    table->x = table->n_factors;
    size_t best = 0;
    for (size_t f = 0; f < table->n_factors; f++) {
        const struct plot_factor *factor = &table->factors[f];
        size_t merit = x_name ? strcmp(factor->name, x_name) == 0 : x_merit(factor);
        if (merit <= best) continue;
        best = merit;
        table->x = f;
    }
    if (x_name && best == 0) {
        diag_add(diag, STATUS_USAGE, (struct place){"--x", 0, NULL}, "%s was not varied in this study", x_name);
        return false;
    }
    table->n_x = best > 0 ? table->factors[table->x].n_levels : 1;
    return true;
}

/* rank[i] is the place of level i on the axis: ascending for numbers, of appearance for words. */
static size_t *x_ranks(struct plot_table *table, struct arena *arena) {
    size_t *rank = ARENA_NEW(arena, table->n_x, size_t);
    if (table->x == table->n_factors) return rank;
    struct plot_factor *x = &table->factors[table->x];
    const char **sorted = ARENA_NEW(arena, table->n_x, const char *);
    for (size_t i = 0; i < table->n_x; i++) {
        rank[i] = x->numeric ? 0 : i;
        for (size_t j = 0; x->numeric && j < table->n_x; j++) {
            double a = strtod(x->levels[i], NULL), b = strtod(x->levels[j], NULL);
            rank[i] += b < a || (b == a && j < i);
        }
        sorted[rank[i]] = x->levels[i];
    }
    x->levels = sorted;
    return rank;
}

/* Numbers the lines: line_of_point[p], and the first point of each line in `first`. */
static size_t lines_number(const struct reader *reader, size_t *line_of_point, size_t *first) {
    const struct plot_table *table = reader->table;
    size_t n_lines = 0;
    for (size_t p = 0; p < reader->n_points; p++) {
        const uint16_t *mine = reader->point_levels + p * table->n_factors;
        size_t line = 0;
        for (; line < n_lines; line++) {
            const uint16_t *its = reader->point_levels + first[line] * table->n_factors;
            size_t f = 0;
            while (f < table->n_factors && (f == table->x || mine[f] == its[f])) f++;
            if (f == table->n_factors) break;
        }
        if (line == n_lines) first[n_lines++] = p;
        line_of_point[p] = line;
    }
    return n_lines;
}

static bool cells_equal(struct plot_cell a, struct plot_cell b) {
    return (a.mean == b.mean || (isnan(a.mean) && isnan(b.mean))) &&
           (a.half_width == b.half_width || (isnan(a.half_width) && isnan(b.half_width)));
}

/* same[i] = the first line that agrees with line i everywhere. */
static void lines_compare(const struct plot_table *table, size_t *same) {
    size_t width = table->n_measures * table->n_x;
    for (size_t i = 0; i < table->n_lines; i++) {
        same[i] = i;
        for (size_t j = 0; j < i && same[i] == i; j++) {
            size_t k = 0;
            while (k < width && cells_equal(table->cells[i * width + k], table->cells[j * width + k])) k++;
            if (k == width && same[j] == j) same[i] = j;
        }
    }
}

/* A text that grows to at most LINE_NAME_BYTES - 1; a blank would end a word for the scripts. */
enum { LINE_NAME_BYTES = 1024 };

static void append(char *text, const char *more) {
    size_t used = strlen(text);
    for (; *more && used + 1 < LINE_NAME_BYTES; more++) text[used++] = *more == ' ' ? '_' : *more;
}

/* Which levels of factor `f` the lines that agree with `line` have; returns how many. */
static size_t levels_seen(const struct reader *reader, const size_t *same, const size_t *first, size_t line, size_t f,
                          bool *seen) {
    const struct plot_table *table = reader->table;
    size_t n_seen = 0;
    for (size_t i = 0; i < table->n_lines; i++) {
        if (same[i] != line) continue;
        size_t level = reader->point_levels[first[i] * table->n_factors + f];
        n_seen += !seen[level];
        seen[level] = true;
    }
    return n_seen;
}

/* The name of a line and of those that agree with it: "factor=level,level" of each factor whose levels are not all there. */
static const char *line_name(const struct reader *reader, const size_t *same, const size_t *first, size_t line) {
    const struct plot_table *table = reader->table;
    char *name = ARENA_NEW(reader->arena, LINE_NAME_BYTES, char);
    for (size_t f = 0; f < table->n_factors; f++) {
        const struct plot_factor *factor = &table->factors[f];
        bool *seen = ARENA_NEW(reader->arena, factor->n_levels, bool);
        if (levels_seen(reader, same, first, line, f, seen) == factor->n_levels || f == table->x) continue;
        size_t used = strlen(name);
        if (used > 0 && used + 1 < LINE_NAME_BYTES) name[used] = ' ';
        append(name, factor->name);
        const char *joint = "=";
        for (size_t level = 0; level < factor->n_levels; level++) {
            if (!seen[level]) continue;
            append(name, joint);
            append(name, factor->levels[level]);
            joint = ",";
        }
    }
    return name;
}

/* Rows to cells, then lines that agree to one. */
static void lines_make(struct reader *reader) {
    struct plot_table *table = reader->table;
    struct arena *arena = reader->arena;
    size_t *rank = x_ranks(table, arena);
    size_t *line_of_point = ARENA_NEW(arena, reader->n_points, size_t);
    size_t *first = ARENA_NEW(arena, reader->n_points, size_t);
    table->n_lines = lines_number(reader, line_of_point, first);
    size_t width = table->n_measures * table->n_x;
    table->cells = ARENA_NEW(arena, table->n_lines * width, struct plot_cell);
    for (size_t i = 0; i < table->n_lines * width; i++) table->cells[i] = (struct plot_cell){NOTHING, NOTHING};
    for (size_t r = 0; r < reader->n_results; r++) {
        const struct result *result = &reader->results[r];
        size_t level = 0;
        if (table->x < table->n_factors)
            level = reader->point_levels[result->point * table->n_factors + table->x];
        size_t line = line_of_point[result->point];
        table->cells[line * width + result->measure * table->n_x + rank[level]] = result->cell;
    }
    size_t *same = ARENA_NEW(arena, table->n_lines, size_t);
    lines_compare(table, same);
    table->line_names = ARENA_NEW(arena, table->n_lines, const char *);
    size_t n_kept = 0;
    for (size_t i = 0; i < table->n_lines; i++) {
        if (same[i] != i) continue;
        table->line_names[n_kept] = line_name(reader, same, first, i);
        memmove(table->cells + n_kept++ * width, table->cells + i * width, width * sizeof *table->cells);
    }
    table->n_lines = n_kept;
}

bool plot_table_read(const char *file, const char *x_name, struct plot_table *out, struct arena *arena,
                     struct diag *diag) {
    *out = (struct plot_table){.factors = ARENA_NEW(arena, PLOT_FACTORS_MAX + 1, struct plot_factor),
                               .measures = ARENA_NEW(arena, PLOT_MEASURES_MAX, struct plot_measure)};
    struct reader reader = {.file = file,
                            .table = out,
                            .arena = arena,
                            .diag = diag,
                            .results = ARENA_NEW(arena, PLOT_ROWS_MAX, struct result)};
    csv_table_read(file, row_read, &reader, diag);
    if (diag_ok(diag) && reader.n_results == 0) complain(&reader, 0, NULL, "holds no results");
    if (!diag_ok(diag) || !x_choose(out, x_name, diag)) return false;
    lines_make(&reader);
    return true;
}

size_t plot_table_find(const struct plot_table *table, const char *measure) {
    size_t i = 0;
    while (i < table->n_measures && strcmp(table->measures[i].name, measure) != 0) i++;
    return i;
}
