/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/validate/sample.h"

#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void hang_up(struct status_request *request) {
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    setsockopt(request->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(request->fd);
    request->fd = -1;
}

void status_ask(struct status_request *request, uint32_t port) {
    static const char text[] = "GET /server-status?auto HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_usec = 100000};
    if (request->fd >= 0) return;
    request->n = 0;
    request->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (request->fd < 0) return;
    setsockopt(request->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(request->fd, (struct sockaddr *)&address, sizeof address) ||
        send(request->fd, text, sizeof text - 1, MSG_NOSIGNAL) < 0)
        hang_up(request);
}

/* ---- what it says ------------------------------------------------------------------------------------ */

static double number_after(const char *text, const char *name) {
    const char *at = strstr(text, name);
    return at ? strtod(at + strlen(name), NULL) : (double)NAN;
}

static double count_of(const char *scoreboard, const char *letters) {
    double n = 0;
    for (; *scoreboard && *scoreboard != '\n'; scoreboard++) n += strchr(letters, *scoreboard) != NULL;
    return n;
}

/* mod_status: one letter a worker. Its own request is a W. Event's idle connections have no worker. */
static void read_scoreboard(const char *text, const char *scoreboard, struct look *look) {
    double *value = look->value;
    value[Q_BUSY] = count_of(scoreboard, "RWDLG") - 1;
    value[Q_IDLE] = count_of(scoreboard, "K");
    value[Q_CLOSING] = count_of(scoreboard, "C");
    value[Q_SPARE] = count_of(scoreboard, "_") + 1;
    value[Q_ALIVE] = count_of(scoreboard, "_SRWKDCLGI");
    double async = number_after(text, "ConnsAsyncKeepAlive: ");
    value[Q_CONNECTIONS_IDLE] = isnan(async) ? value[Q_IDLE] : async + value[Q_IDLE];
}

static void read_status(const char *text, struct look *look) {
    static const char board[] = "\nScoreboard: ";
    const char *scoreboard = strstr(text, board);
    if (scoreboard) read_scoreboard(text, scoreboard + sizeof board - 1, look);
    else look->value[Q_CONNECTIONS_IDLE] = number_after(text, "Waiting: "); /* stub_status */
}

bool status_answer(struct status_request *request, int patience_ms, struct look *look) {
    while (request->fd >= 0) {
        struct pollfd wait = {.fd = request->fd, .events = POLLIN};
        if (poll(&wait, 1, patience_ms) <= 0) return false;
        ssize_t n = recv(request->fd, request->text + request->n, sizeof request->text - 1 - request->n, 0);
        if (n > 0) {
            request->n += (size_t)n;
            continue;
        }
        bool whole = n == 0 && request->n > 0;
        request->text[request->n] = '\0';
        if (whole) read_status(request->text, look);
        hang_up(request);
        return whole;
    }
    return false;
}
