/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/disk.h"

#include "models/web/page_cache.h"

void disk_open(struct web *web, const struct param_set *set, uint32_t n_users) {
    const struct param_value *v = set->values;
    struct disk *disk = &web->disk;
    struct arena *arena = web->run->arena;
    if (!web->memory.is_watched) return;
    fcfs_open(&disk->fcfs, (uint32_t)v[MACHINE_DISKS].number, arena);
    disk->service = v[DISK_SERVICE].variate;
    disk->bytes_per_s = v[DISK_BYTE_RATE].number;
    disk->file_bytes = v[SITE_FILE_BYTES].number;
    disk->left = ARENA_NEW(arena, web->connections.capacity, struct disk_reads);
    disk->own = ARENA_NEW(arena, n_users, struct user_stream);
    disk->stream = run_stream(web->run, STREAM_DISK, 0);
}

static void add(struct web *web, enum web_level level, double change) {
    meters_level_add(&web->meters, level, web_now(web), change);
}

/* The user's own draw, as his work on the CPU is. */
static double draw_service(struct web *web, uint32_t user) {
    struct disk *disk = &web->disk;
    if (disk->service.kind == VARIATE_CONSTANT || user == POOL_NONE) return disk->service.a;
    user_stream_seek(&disk->stream, &disk->own[user], user_at(web, user)->entity);
    double service_s = variate_draw(&disk->service, &disk->stream);
    disk->own[user].block = disk->stream.block;
    return service_s;
}

/* Files first, then swap. */
static void begin_read(struct web *web, uint32_t c) {
    struct disk *disk = &web->disk;
    bool is_file = disk->left[c].files > 0;
    double bytes = is_file ? disk->file_bytes : SWAP_CLUSTER_BYTES;
    double read_s = draw_service(web, connection_at(web, c)->user) + bytes / disk->bytes_per_s;
    web->meters.count[COUNT_DISK_READS]++;
    if (is_file) {
        disk->left[c].files--;
    } else {
        disk->left[c].swap--;
        web->meters.count[COUNT_SWAP_READS]++;
    }
    simulation_at(&web->simulation, web_now(web) + read_s, EVENT_DISK_DONE, c);
}

static void queue_read(struct web *web, uint32_t c) {
    if (fcfs_seize(&web->disk.fcfs, web_now(web), c)) {
        add(web, LEVEL_DISK_BUSY, 1);
        begin_read(web, c);
    } else {
        add(web, LEVEL_DISK_WAITING, 1);
    }
}

static bool is_done(struct disk_reads left) { return left.files == 0 && left.swap == 0; }

bool disk_queue_reads(struct web *web, uint32_t c) {
    struct disk_reads reads = page_cache_look_up(web, c);
    if (is_done(reads)) return false;
    web->disk.left[c] = reads;
    queue_read(web, c);
    return true;
}

bool disk_finish(struct web *web, uint32_t c) {
    uint32_t next = fcfs_release(&web->disk.fcfs, web_now(web));
    if (next == POOL_NONE) {
        add(web, LEVEL_DISK_BUSY, -1);
    } else {
        add(web, LEVEL_DISK_WAITING, -1);
        begin_read(web, next);
    }
    if (is_done(web->disk.left[c])) return true;
    queue_read(web, c);
    return false;
}
