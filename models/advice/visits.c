/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/visits.h"

#include "sim/kernel/number_sort.h"

/* ---- samples ------------------------------------------------------------------------------------------ */

static void add(struct sample_of *sample, double value) {
    sample->mean += value;
    sample->values[sample->n++] = value;
}

static void finish(struct sample_of *sample) {
    sample->mean = sample->n ? sample->mean / (double)sample->n : NOTHING_OBSERVED;
}

void sample_sort(struct sample_of *sample) {
    if (!sample->is_sorted) number_sort(sample->values, sample->n);
    sample->is_sorted = true;
}

void sample_of_parts(const struct sample_of *sample, size_t n, bool whole, double *out) {
    double width = (double)sample->n / (double)n, owed = 0;
    for (size_t i = 0; i < n; i++) {
        double at = width * (double)i, end = width * (double)(i + 1), sum = 0;
        for (size_t k = (size_t)at; k < sample->n && (double)k < end; k++)
            sum += sample->values[k] * (fmin((double)(k + 1), end) - fmax((double)k, at));
        out[i] = sum / width;
        if (!whole) continue;
        double exact = out[i] + owed;
        out[i] = fmax(floor(exact + 1e-6), 0);
        owed = exact - out[i];
    }
}

/* ---- the page gap --------------------------------------------------------------------------------------- */

enum { CELLS_PER_DECADE = 20, DECADES = 8, CELLS = CELLS_PER_DECADE * DECADES };
static const double FIRST_GAP_S = 1e-4, LEAST_CUT_S = 0.2, MOST_CUT_S = 10;

static int cell_of(double gap_s) {
    double cell = gap_s > FIRST_GAP_S ? log10(gap_s / FIRST_GAP_S) * CELLS_PER_DECADE : 0;
    return cell < CELLS ? (int)cell : CELLS - 1;
}
static double cell_end_s(int cell) { return FIRST_GAP_S * pow(10, (cell + 1.0) / CELLS_PER_DECADE); }

/* Gaps below a visit's end, by their logarithm. What is below the clock's resolution is taken as half of it. */
static uint64_t histogram(const struct request_log *log, double visit_gap_s, uint64_t count[CELLS], struct arena *arena) {
    int64_t *last_us = ARENA_NEW(arena, log->clients.n, int64_t);
    double least_s = (double)log->resolution_us / 2e6;
    uint64_t n = 0;
    for (size_t i = 0; i < log->n; i++) {
        const struct logged *request = &log->requests[i];
        int64_t before_us = last_us[request->client];
        last_us[request->client] = request->time_us + 1; /* 0: none before */
        double gap_s = (double)(request->time_us + 1 - before_us) / 1e6;
        if (before_us == 0 || gap_s > visit_gap_s) continue;
        count[cell_of(fmax(gap_s, least_s))]++;
        n++;
    }
    return n;
}

/* Otsu: the cut at which w0 w1 (m0 - m1)^2 is largest, m the mean cells of the two sides. Several equal ones in a row (nothing
 * lies between them) are met in their middle. */
static double find_gap_s(const uint64_t count[CELLS]) {
    double n = 0, sum = 0, n_low = 0, sum_low = 0, best = -1;
    int first = 0, last = 0;
    for (int c = 0; c < CELLS; c++) {
        n += (double)count[c];
        sum += (double)count[c] * c;
    }
    for (int c = 0; c + 1 < CELLS; c++) {
        n_low += (double)count[c];
        sum_low += (double)count[c] * c;
        double end_s = cell_end_s(c), n_high = n - n_low;
        if (end_s < LEAST_CUT_S || end_s > MOST_CUT_S || !(n_low > 0) || !(n_high > 0)) continue;
        double apart = sum_low / n_low - (sum - sum_low) / n_high, spread = n_low * n_high * apart * apart;
        if (spread < best) continue;
        if (spread > best) first = c;
        best = spread;
        last = c;
    }
    return best > 0 ? sqrt(cell_end_s(first) * cell_end_s(last)) : 0;
}

static void choose_gap(struct visits *visits, const struct request_log *log, double page_gap_s, struct arena *arena) {
    uint64_t count[CELLS] = {0};
    visits->how = GAP_GIVEN;
    visits->page_gap_s = page_gap_s;
    if (page_gap_s > 0) return;
    bool enough = histogram(log, visits->visit_gap_s, count, arena) >= VISITS_GAPS_MIN;
    double found_s = enough ? find_gap_s(count) : 0;
    visits->how = found_s > 0 ? GAP_FOUND : GAP_ASSUMED;
    visits->page_gap_s = found_s > 0 ? round(found_s * 100) / 100 : 1;
}

/* ---- pages ----------------------------------------------------------------------------------------------- */

enum { CONNECTIONS_SEEN = 8, PAGE_REQUESTS_MIN = 6 };

