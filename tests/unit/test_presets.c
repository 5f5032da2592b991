/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Presets: their numbers beside the vendors' (a table of its own, each with its public source), who wins when several give a value,
 * how a sweep over presets behaves, and what is wrong. Files are written into a temporary folder, in which the test runs.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#include "sim/experiment/sweep.h"
#include "sim/interface/preset_file.h"
#include "sim/interface/presets_embedded.h"
#include "sim/interface/scenario_file.h"

struct bench {
    char folder[64];
    struct arena arena;
    struct diag diag;
    struct scenario scenario;
};

static int open_bench(void **state) {
    static struct bench bench;
    bench = (struct bench){.folder = "/tmp/linger_test_presets_XXXXXX"};
    assert_non_null(mkdtemp(bench.folder));
    assert_int_equal(chdir(bench.folder), 0);
    arena_open(&bench.arena, (size_t)1 << 34);
    *state = &bench;
    return 0;
}

static int close_bench(void **state) {
    struct bench *bench = *state;
    (void)unlink("a.ini");
    (void)unlink("p.ini");
    arena_close(&bench->arena);
    return chdir("/") || rmdir(bench->folder);
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static bool reads(struct bench *bench, const char *ini, const struct setting *settings, size_t n) {
    write_file("a.ini", ini);
    bench->diag = (struct diag){0};
    return scenario_file_read("a.ini", settings, n, &bench->scenario, &bench->arena, &bench->diag);
}

static const struct param_value *value_in(const struct scenario *scenario, const char *key) {
    size_t index = param_find(&scenario->params, key);
    assert_true(index < scenario->params.n);
    return &scenario->params.values[index];
}

static void is(const struct scenario *scenario, const char *key, double number, const char *preset) {
    const struct param_value *value = value_in(scenario, key);
    assert_same(value->number, number);
    if (!preset) assert_null(value->preset);
    else assert_string_equal(value->preset, preset);
}

/* ---- the numbers ----------------------------------------------------------------------------------- */

#define ANY_LONG 8640000 /* 100 days stand for no idle limit */
#define CORE "httpd.apache.org/docs/2.4/mod/core.html"
#define MPM "httpd.apache.org/docs/2.4/mod/mpm_common.html"
#define PREFORK_C "github.com/apache/httpd server/mpm/prefork/prefork.c"
#define DEBIAN_APACHE "Debian 12, apache2 2.4.71: mods-available/mpm_*.conf, apache2.conf"
#define NGINX "nginx.org/en/docs/http/ngx_http_core_module.html"
#define NGINX_CORE "nginx.org/en/docs/ngx_core_module.html"
#define TOMCAT "tomcat.apache.org/tomcat-11.0-doc/config/http.html"
#define LIGHTTPD "lighttpd 1.4.85 src/configfile.c, h1.c, network.c, server.c"
#define GUNICORN "docs.gunicorn.org/en/stable/settings.html"
#define UPSTREAM "nginx.org/en/docs/http/ngx_http_upstream_module.html"
#define ALB "docs.aws.amazon.com elasticloadbalancing edit-load-balancer-attributes"

/* What the vendors write, and by hand what follows for our neutral keys. */
static const struct {
    const char *preset, *key;
    double number;
    const char *source;
} figures[] = {
    {"apache-prefork", "server.idle_limit", 5, CORE ": KeepAliveTimeout 5"},
    {"apache-prefork", "server.requests_per_connection", 101, CORE ": MaxKeepAliveRequests 100, measured: N + 1"},
    {"apache-prefork", "server.worker_limit", 256, MPM ": MaxRequestWorkers 256, prefork"},
    {"apache-prefork", "server.start", 5, MPM ": StartServers 5"},
    {"apache-prefork", "server.spare_min", 5, "httpd.apache.org/docs/2.4/mod/prefork.html: MinSpareServers 5"},
    {"apache-prefork", "server.spare_max", 10, "httpd.apache.org/docs/2.4/mod/prefork.html: MaxSpareServers 10"},
    {"apache-prefork", "server.spawn_max", 32, PREFORK_C ": MAX_SPAWN_RATE"},
    {"apache-prefork", "server.closing_limit", 2, "github.com/apache/httpd server/connection.c: SECONDS_TO_LINGER"},
    {"apache-prefork", "server.backlog", 511, MPM ": ListenBacklog 511"},
    {"apache-prefork", "server.header_limit", 20, "httpd.apache.org/docs/2.4/mod/mod_reqtimeout.html: header=20-40"},
    {"apache-prefork-sample", "server.worker_limit", 250, "github.com/apache/httpd docs/conf/extra/httpd-mpm.conf.in"},
    {"apache-prefork-debian12", "server.worker_limit", 150, DEBIAN_APACHE},
    {"apache-prefork-debian12", "server.start", 5, DEBIAN_APACHE},
    {"apache-prefork-debian12", "server.spare_max", 10, DEBIAN_APACHE},
    {"apache-worker", "server.worker_limit", 400, MPM ": 16 x 25"},
    {"apache-worker", "server.process_limit", 16, MPM ": ServerLimit 16, hybrid"},
    {"apache-worker", "server.threads_per_process", 25, MPM ": ThreadsPerChild 25"},
    {"apache-worker", "server.start", 3, MPM ": StartServers 3, hybrid"},
    {"apache-worker", "server.spare_min", 75, MPM ": MinSpareThreads 75"},
    {"apache-worker", "server.spare_max", 250, MPM ": MaxSpareThreads 250"},
    {"apache-worker-debian12", "server.worker_limit", 150, DEBIAN_APACHE},
    {"apache-worker-debian12", "server.start", 2, DEBIAN_APACHE},
    {"apache-event", "server.idle_limit", 5, CORE ": KeepAliveTimeout 5"},
    {"apache-event", "server.requests_per_connection", 101, CORE ": MaxKeepAliveRequests 100, measured: N + 1"},
    {"apache-event", "server.worker_limit", 400, MPM ": 16 x 25"},
    {"apache-event", "server.process_limit", 16, MPM ": ServerLimit 16, hybrid"},
    {"apache-event", "server.async_factor", 2, "httpd.apache.org/docs/2.4/mod/event.html: AsyncRequestWorkerFactor 2"},
    {"apache-event", "server.backlog", 511, MPM ": ListenBacklog 511"},
    {"apache-event-debian12", "server.worker_limit", 150, DEBIAN_APACHE},
    {"apache-event-debian12", "server.start", 2, DEBIAN_APACHE},
    {"apache-event-debian12", "server.spare_min", 25, DEBIAN_APACHE},
    {"apache-event-debian12", "server.spare_max", 75, DEBIAN_APACHE},
    {"apache-event-debian12", "server.threads_per_process", 25, DEBIAN_APACHE},
    {"apache-event-debian12", "server.idle_limit", 5, DEBIAN_APACHE},
    {"apache-event-debian12", "server.requests_per_connection", 101, DEBIAN_APACHE ", measured: N + 1"},
    {"nginx-1.18", "server.requests_per_connection", 100, NGINX ": 100 before 1.19.10; measured: N"},
    {"nginx-1.18", "server.connection_age_limit", 0, NGINX ": keepalive_time came with 1.19.10"},
    {"nginx-1.18", "server.idle_limit", 75, NGINX ": keepalive_timeout 75s"},
    {"nginx-1.19.10", "server.idle_limit", 75, NGINX ": keepalive_timeout 75s"},
    {"nginx-1.19.10", "server.requests_per_connection", 1000, NGINX ": keepalive_requests 1000"},
    {"nginx-1.19.10", "server.connection_age_limit", 3600, NGINX ": keepalive_time 1h"},
    {"nginx-1.19.10", "server.processes", 1, NGINX_CORE ": worker_processes 1"},
    {"nginx-1.19.10", "server.connection_limit", 512, NGINX_CORE ": worker_connections 512"},
    {"nginx-1.19.10", "server.header_limit", 60, NGINX ": client_header_timeout 60s"},
    {"nginx-1.19.10", "server.reclaim", 1, "github.com/nginx/nginx src/core/ngx_connection.c"},
    {"nginx-1.19.10", "server.backlog", 511, NGINX ": listen, backlog 511"},
    {"nginx-1.29.7", "server.idle_limit", 75, NGINX ": keepalive_timeout 75s"},
    {"nginx-1.29.7", "server.requests_per_connection", 1000, NGINX ": keepalive_requests 1000"},
    {"nginx-debian12", "server.processes", 0, "Debian 12, nginx.conf: worker_processes auto"},
    {"nginx-debian12", "server.connection_limit", 768, "Debian 12, nginx.conf: worker_connections 768"},
    {"nginx-debian12", "server.idle_limit", 75, "Debian 12, nginx.conf does not set it"},
    {"haproxy-3", "server.idle_limit", ANY_LONG, "docs.haproxy.org: timeout http-keep-alive has no built-in value"},
    {"haproxy-3", "server.requests_per_connection", 0, "docs.haproxy.org: no limit"},
    {"haproxy-3", "server.reclaim", 0, "docs.haproxy.org: maxconn, further ones wait"},
    {"haproxy-debian12", "server.idle_limit", 50, "Debian 12, haproxy.cfg: timeout client 50000"},
    {"lighttpd-1.4", "server.idle_limit", 5, LIGHTTPD},
    {"lighttpd-1.4", "server.requests_per_connection", 1001, LIGHTTPD ": 1000, and the response with a larger number closes"},
    {"lighttpd-1.4", "server.connection_limit", 1365 + 2, LIGHTTPD ": 4096 / 3; two of the loop's own"},
    {"lighttpd-1.4.83", "server.connection_limit", 409 + 2, LIGHTTPD ": 4096 / 10 with HTTP/2; two of the loop's own"},
    {"lighttpd-1.4", "server.backlog", 4096, LIGHTTPD ": SOMAXCONN"},
    {"tomcat", "server.idle_limit", 60, TOMCAT ": connectionTimeout 60000"},
    {"tomcat", "server.requests_per_connection", 100, TOMCAT ": maxKeepAliveRequests 100, 1 is off: N"},
    {"tomcat", "server.worker_limit", 200, TOMCAT ": maxThreads 200"},
    {"tomcat", "server.backlog", 100, TOMCAT ": acceptCount 100"},
    {"tomcat", "server.async_factor", 40, TOMCAT ": maxConnections 8192 = 200 + 40 x 200, nearly"},
    {"tomcat-server-xml", "server.idle_limit", 20, "github.com/apache/tomcat conf/server.xml: connectionTimeout 20000"},
    {"jetty-12", "server.idle_limit", 30, "jetty.org: idleTimeout 30000"},
    {"jetty-12", "server.requests_per_connection", 0, "jetty.org: none"},
    {"jetty-12", "server.worker_limit", 200, "jetty.org: maxThreads 200"},
    {"node-25", "server.idle_limit", 6, "nodejs.org/api/http.html: keepAliveTimeout 5000 + keepAliveTimeoutBuffer 1000"},
    {"node-25", "server.requests_per_connection", 0, "nodejs.org/api/http.html: maxRequestsPerSocket 0"},
    {"node-25", "server.header_limit", 60, "nodejs.org/api/http.html: headersTimeout 60000"},
    {"node-25", "server.backlog", 511, "nodejs.org/api/net.html: server.listen"},
    {"node-main", "server.idle_limit", 66, "github.com/nodejs/node 62782: 65000 + 1000"},
    {"go-net-http", "server.idle_limit", ANY_LONG, "pkg.go.dev/net/http: IdleTimeout 0, ReadTimeout 0: none"},
    {"go-net-http", "server.requests_per_connection", 0, "pkg.go.dev/net/http: none"},
    {"caddy-2", "server.header_limit", 0, "caddyserver.com/docs/caddyfile/options: read_header none"},
    {"caddy-2", "server.idle_limit", 300, "caddyserver.com/docs/caddyfile/options: idle 5m"},
    {"gunicorn-sync", "server.keepalive", 0, GUNICORN ": sync workers keep no connection"},
    {"gunicorn-sync", "server.worker_limit", 1, GUNICORN ": workers 1"},
    {"gunicorn-sync", "server.backlog", 2048, GUNICORN ": backlog 2048"},
    {"gunicorn-gevent", "server.idle_limit", 2, GUNICORN ": keepalive 2"},
    {"gunicorn-gevent", "server.connection_limit", 1000 + 2, GUNICORN ": worker_connections 1000; two of the loop's own"},
    {"envoy-1", "server.idle_limit", 3600, "envoyproxy.io FAQ, timeouts: 1 hour"},
    {"envoy-1", "server.connection_age_limit", 0, "envoyproxy.io FAQ, timeouts: unset"},
    {"iis-10", "server.idle_limit", 120, "learn.microsoft.com siteDefaults/limits: 00:02:00"},
    {"aws-alb", "server.idle_limit", 60, ALB ": 60"},
    {"aws-alb", "server.connection_age_limit", 3600, ALB ": client_keep_alive 3600"},
    {"gcp-alb-global", "server.idle_limit", 610, "cloud.google.com/load-balancing: 610"},
    {"gcp-alb-regional", "server.idle_limit", 600, "cloud.google.com/load-balancing: 600"},
    {"oci-lb", "server.idle_limit", 65, "docs.oracle.com connectionreuse: 65"},
    {"oci-lb", "server.requests_per_connection", 10000, "docs.oracle.com connectionreuse: 10000"},
    {"nginx-1.18-upstream", "proxy.present", 1, "a proxy is there"},
    {"nginx-1.18-upstream", "proxy.pool_size", 0, UPSTREAM ": keepalive, none before 1.29.7"},
    {"nginx-1.18-upstream", "proxy.closes_first", 1, "nginx.org/en/docs/http/ngx_http_proxy_module.html: 1.0, Connection: close"},
    {"nginx-1.29.7-upstream", "proxy.pool_size", 32, UPSTREAM ": keepalive 32 local since 1.29.7"},
    {"nginx-1.29.7-upstream", "proxy.idle_limit", 60, UPSTREAM ": keepalive_timeout 60s"},
    {"nginx-1.29.7-upstream", "proxy.requests_per_connection", 1000, UPSTREAM ": keepalive_requests 1000"},
    {"nginx-1.29.7-upstream", "proxy.connection_age_limit", 3600, UPSTREAM ": keepalive_time 1h"},
    {"caddy-2-upstream", "proxy.idle_limit", 120, "caddyserver.com/docs/caddyfile/directives/reverse_proxy: keepalive 2m"},
    {"caddy-2-upstream", "proxy.pool_size", 32, "caddyserver.com/docs/caddyfile/directives/reverse_proxy: keepalive_idle_conns_per_host 32"},
    {"haproxy-3-upstream", "proxy.idle_limit", 0, "docs.haproxy.org: none for idle connections to servers"},
    {"haproxy-3-upstream", "proxy.requests_per_connection", 0, "docs.haproxy.org: max-reuse -1"},
    {"aws-alb-upstream", "proxy.idle_limit", 60, ALB ": 60"},
    {"gcp-alb-upstream", "proxy.idle_limit", 600, "cloud.google.com/load-balancing request-distribution: 600, fixed"},
    {"envoy-1-upstream", "proxy.idle_limit", 3600, "envoyproxy.io FAQ, timeouts: 1 hour"},
    {"envoy-1-upstream", "proxy.connection_age_limit", 0, "envoyproxy.io FAQ, timeouts: unset"},
    {"go-http-client", "proxy.idle_limit", 90, "pkg.go.dev/net/http DefaultTransport: IdleConnTimeout 90 s"},
    {"go-http-client", "proxy.pool_size", 2, "pkg.go.dev/net/http: DefaultMaxIdleConnsPerHost 2"},
    {"oci-lb-upstream", "proxy.idle_limit", 300, "docs.oracle.com connectionreuse: 300"},
};

/* The parameter that names it is that of the section it is about. */
static const char *names_it(const char *key) { return strncmp(key, "proxy.", 6) == 0 ? "proxy.preset" : "server.preset"; }

static void the_vendors_numbers(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        struct setting name = {names_it(figures[i].key), figures[i].preset};
        if (!reads(bench, "[users]\ncount = 1\n", &name, 1)) fail_msg("%s", bench->diag.text[0]);
        const struct param_value *value = value_in(&bench->scenario, figures[i].key);
        if (fabs(value->number - figures[i].number) > 0)
            fail_msg("%s %s: %s, wanted %g (%s)", figures[i].preset, figures[i].key, value->text, figures[i].number, figures[i].source);
        if (!value->preset) fail_msg("%s does not say %s", figures[i].preset, figures[i].key);
    }
}

