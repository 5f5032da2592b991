/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * har_file: the HTTP Archive that a browser's network panel exports (HAR 1.2, W3C Web Performance draft of 2012: log.entries[] with
 * startedDateTime, time, request, response, connection). JSON is read by jansson, the only door to it: strict, maintained, and it tells
 * line and column of an error. A HAR is held whole while it is read, unlike a log: it is one browser's.
 *
 * The client is the file: one browser. Pages fetch from many hosts, of which a server is one: entries of others are counted and
 * left out. An entry whose request was answered from the browser's cache (status 0, or _fromCache) never came to the server.
 */
#ifndef MODELS_ADVICE_HAR_FILE_H
#define MODELS_ADVICE_HAR_FILE_H

#include "models/advice/request_log.h"
#include "sim/interface/byte_stream.h"

/* `host`: "www.example.org" or with a port; NULL: that of the first entry. */
void har_file_read(const char *file, struct byte_stream *bytes, const char *host, struct request_log *log, struct diag *diag);

#endif
