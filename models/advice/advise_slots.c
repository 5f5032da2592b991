/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How slots are spent. A slot is what server.worker_limit limits, a daemon; of nginx it is a connection. A slot is busy (a request is
 * at hand), idle keep-alive (it waits for the next one), closing (it waits for the client's FIN), spare (it exists and
 * waits for a connection) or not started.
 *
 * The cause of a limit that is reached: CPU, when that is what the busy ones wait for (above CPU_FULL no more slots would help); else
 * whatever holds most of the slots that are taken.
 */
#include "models/advice/advise.h"

#include "models/advice/config_reader.h"
#include "sim/kernel/text.h"
#include "models/models.h"

#define REACHED 0.99  /* of the limit, by the peak */
#define CPU_FULL 0.85 /* cpu_utilisation: above it queues of the cores grow steeply */

double advise_mean(const struct advise *advise, const char *column) {
    size_t c = model_column_find(&model_web, column);
    SIM_ASSERT(c < model_columns(&model_web));
    return advise->estimates[c].mean;
}

const char *advise_where(const struct advise *advise, enum web_param param) {
    const struct config_setting *setting = advise->has_config ? config_find(&advise->config, param) : NULL;
    if (setting && setting->from)
        return text_format(advise->arena, "%s %s, %s:%ld", setting->name, setting->value, setting->from->file->path, setting->from->line);
    if (setting) return text_format(advise->arena, "%s %s, compiled in", setting->name, setting->value);
    return text_format(advise->arena, "%s = %s", web_params[param].name, advise->scenario.params.values[param].text);
}

static void add(struct advise_slots *slots, const char *name, const char *measure, double mean) {
    slots->parts[slots->n++] = (struct advise_slot){name, measure, mean, slots->total > 0 ? mean / slots->total : 0};
}

/* Differences of means are rounded. */
static double none_below(double value) { return value < 1e-9 ? 0 : value; }

static void of_nginx(struct advise *advise, struct advise_slots *slots) {
    double open = advise_mean(advise, "connections_open"), idle = advise_mean(advise, "connections_idle");
    double writing = advise_mean(advise, "connections_writing"), backlog = advise_mean(advise, "backlog");
    slots->total = advise->fit.processes * (advise->scenario.params.values[SERVER_CONNECTION_LIMIT].number - advise->fit.own);
    slots->peak = advise_mean(advise, "connections_open_peak");
    slots->peak_measure = "connections_open_peak";
    add(slots, "busy", "connections_open - the others - backlog", none_below(open - idle - writing - backlog));
    add(slots, "being written", "connections_writing", writing);
    add(slots, "idle keep-alive", "connections_idle", idle);
    add(slots, "spare", "the rest", slots->total - (open - backlog));
}

static void of_daemons(struct advise *advise, struct advise_slots *slots) {
    double alive = advise_mean(advise, "daemons_alive");
    slots->total = advise->scenario.params.values[SERVER_WORKER_LIMIT].number;
    slots->peak = advise_mean(advise, "daemons_held_peak");
    slots->peak_measure = "daemons_held_peak";
    add(slots, "busy", "daemons_busy", advise_mean(advise, "daemons_busy"));
    add(slots, "idle keep-alive", "daemons_idle_keepalive", advise_mean(advise, "daemons_idle_keepalive"));
    add(slots, "closing", "daemons_closing", advise_mean(advise, "daemons_closing"));
    add(slots, "spare", "daemons_alive - daemons_held", none_below(alive - advise_mean(advise, "daemons_held")));
    add(slots, "not started", "server.worker_limit - daemons_alive", none_below(slots->total - alive));
}

static enum advise_cause cause_of(const struct advise *advise, const struct advise_slots *slots) {
    bool nginx = advise->fit.architecture == ARCHITECTURE_NGINX;
    if (!(slots->peak >= REACHED * slots->total) && !(advise_mean(advise, "closed_by_reclaim") > 0 && nginx)) return CAUSE_NOT_REACHED;
    if (advise_mean(advise, "cpu_utilisation") >= CPU_FULL) return CAUSE_CPU;
    double busy = slots->parts[0].mean + (nginx ? slots->parts[1].mean : 0);
    double idle = slots->parts[nginx ? 2 : 1].mean, closing = nginx ? 0 : slots->parts[2].mean;
    if (idle >= busy && idle >= closing) return CAUSE_KEEPALIVE;
    return closing > busy ? CAUSE_CLOSING : CAUSE_REQUESTS;
}

void advise_slots(struct advise *advise) {
    struct advise_slots *slots = &advise->slots;
    *slots = (struct advise_slots){.limit = advise->fit.limit};
    if (advise->fit.architecture == ARCHITECTURE_NGINX) of_nginx(advise, slots);
    else of_daemons(advise, slots);
    slots->cause = cause_of(advise, slots);
}