/* Each stands in the table, says who holds connections, or that there is a proxy, and what bounds them, and where that is from. */
static void each_is_complete(void **state) {
    struct bench *bench = *state;
    assert_int_equal(n_preset_texts, 39);
    for (size_t i = 0; i < n_preset_texts; i++) {
        const char *name = preset_texts[i].name;
        struct diag diag = {0};
        const struct preset *preset = preset_read(name, (struct place){.file = "test"}, &bench->arena, &diag);
        if (!preset) fail_msg("%s", diag.text[0]);
        assert_non_null(preset->product);
        assert_non_null(preset->version);
        assert_non_null(preset->origin);
        bool in_table = false, has_architecture = false, has_idle = false;
        for (size_t k = 0; k < sizeof figures / sizeof figures[0]; k++) in_table |= strcmp(figures[k].preset, name) == 0;
        for (size_t k = 0; k < preset->n; k++) {
            const struct preset_value *value = &preset->values[k];
            const char *key = preset->model->params[value->index].name;
            has_architecture |= strcmp(key, "server.architecture") == 0 || strcmp(key, "proxy.present") == 0;
            has_idle |= strcmp(key, "server.idle_limit") == 0 || strcmp(key, "server.keepalive") == 0 ||
                        strcmp(key, "proxy.idle_limit") == 0 || strcmp(key, "proxy.pool_size") == 0;
            if (value->directive && !value->source) fail_msg("%s: %s has no source", name, key);
        }
        if (!in_table || !has_architecture || !has_idle) fail_msg("%s: %d %d %d", name, in_table, has_architecture, has_idle);
    }
}