/* The page that a client is at. */
struct at_page {
    int64_t begun_us, last_us;
    uint32_t n_requests; /* 0: the client was not seen yet */
    uint32_t n_pages;    /* of this visit */
    uint32_t n_connections;
    uint32_t connection[CONNECTIONS_SEEN];
};

struct counting {
    struct visits *visits;
    bool has_bytes;
    uint64_t pages_by_connections[CONNECTIONS_SEEN + 1];
};

static void end_page(struct counting *counting, struct at_page *page) {
    add(&counting->visits->objects, page->n_requests - 1);
    tally_observe(&counting->visits->page_s, (double)(page->last_us - page->begun_us) / 1e6);
    if (page->n_requests >= PAGE_REQUESTS_MIN) counting->pages_by_connections[page->n_connections]++;
    page->n_requests = page->n_connections = 0;
}

static void end_visit(struct visits *visits, struct at_page *page) {
    add(&visits->pages, page->n_pages);
    page->n_pages = 0;
}

static void note_connection(struct at_page *page, uint32_t connection) {
    if (connection == 0 || page->n_connections == CONNECTIONS_SEEN) return;
    for (uint32_t i = 0; i < page->n_connections; i++)
        if (page->connection[i] == connection) return;
    page->connection[page->n_connections++] = connection;
}

/* Numbers of a document or an object. */
static void note_request(struct visits *visits, const struct logged *request, bool document, bool has_bytes) {
    bool dynamic = request->flags & LOGGED_DYNAMIC;
    struct tally *duration = !document ? &visits->object_s : dynamic ? &visits->dynamic_s : &visits->document_s;
    struct sample_of *bytes = document ? &visits->document_bytes : &visits->object_bytes;
    if (document) visits->n_pages++;
    if (document && dynamic) visits->n_dynamic++;
    if (request->duration_us >= 0) tally_observe(duration, (double)request->duration_us / 1e6);
    if (has_bytes && request->bytes >= 0) add(bytes, (double)request->bytes);
}

static void take_request(struct counting *counting, struct at_page *page, const struct logged *request) {
    struct visits *visits = counting->visits;
    double gap_s = (double)(request->time_us - page->last_us) / 1e6;
    bool first = page->n_requests == 0, document = first || gap_s > visits->page_gap_s;
    if (!first && document) end_page(counting, page);
    bool goes_on = !first && gap_s <= visits->visit_gap_s;
    if (document && goes_on) add(&visits->think_s, gap_s);
    if (document && !goes_on) {
        if (!first) end_visit(visits, page);
        visits->begun_us[visits->n_visits++] = request->time_us;
    }
    page->n_pages += document;
    if (document) page->begun_us = request->time_us;
    note_request(visits, request, document, counting->has_bytes);
    note_connection(page, request->connection);
    page->last_us = request->time_us;
    page->n_requests++;
}

static uint32_t usual_connections(const struct counting *counting) {
    uint64_t n = 0, below = 0;
    for (int k = 1; k <= CONNECTIONS_SEEN; k++) n += counting->pages_by_connections[k];
    for (uint32_t k = 1; k <= CONNECTIONS_SEEN && n; k++) {
        below += counting->pages_by_connections[k];
        if (below * 20 >= n * 19) return k;
    }
    return 0;
}

void visits_open(struct visits *visits, const struct request_log *log, double page_gap_s, double visit_gap_s, struct arena *arena) {
    *visits = (struct visits){.visit_gap_s = visit_gap_s};
    struct counting counting = {.visits = visits, .has_bytes = log->has_bytes};
    struct at_page *pages = ARENA_NEW(arena, log->clients.n, struct at_page);
    struct sample_of *all[] = {&visits->think_s, &visits->pages, &visits->objects, &visits->document_bytes, &visits->object_bytes};
    const size_t n_all = sizeof all / sizeof all[0];
    visits->window_s = log->n ? request_log_time_s(log, log->n - 1) : 0;
    for (size_t i = 0; i < n_all; i++) all[i]->values = ARENA_NEW(arena, log->n, double); /* touched as far as used */
    visits->begun_us = ARENA_NEW(arena, log->n, int64_t);
    choose_gap(visits, log, page_gap_s, arena);
    for (size_t i = 0; i < log->n; i++) take_request(&counting, &pages[log->requests[i].client], &log->requests[i]);
    for (uint32_t c = 0; c < log->clients.n; c++) {
        if (pages[c].n_requests == 0) continue;
        end_page(&counting, &pages[c]);
        end_visit(visits, &pages[c]);
    }
    for (size_t i = 0; i < n_all; i++) finish(all[i]);
    sample_sort(&visits->think_s);
    visits->connections = log->has_connection ? usual_connections(&counting) : 0;
}
