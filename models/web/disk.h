/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * disk: machine.disks disks that read one thing at a time, first come, first served, from one line. A read takes disk.service (seek and
 * rotation) and its bytes at disk.bytes_per_s: site.file_bytes of a file, 32 KiB of swap.
 *
 * A request reads after its work on the CPU and before its response, one read after the other, and what serves it waits for that: a
 * process of prefork, a thread of worker and event. A process of nginx too, and with it all its other connections: sendfile() and
 * read() of a regular file block until the disk has it, and epoll reports regular files as always ready. (nginx's "aio threads", which
 * avoids that, is off by default: nginx.org ngx_http_core_module, aio; nginx's own account: V. Bartenev, "Thread Pools in NGINX Boost
 * Performance 9x!", 2015.)
 */
#ifndef MODELS_WEB_DISK_H
#define MODELS_WEB_DISK_H

#include "models/web/web.h"

/* After page_cache_open. */
void disk_open(struct web *web, const struct param_set *set, uint32_t n_users);

/* The CPU has done its work for this connection's request. True: it must be read for, until disk_finish. */
bool disk_queue_reads(struct web *web, uint32_t c);
static inline bool disk_begin(struct web *web, uint32_t c) { return web->disk.left && disk_queue_reads(web, c); }

/* A disk is done with a read for this connection (EVENT_DISK_DONE) and takes the next in line. True: it was its last. */
bool disk_finish(struct web *web, uint32_t c);

#endif