/* The users of the classic example for half a minute: pages come, and conservation holds (the model asserts it). */
static void each_runs(void **state) {
    (void)state;
    for (size_t i = 0; i < n_preset_texts; i++) {
        struct workbench bench;
        workbench_open(&bench, &model_web, "users.count=100; users.connections=5; users.objects=10; users.think=gamma(4,1.25s); "
                                           "run.horizon=30s");
        bench.scenario.shelf = preset_shelf_open(preset_read, &bench.arena);
        struct diag diag = {0};
        const struct preset *preset = preset_read(preset_texts[i].name, (struct place){.file = "test"}, &bench.arena, &diag);
        if (!scenario_assign(&bench.scenario, preset_side(preset)->name, preset_texts[i].name, (struct place){.file = "test"}, NULL, &diag))
            fail_msg("%s", diag.text[0]);
        workbench_run(&bench);
        double pages = workbench_value(&bench, "pages_per_s");
        /* 100 users who think 5 s: 20 at most. 150 daemons, held for 5 s and as long as they are used again, 5 for each: some 3. */
        if (!(pages > 1 && pages < 21)) fail_msg("%s: %g pages/s", preset_texts[i].name, pages);
        workbench_close(&bench);
    }
}

/* ---- who wins ------------------------------------------------------------------------------------------ */

