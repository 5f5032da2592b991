/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * socket: connections on the wire, and as much of HTTP/1.1 as both servers speak to a plain GET: a status line, headers, of
 * which Content-Length and Connection count, and a body of that length.
 */
#include "tests/validate/load.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- birth and death ------------------------------------------------------------------------------ */

uint32_t socket_decide(struct load *load, uint32_t number, uint32_t slot) {
    if (load->n_free == 0) load_die("too many connections");
    uint32_t c = load->free_connections[--load->n_free];
    struct connection *connection = &load->connections[c];
    *connection = (struct connection){
        .fd = -1, .user = number, .generation = connection->generation + 1, .state = DECIDED,
        .slot = (uint8_t)slot, .fresh = true, .body_left = -1,
    };
    return c;
}

void socket_close(struct load *load, uint32_t c) {
    struct connection *connection = &load->connections[c];
    if (connection->user != NONE) load->users[connection->user].slot[connection->slot] = NONE;
    if (connection->counted) report_level(&load->report, load->now_s, LEVEL_CONNECTIONS, -1);
    if (connection->fd >= 0) close(connection->fd);
    connection->state = FREE;
    connection->generation++;
    load->free_connections[load->n_free++] = c;
}

/* The server's FIN or a reset was read; the user hears of it half a round trip later, and not before the response
 * that was read before it. */
static void fin_seen(struct load *load, uint32_t c) {
    struct connection *connection = &load->connections[c];
    if (connection->eof) return;
    connection->eof = true;
    if (connection->fd >= 0) epoll_ctl(load->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
    load_plan(load, 0.5 * load->options.rtt_s + 1e-7, FIN_LANDS, c, connection->generation);
}

static void watch(struct load *load, uint32_t c, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u32 = c};
    if (epoll_ctl(load->epoll_fd, operation, load->connections[c].fd, &event)) load_die("epoll_ctl");
}

/* ---- requests --------------------------------------------------------------------------------------- */

void socket_connect(struct load *load, uint32_t c) {
    struct connection *connection = &load->connections[c];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load->options.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    connection->state = CONNECTING;
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->fd < 0) load_die("socket");
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(connection->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) {
        fin_seen(load, c);
        return;
    }
    watch(load, c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void established(struct load *load, uint32_t c) {
    struct connection *connection = &load->connections[c];
    int error = 0;
    socklen_t bytes = sizeof error;
    if (getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &bytes) || error) {
        fin_seen(load, c);
        return;
    }
    connection->counted = true;
    report_level(&load->report, load->now_s, LEVEL_CONNECTIONS, 1);
    report_count(&load->report, load->now_s, COUNT_CONNECTIONS);
    watch(load, c, EPOLL_CTL_MOD, EPOLLIN);
    socket_send(load, c);
}

/* A request is smaller than any send buffer, so it leaves whole or not at all. */
void socket_send(struct load *load, uint32_t c) {
    struct connection *connection = &load->connections[c];
    char text[128];
    int bytes = snprintf(text, sizeof text, "GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: linger-load\r\n\r\n",
                         connection->document ? "page.html" : "object.bin");
    connection->state = WAITING;
    connection->header_bytes = 0;
    connection->body_left = -1;
    if (connection->eof) return; /* it meets a closed connection, and the FIN is on its way to the user */
    if (send(connection->fd, text, (size_t)bytes, MSG_NOSIGNAL) != bytes) fin_seen(load, c);
}

/* ---- responses ---------------------------------------------------------------------------------------- */

/* A header field of the name, up to the end of its line; NULL when there is none. */
static const char *field(const char *header, const char *name) {
    size_t length = strlen(name);
    for (const char *line = strstr(header, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, length) == 0) return line + 2 + length + strspn(line + 2 + length, " ");
    return NULL;
}

static void parse_header(struct load *load, struct connection *connection) {
    const char *length = field(connection->header, "Content-Length:"), *mode = field(connection->header, "Connection:");
    bool good = strncmp(connection->header, "HTTP/1.1 200 ", 13) == 0;
    if (!length) load_die("a response without Content-Length");
    connection->body_left = strtoll(length, NULL, 10);
    connection->last = mode && strncasecmp(mode, "close", 5) == 0;
    if (!good) report_count(&load->report, load->now_s, COUNT_ERRORS);
}

/* How many of the bytes were header. */
static size_t take_header(struct load *load, struct connection *connection, const char *bytes, size_t n) {
    size_t before = connection->header_bytes, room = HEADER_BYTES - 1 - before, taken = n < room ? n : room;
    memcpy(connection->header + before, bytes, taken);
    connection->header[before + taken] = '\0';
    connection->header_bytes += (uint32_t)taken;
    const char *end = strstr(connection->header, "\r\n\r\n");
    if (!end) {
        if (taken < n) load_die("a response with too long a header");
        return n;
    }
    size_t header_bytes = (size_t)(end - connection->header) + 4;
    connection->header[header_bytes - 2] = '\0';
    parse_header(load, connection);
    return header_bytes - before;
}

static void take(struct load *load, uint32_t c, const char *bytes, size_t n) {
    struct connection *connection = &load->connections[c];
    if (connection->state != WAITING) load_die("a response that nobody asked for");
    size_t header = connection->body_left < 0 ? take_header(load, connection, bytes, n) : 0;
    if (connection->body_left < 0) return;
    connection->body_left -= (int64_t)(n - header);
    if (connection->body_left < 0) load_die("a response longer than it said");
    if (connection->body_left > 0) return;
    connection->state = LANDING;
    load_plan(load, 0.5 * load->options.rtt_s, RESPONSE_LANDS, c, connection->generation);
}

void socket_ready(struct load *load, uint32_t c) {
    char bytes[65536];
    struct connection *connection = &load->connections[c];
    if (connection->state == FREE || connection->eof) return;
    if (connection->state == CONNECTING) {
        established(load, c);
        return;
    }
    ssize_t n = recv(connection->fd, bytes, sizeof bytes, 0);
    if (n > 0) take(load, c, bytes, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR)) fin_seen(load, c);
}
