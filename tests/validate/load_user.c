/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/validate/load.h"

static const double retry_delay_s = 0.1; /* after an error: a server that refuses is not hammered */

static void think(struct load *load, uint32_t number) {
    load_plan(load, think_next(&load->users[number].think), THINK_END, number, 0);
}

void user_open(struct load *load, uint32_t number) {
    struct user *user = &load->users[number];
    *user = (struct user){0};
    user->think = think_open(&load->options, number, &user->pages_left);
    for (uint32_t i = 0; i < CONNECTIONS_MAX; i++) user->slot[i] = NONE;
    think(load, number);
}

/* ---- requests ------------------------------------------------------------------------------------- */

/* The lowest slot whose connection is idle, or that has none. */
static uint32_t find_slot(const struct load *load, const struct user *user, bool idle) {
    for (uint32_t i = 0; i < load->options.n_connections; i++) {
        uint32_t c = user->slot[i];
        if (idle ? c != NONE && load->connections[c].state == IDLE : c == NONE) return i;
    }
    return NONE;
}

static void on_new_connection(struct load *load, uint32_t number, bool document, double sent_s) {
    struct user *user = &load->users[number];
    uint32_t slot = find_slot(load, user, false), c = socket_decide(load, number, slot);
    user->slot[slot] = c;
    load->connections[c].document = document;
    load->connections[c].sent_s = sent_s;
    load_plan(load, 1.5 * load->options.rtt_s, CONNECT, c, load->connections[c].generation);
}

static void on_idle_connection(struct load *load, uint32_t c, bool document) {
    struct connection *connection = &load->connections[c];
    connection->state = LEAVING;
    connection->fresh = false;
    connection->document = document;
    connection->sent_s = load->now_s;
    load_plan(load, 0.5 * load->options.rtt_s, SEND, c, connection->generation);
}

/* False when the user's connections are all busy. */
static bool request(struct load *load, uint32_t number, bool document) {
    struct user *user = &load->users[number];
    uint32_t idle = find_slot(load, user, true);
    if (idle == NONE && find_slot(load, user, false) == NONE) return false;
    user->in_flight++;
    report_level(&load->report, load->now_s, LEVEL_OUTSTANDING, 1);
    if (idle != NONE) on_idle_connection(load, user->slot[idle], document);
    else on_new_connection(load, number, document, load->now_s);
    return true;
}

/* The place of the connection that failed may be taken by now: an idle connection is then given up for it. */
void user_retry(struct load *load, uint32_t number, bool document, double sent_s) {
    struct user *user = &load->users[number];
    if (find_slot(load, user, false) == NONE) {
        uint32_t idle = find_slot(load, user, true);
        if (idle == NONE) {
            load_plan(load, retry_delay_s, RETRY, number, document);
            return;
        }
        socket_close(load, user->slot[idle]);
    }
    on_new_connection(load, number, document, sent_s);
}

/* ---- pages ------------------------------------------------------------------------------------------ */

void user_think_end(struct load *load, uint32_t number) {
    load->users[number].page_started_s = load->now_s;
    request(load, number, true);
}

/* The visitor goes; another one takes the place. */
static void end_visit(struct load *load, struct user *user) {
    for (uint32_t i = 0; i < load->options.n_connections; i++) {
        if (user->slot[i] == NONE) continue;
        if (load->options.leaves) load->connections[user->slot[i]].user = NONE;
        else socket_close(load, user->slot[i]);
        user->slot[i] = NONE;
    }
    user->pages_left = load->options.session_pages;
}

static void page_goes_on(struct load *load, uint32_t number, bool document) {
    struct user *user = &load->users[number];
    if (document) user->objects_left = load->options.n_objects;
    while (user->objects_left > 0 && request(load, number, false)) user->objects_left--;
    if (user->in_flight > 0) return;
    report_page(&load->report, load->now_s, load->now_s - user->page_started_s);
    if (user->pages_left > 0 && --user->pages_left == 0) end_visit(load, user);
    think(load, number);
}

/* ---- what lands --------------------------------------------------------------------------------------- */

void user_response(struct load *load, uint32_t c) {
    struct connection *connection = &load->connections[c];
    uint32_t number = connection->user;
    bool document = connection->document;
    report_request(&load->report, load->now_s, load->now_s - connection->sent_s);
    if (connection->fresh) report_count(&load->report, load->now_s, COUNT_NEW_CONNECTION_REQUESTS);
    if (connection->last) report_count(&load->report, load->now_s, COUNT_LAST_RESPONSES);
    report_level(&load->report, load->now_s, LEVEL_OUTSTANDING, -1);
    load->users[number].in_flight--;
    connection->state = IDLE;
    if (connection->last) { /* no more of it; the server's FIN follows, and the socket waits for it */
        load->users[number].slot[connection->slot] = NONE;
        connection->user = NONE;
    }
    page_goes_on(load, number, document);
}

/* The server has closed. A request that was under way goes on a new connection. */
void user_fin(struct load *load, uint32_t c) {
    struct connection *connection = &load->connections[c];
    uint32_t number = connection->user;
    bool unanswered = number != NONE && connection->state != IDLE, fresh = connection->fresh;
    bool document = connection->document;
    double sent_s = connection->sent_s;
    if (connection->state == IDLE && !connection->last) report_count(&load->report, load->now_s, COUNT_SERVER_CLOSES);
    socket_close(load, c);
    if (!unanswered) return;
    report_count(&load->report, load->now_s, fresh ? COUNT_ERRORS : COUNT_STALE_RETRIES);
    if (fresh) load_plan(load, retry_delay_s, RETRY, number, document);
    else user_retry(load, number, document, sent_s);
}