/* Defaults: 5 s, 100 requests, 512 connections. nginx-1.19.10: 75 s, 1000, 512, 1 h. */
static void between_defaults_and_what_is_given(void **state) {
    struct bench *bench = *state;
    struct setting set = {"server.requests_per_connection", "7"};
    assert_true(reads(bench, "[server]\nidle_limit = 3s\npreset = nginx-1.19.10\nconnection_limit = 99\n", &set, 1));
    is(&bench->scenario, "server.idle_limit", 3, NULL); /* before the preset's line */
    is(&bench->scenario, "server.connection_limit", 99, NULL); /* behind it */
    is(&bench->scenario, "server.requests_per_connection", 7, NULL);
    is(&bench->scenario, "server.connection_age_limit", 3600, "nginx-1.19.10");
    is(&bench->scenario, "server.spare_min", 5, NULL); /* of which it says nothing */
    assert_false(value_in(&bench->scenario, "server.connection_age_limit")->given);
    assert_true(value_in(&bench->scenario, "server.idle_limit")->given);
}

/* --set names another one: what the scenario gives stays, what the first preset said is gone, also where the second is silent. */
static void another_takes_its_place(void **state) {
    struct bench *bench = *state;
    struct setting set = {"server.preset", "apache-prefork"};
    assert_true(reads(bench, "[server]\npreset = nginx-debian12\nidle_limit = 3s\n", &set, 1));
    is(&bench->scenario, "server.idle_limit", 3, NULL);
    is(&bench->scenario, "server.requests_per_connection", 101, "apache-prefork");
    is(&bench->scenario, "server.connection_limit", 512, NULL);
    is(&bench->scenario, "server.connection_age_limit", 0, NULL);
    struct setting none = {"server.preset", ""};
    assert_true(reads(bench, "[server]\npreset = nginx-debian12\n", &none, 1));
    is(&bench->scenario, "server.idle_limit", 5, NULL);
}

