/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Edits of a file as its new text and as a unified diff (POSIX diff -u). What changes is known, so nothing has to be compared.
 */
#include <string.h>

#include "models/advice/config.h"

enum { CONTEXT_LINES = 3 };

struct config_file config_edited(const struct config_edit *edits, size_t n, struct arena *arena) {
    struct config_file out = *edits->file;
    size_t bytes = out.bytes, from = 0, to = 0;
    for (size_t i = 0; i < n; i++) bytes += strlen(edits[i].text);
    char *text = ARENA_NEW(arena, bytes + 1, char);
    for (size_t i = 0; i < n; i++) {
        SIM_ASSERT(edits[i].begin >= from && edits[i].end >= edits[i].begin);
        memcpy(text + to, out.text + from, edits[i].begin - from);
        to += edits[i].begin - from;
        memcpy(text + to, edits[i].text, strlen(edits[i].text));
        to += strlen(edits[i].text);
        from = edits[i].end;
    }
    memcpy(text + to, out.text + from, out.bytes - from);
    out.text = text;
    out.bytes = to + out.bytes - from;
    return out;
}

/* Whole lines of the old text that edits n_first .. n_first + n_edits - 1 are in: [begin, end), empty for lines that are added. */
struct block {
    size_t begin, end, first_edit, n_edits;
};

static size_t line_begin(const struct config_file *file, size_t at) {
    while (at > 0 && file->text[at - 1] != '\n') at--;
    return at;
}

static size_t line_end(const struct config_file *file, size_t at) {
    while (at < file->bytes && file->text[at] != '\n') at++;
    return at < file->bytes ? at + 1 : at;
}

static struct block block_of(const struct config_edit *edit) {
    size_t length = strlen(edit->text), begin = line_begin(edit->file, edit->begin);
    bool is_addition = edit->begin == edit->end && begin == edit->begin && length && edit->text[length - 1] == '\n';
    return (struct block){begin, is_addition ? begin : line_end(edit->file, edit->end), 0, 1};
}

/* The block that begins with edit i: edits on the same lines belong together. */
static struct block next_block(const struct config_edit *edits, size_t i, size_t n) {
    struct block block = block_of(&edits[i]);
    block.first_edit = i;
    while (++i < n && edits[i].begin < block.end) {
        struct block more = block_of(&edits[i]);
        if (more.end > block.end) block.end = more.end;
        block.n_edits++;
    }
    return block;
}

static size_t count_lines(const char *text, size_t length) {
    size_t n = 0;
    for (size_t i = 0; i < length; i++) n += text[i] == '\n';
    return n + (length && text[length - 1] != '\n');
}

static void print_lines(FILE *out, char sign, const char *text, size_t length) {
    while (length) {
        const char *end = memchr(text, '\n', length);
        size_t n = end ? (size_t)(end - text) + 1 : length;
        putc(sign, out);
        fwrite(text, 1, n, out);
        if (!end) fputs("\n\\ No newline at end of file\n", out);
        text += n;
        length -= n;
    }
}

/* The new text of a block, piece by piece; NULL: only its length. */
static size_t block_text(const struct config_edit *edits, const struct block *block, char *to) {
    const char *old = edits->file->text;
    size_t at = block->begin, n = 0;
    for (size_t i = block->first_edit; i <= block->first_edit + block->n_edits; i++) {
        bool is_edit = i < block->first_edit + block->n_edits;
        size_t kept = (is_edit ? edits[i].begin : block->end) - at, length = is_edit ? strlen(edits[i].text) : 0;
        if (to) memcpy(to + n, old + at, kept);
        if (to && is_edit) memcpy(to + n + kept, edits[i].text, length);
        n += kept + length;
        if (is_edit) at = edits[i].end;
    }
    return n;
}

/* A hunk: blocks with less than twice the context between them. */
struct hunk {
    size_t begin, end;   /* of the old text, context included */
    size_t first, n;     /* edits */
    long lines_added;    /* new lines less old ones */
};

static size_t context_begin(const struct config_file *file, size_t at) {
    for (int i = 0; i < CONTEXT_LINES && at > 0; i++) at = line_begin(file, at - 1);
    return at;
}

static size_t context_end(const struct config_file *file, size_t at) {
    for (int i = 0; i < CONTEXT_LINES && at < file->bytes; i++) at = line_end(file, at);
    return at;
}

static struct hunk next_hunk(const struct config_edit *edits, size_t i, size_t n, char *scratch) {
    const struct config_file *file = edits->file;
    struct hunk hunk = {.first = i};
    for (; i < n; i = hunk.first + hunk.n) {
        struct block block = next_block(edits, i, n);
        if (hunk.n && context_begin(file, block.begin) > hunk.end) break;
        if (!hunk.n) hunk.begin = context_begin(file, block.begin);
        hunk.end = context_end(file, block.end);
        hunk.n += block.n_edits;
        size_t length = block_text(edits, &block, scratch);
        hunk.lines_added += (long)count_lines(scratch, length) - (long)count_lines(file->text + block.begin, block.end - block.begin);
    }
    return hunk;
}

/* "-l,n": the line before it, if there are none. */
static void print_range(FILE *out, char sign, size_t lines_before, size_t n) {
    fprintf(out, " %c%zu,%zu", sign, n ? lines_before + 1 : lines_before, n);
}

static void print_hunk(FILE *out, const struct config_edit *edits, const struct hunk *hunk, long shift, char *scratch) {
    const struct config_file *file = edits->file;
    size_t before = count_lines(file->text, hunk->begin), lines = count_lines(file->text + hunk->begin, hunk->end - hunk->begin);
    size_t at = hunk->begin;
    fputs("@@", out);
    print_range(out, '-', before, lines);
    print_range(out, '+', (size_t)((long)before + shift), (size_t)((long)lines + hunk->lines_added));
    fputs(" @@\n", out);
    for (size_t i = hunk->first; i < hunk->first + hunk->n;) {
        struct block block = next_block(edits, i, hunk->first + hunk->n);
        print_lines(out, ' ', file->text + at, block.begin - at);
        print_lines(out, '-', file->text + block.begin, block.end - block.begin);
        print_lines(out, '+', scratch, block_text(edits, &block, scratch));
        at = block.end;
        i += block.n_edits;
    }
    print_lines(out, ' ', file->text + at, hunk->end - at);
}

void config_diff(FILE *out, const char *name, const struct config_edit *edits, size_t n, struct arena *arena) {
    size_t bytes = edits->file->bytes;
    long shift = 0;
    for (size_t i = 0; i < n; i++) bytes += strlen(edits[i].text);
    char *scratch = ARENA_NEW(arena, bytes + 1, char);
    fprintf(out, "--- %s\n+++ %s\n", name, name);
    for (size_t i = 0; i < n;) {
        struct hunk hunk = next_hunk(edits, i, n, scratch);
        print_hunk(out, edits, &hunk, shift, scratch);
        shift += hunk.lines_added;
        i += hunk.n;
    }
}
