/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/advise.h"

#include "models/advice/server_costs.h"
#include "models/models.h"
#include "sim/kernel/text.h"

/* Requests of a replication after its warm-up: so many that hundreds of pages are beyond the p95, so few that all settings are tried in seconds. */
#define REQUESTS_MEASURED 15000
#define WARMUP_MIN_S 60
#define WARMUP_MAX_S 1200
#define MEASURED_MIN_S 120
#define MEASURED_MAX_S 7200
enum { HOUR_S = 3600, MEMBERS_MIN = 2 };

static bool set(struct scenario *scenario, const char *key, const char *text, struct diag *diag) {
    return scenario_assign(scenario, key, text, (struct place){.file = "advise"}, NULL, diag);
}

static void set_number(struct scenario *scenario, const char *key, double value, struct diag *diag) {
    char text[TEXT_NUMBER_BYTES];
    set(scenario, key, text_print_number(value, text, sizeof text), diag);
}

/* Most requests within any hour, a second; of a log that is shorter, all of it. */
static double busiest_hour(const struct import *import) {
    const struct reuse_trace *trace = &import->trace;
    double span_s = fmin(HOUR_S, fmax(1, import->curve.window_s));
    size_t most = 0;
    for (size_t i = 0, first = 0; i < trace->n_requests; i++) {
        while (trace->time_s[i] - trace->time_s[first] >= HOUR_S) first++;
        if (i + 1 - first > most) most = i + 1 - first;
    }
    return (double)most / span_s;
}

/* The site is empty at first, and fills within some visits. A limit that is reached fills the queue within seconds. */
static void set_times(struct advise *advise, double requests_per_s, struct diag *diag) {
    double visit_s = import_visit_met_s(&advise->import.visits);
    double warmup_s = fmax(WARMUP_MIN_S, fmin(WARMUP_MAX_S, ceil(2 * visit_s)));
    double measured_s = fmax(MEASURED_MIN_S, fmin(MEASURED_MAX_S, ceil(REQUESTS_MEASURED / requests_per_s)));
    set_number(&advise->scenario, "run.warmup", warmup_s, diag);
    set_number(&advise->scenario, "run.horizon", warmup_s + measured_s, diag);
}

static int read_log(struct advise *advise, struct diag *diag) {
    int code = import_read(&advise->import);
    if (code != STATUS_OK) return code;
    const struct import *import = &advise->import;
    double mean_per_s = (double)import->log.n / fmax(1, import->curve.window_s);
    advise->busiest_per_s = busiest_hour(import);
    double times = advise->request->traffic * advise->busiest_per_s / mean_per_s;
    advise->scenario = scenario_open(&model_web, "log", advise->arena);
    import_apply(&advise->import, times * (double)import->visits.n_visits / fmax(1, import->curve.window_s), &advise->scenario.params);
    set(&advise->scenario, "users.rtt", "50ms", diag); /* a log does not say how far its users are */
    set_times(advise, advise->request->traffic * advise->busiest_per_s, diag);
    return diag_ok(diag) ? STATUS_OK : command_complain(diag);
}

static int read_scenario(struct advise *advise, struct diag *diag) {
    if (!scenario_file_read(advise->request->scenario_file, NULL, 0, &advise->scenario, advise->arena, diag)) return command_complain(diag);
    if (advise->scenario.model != &model_web)
        return cli_usage("advise", "model %s has no web server", advise->scenario.model->name);
    if (advise->scenario.workload.n_requests > 0)
        return cli_usage("advise", "a trace comes as it comes, whatever the server does; allowed: users, or --log");
    return STATUS_OK;
}

/* The configuration has the last word over the scenario's server, and what was said by hand over all. */
static int apply(struct advise *advise, struct diag *diag) {
    const struct advise_request *request = advise->request;
    if (advise->has_config && !config_apply(&advise->config, &advise->scenario, diag)) return command_complain(diag);
    if (advise->has_log) {
        int architecture = (int)advise->scenario.params.values[SERVER_ARCHITECTURE].number;
        server_costs_apply(architecture, &advise->scenario.params, advise->arena);
    }
    for (size_t i = 0; i < request->n_settings; i++)
        scenario_assign(&advise->scenario, request->settings[i].key, request->settings[i].value, (struct place){.file = "--set", .column = request->settings[i].key}, NULL, diag);
    if (!diag_ok(diag)) return command_complain(diag);
    if (advise->scenario.run.values[RUN_REPLICATIONS].number < MEMBERS_MIN)
        return cli_usage("advise", "one replication gives no interval; allowed: --replications 2 or more");
    scenario_check(&advise->scenario, advise->has_log ? "advise" : request->scenario_file, diag);
    if (!diag_ok(diag)) return command_complain(diag);
    struct warmup *warmup; /* that of the present settings is taken for all, so that all see the same span of time */
    return study_request_prepare(&request->study, &advise->scenario, 1, &warmup, advise->arena);
}

int advise_scenario(struct advise *advise) {
    const struct advise_request *request = advise->request;
    struct diag diag = {0};
    advise->has_config = request->config_path != NULL;
    advise->has_log = request->scenario_file == NULL;
    if (advise->has_config && !config_read(request->config_path, &request->how, &advise->config, advise->arena, &diag))
        return command_complain(&diag);
    int code = advise->has_log ? read_log(advise, &diag) : read_scenario(advise, &diag);
    if (code == STATUS_OK) code = apply(advise, &diag);
    if (code == STATUS_OK) advise->fit = fit_of(&advise->scenario.params, advise->scenario.params.values[USERS_TLS].number != TLS_OFF, 0);
    return code;
}