static void a_file_of_ones_own(void **state) {
    struct bench *bench = *state;
    write_file("p.ini", "[preset]\nproduct = mine\n[server]\nidle_limit = 9s\nidle_limit.vendor = Patience = 9\n[users]\nrtt = 10ms\n");
    assert_true(reads(bench, "[server]\npreset = p.ini\n", NULL, 0));
    is(&bench->scenario, "server.idle_limit", 9, "p.ini");
    is(&bench->scenario, "users.rtt", 0.01, "p.ini");
    const struct preset *preset = preset_find(bench->scenario.shelf, "p.ini", &model_web, (struct place){0}, &bench->diag);
    assert_string_equal(preset->values[0].directive, "Patience");
    assert_string_equal(preset->values[0].vendor_value, "9");
}

/* A proxy before a server, each by its own; one for the other side is refused. */
static void two_sides(void **state) {
    struct bench *bench = *state;
    struct setting set = {"proxy.preset", "aws-alb-upstream"};
    assert_true(reads(bench, "[server]\npreset = node-25\n[proxy]\nrtt = 1ms\n", &set, 1));
    is(&bench->scenario, "proxy.idle_limit", 60, "aws-alb-upstream");
    is(&bench->scenario, "proxy.present", 1, "aws-alb-upstream");
    is(&bench->scenario, "proxy.rtt", 0.001, NULL);
    is(&bench->scenario, "server.idle_limit", 6, "node-25");
    assert_false(reads(bench, "[server]\npreset = aws-alb-upstream\n", NULL, 0));
    assert_string_equal(bench->diag.text[0], "a.ini:2: server.preset: read 'aws-alb-upstream', a preset for proxy.preset");
    assert_false(reads(bench, "[proxy]\npreset = node-25\n", NULL, 0));
    assert_string_equal(bench->diag.text[0], "a.ini:2: proxy.preset: read 'node-25', a preset for server.preset");
    write_file("p.ini", "[server]\nidle_limit = 9s\n[proxy]\npresent = on\nidle_limit = 7s\n"); /* both sides at once */
    assert_true(reads(bench, "[server]\npreset = p.ini\n", NULL, 0));
    is(&bench->scenario, "proxy.idle_limit", 7, "p.ini");
}

