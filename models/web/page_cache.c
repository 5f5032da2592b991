/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/page_cache.h"

#include "models/web/memory.h"

/* By bytes: all files have the mean size. */
static struct hit_curve zipf_curve(const struct param_value *v, struct arena *arena) {
    struct hit_curve curve = lru_zipf(v[SITE_FILES].number, v[SITE_ZIPF].number, arena);
    double *bytes = ARENA_NEW(arena, curve.n, double);
    for (size_t i = 0; i < curve.n; i++) bytes[i] = curve.size[i] * v[SITE_FILE_BYTES].number;
    curve.size = bytes;
    return curve;
}

void page_cache_open(struct web *web, const struct param_set *set, uint32_t n_users) {
    const struct param_value *v = set->values;
    struct page_cache *cache = &web->page_cache;
    const struct param_curve *measured = &v[SITE_MISS_RATIO].curve;
    if (!web->memory.is_watched) return;
    cache->is_modelled = v[SITE_FILES].number > 0 || measured->n > 0;
    cache->dynamic_reads = (uint32_t)v[DISK_DYNAMIC_READS].number;
    cache->touched_clusters = web->memory.swaps ? v[MEMORY_TOUCHED].number / SWAP_CLUSTER_BYTES : 0;
    if (measured->n > 0) cache->curve = lru_measured(measured->x, measured->y, measured->n, web->run->arena);
    else if (cache->is_modelled) cache->curve = zipf_curve(v, web->run->arena);
    cache->own = ARENA_NEW(web->run->arena, n_users, struct user_stream);
    cache->stream = run_stream(web->run, STREAM_CACHE, 0);
}

static uint32_t misses(struct web *web, uint32_t n, double hit_ratio) {
    uint32_t hits = 0;
    for (uint32_t i = 0; i < n; i++) hits += rng_stream_uniform(&web->page_cache.stream) < hit_ratio;
    web->meters.count[COUNT_LOOKUPS] += n;
    web->meters.count[COUNT_HITS] += hits;
    return n - hits;
}

static uint32_t files_of(const struct web *web, uint32_t c) {
    uint32_t n = web->network.transports ? web->network.transports[c].n_requests : 1;
    return connection_at(web, c)->what & REQUEST_DYNAMIC ? n - 1 + web->page_cache.dynamic_reads : n;
}

struct disk_reads page_cache_look_up(struct web *web, uint32_t c) {
    struct page_cache *cache = &web->page_cache;
    const struct connection *connection = connection_at(web, c);
    struct disk_reads reads = {0};
    if (connection->user == POOL_NONE || connection->what & REQUEST_TLS) return reads;
    struct memory_left left = memory_left(web);
    struct user_stream *own = &cache->own[connection->user];
    user_stream_seek(&cache->stream, own, user_at(web, connection->user)->entity);
    if (cache->is_modelled) reads.files = misses(web, files_of(web, c), lru_hit_ratio(&cache->curve, left.cache_bytes));
    if (cache->touched_clusters > 0) /* the whole part, and one more with the probability of the rest */
        reads.swap = (uint32_t)(cache->touched_clusters * left.swap_share + rng_stream_uniform(&cache->stream));
    own->block = cache->stream.block;
    return reads;
}
