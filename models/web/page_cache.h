/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * page_cache: which pages a request needs and does not find in memory, of files and of its daemon's own.
 *
 * Files. Memory that nothing else uses (memory_left) keeps the files that were asked for last. A static response looks up one file, a
 * dynamic document disk.dynamic_reads of them, and each is there with the hit ratio of a cache of the present size: of LRU with
 * site.files of popularity rank^-site.zipf (models/lru.h), or of a measured curve (site.miss_ratio). So what holds memory, idle
 * daemons for instance, makes the disk read more.
 *
 * Swap. With machine.overcommit = swap and a share s of all pages there, a request that touches memory.touched bytes reads memory.touched
 * / 32 KiB x s times, on average: what is on swap is read in clusters of 2^vm.page-cluster = 8 pages of 4 KiB (kernel
 * admin-guide/sysctl/vm). Page-outs are written behind and not modelled.
 *
 * Requests that were sent as one (HTTP/2) look up a file each. A user's look-ups are his own numbers, so he asks for as popular files whatever the server does (common random numbers).
 */
#ifndef MODELS_WEB_PAGE_CACHE_H
#define MODELS_WEB_PAGE_CACHE_H

#include "models/web/web.h"

#define SWAP_CLUSTER_BYTES 32768.0

/* After memory_open; before anything is read. */
void page_cache_open(struct web *web, const struct param_set *set, uint32_t n_users);

/* What the disk must read for the request at hand; to be asked once a request. A TLS handshake reads nothing. */
struct disk_reads page_cache_look_up(struct web *web, uint32_t c);

/* Points a stream at the next draw of a user; his visit's number is his entity. */
static inline void user_stream_seek(struct rng_stream *stream, struct user_stream *own, uint32_t entity) {
    if (own->entity != entity) *own = (struct user_stream){entity, 0};
    rng_stream_seek(stream, entity, own->block);
}

#endif