/* ---- sweeps ------------------------------------------------------------------------------------------------ */

static void sweep_of(struct bench *bench, struct sweep *sweep, const char *const *varies, size_t n) {
    struct factor *factors = ARENA_NEW(&bench->arena, n, struct factor);
    for (size_t f = 0; f < n; f++)
        if (!factor_parse(varies[f], &bench->scenario, &factors[f], NULL, &bench->arena, &bench->diag)) fail_msg("%s", bench->diag.text[0]);
    if (!sweep_open(sweep, &bench->scenario, factors, n, NULL, &bench->arena, &bench->diag)) fail_msg("%s", bench->diag.text[0]);
}

static void vary_presets(void **state) {
    struct bench *bench = *state;
    struct sweep sweep;
    assert_true(reads(bench, "[server]\nrequests_per_connection = 50\npreset = caddy-2\n", NULL, 0));
    sweep_of(bench, &sweep, (const char *const[]){"server.preset=nginx-1.19.10,apache-event"}, 1);
    assert_int_equal(sweep.n_points, 2);
    is(&sweep.points[0], "server.idle_limit", 75, "nginx-1.19.10");
    is(&sweep.points[0], "server.connection_age_limit", 3600, "nginx-1.19.10");
    is(&sweep.points[1], "server.idle_limit", 5, "apache-event");
    is(&sweep.points[1], "server.connection_age_limit", 0, NULL);
    is(&sweep.points[1], "server.reclaim", 1, NULL); /* caddy-2 had said off */
    for (size_t i = 0; i < 2; i++) is(&sweep.points[i], "server.requests_per_connection", 50, NULL);
}

/* What is varied is given, whichever --vary comes first. */
static void vary_a_key_beside(void **state) {
    struct bench *bench = *state;
    static const char *const orders[2][2] = {{"server.preset=nginx-1.19.10,apache-event", "server.idle_limit=1,2"},
                                             {"server.idle_limit=1,2", "server.preset=nginx-1.19.10,apache-event"}};
    for (size_t order = 0; order < 2; order++) {
        struct sweep sweep;
        assert_true(reads(bench, "[users]\ncount = 1\n", NULL, 0));
        sweep_of(bench, &sweep, orders[order], 2);
        assert_int_equal(sweep.n_points, 4);
        for (size_t i = 0; i < 4; i++) {
            size_t idle = sweep_level(&sweep, i, 1 - order), preset = sweep_level(&sweep, i, order);
            is(&sweep.points[i], "server.idle_limit", idle ? 2 : 1, NULL);
            is(&sweep.points[i], "server.requests_per_connection", preset ? 101 : 1000, preset ? "apache-event" : "nginx-1.19.10");
        }
    }
}

/* ---- what is wrong ------------------------------------------------------------------------------------------- */

static void wrong(struct bench *bench, const char *preset, const char *want) {
    write_file("p.ini", preset);
    assert_false(reads(bench, "[server]\npreset = p.ini\nidle_limit = 1s\n", NULL, 0));
    assert_int_equal(bench->diag.status, STATUS_SCENARIO);
    if (strncmp(bench->diag.text[0], want, strlen(want)) != 0) fail_msg("'%s', not '%s'", bench->diag.text[0], want);
}

static void wrong_files(void **state) {
    struct bench *bench = *state;
    wrong(bench, "[server]\nidel_limit = 5s\n", "p.ini:2: unknown key 'server.idel_limit' of a preset of model web, did you mean 'server.idle_limit'?");
    wrong(bench, "[server]\nidle_limit = 5 parsec\n", "p.ini:2: server.idle_limit: read '5 parsec', allowed: ");
    wrong(bench, "[server]\nidle_limit = 5s\nidle_limit = 6s\n", "p.ini:3: server.idle_limit: stands twice, first in line 2");
    wrong(bench, "[server]\nidle_limit.source = here\nidle_limit = 6s\n", "p.ini:2: server.idle_limit.source: stands without server.idle_limit before it");
    wrong(bench, "[server]\nidle_limit = 6s\nidle_limit.colour = red\n", "p.ini:3: server.idle_limit.colour: unknown, allowed behind server.idle_limit:");
    wrong(bench, "[server]\npreset = tomcat\n", "p.ini:2: server.preset: read 'tomcat', allowed: nothing");
    wrong(bench, "[run]\nseed = 3\n", "p.ini:2: unknown key 'run.seed'");
    wrong(bench, "[preset]\ncolour = red\n", "p.ini:2: preset.colour: unknown, allowed: product, version");
    wrong(bench, "[preset]\nmodel = squid\n", "p.ini:2: preset.model: read 'squid'");
    wrong(bench, "[preset]\nmodel = mmc\n[queue]\nservers = 2\n", "a.ini:2: server.preset: read 'p.ini', a preset of model mmc, allowed: one of model web");
}

static void near_names(void **state) {
    (void)state;
    assert_string_equal(preset_nearest("apache-evnt"), "apache-event");
    assert_string_equal(preset_nearest("nginx"), "nginx-1.18");
    assert_string_equal(preset_nearest("ngnix"), "nginx-1.18");
    assert_string_equal(preset_nearest("haproxy"), "haproxy-3");
    assert_null(preset_nearest("squid"));
    assert_null(preset_nearest(""));
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(the_vendors_numbers),
        IN_FOLDER(each_is_complete),
        cmocka_unit_test(each_runs),
        IN_FOLDER(between_defaults_and_what_is_given),
        IN_FOLDER(another_takes_its_place),
        IN_FOLDER(a_file_of_ones_own),
        IN_FOLDER(two_sides),
        IN_FOLDER(vary_presets),
        IN_FOLDER(vary_a_key_beside),
        IN_FOLDER(wrong_files),
        cmocka_unit_test(near_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
