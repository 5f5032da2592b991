/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What report.html is made of: text that cannot become markup (wanted bytes by hand, from the HTML standard and RFC 3629), pictures
 * that are let in and refused, values, the extremes of a sweep worked out on paper, and vendors' values beside their manuals.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/experiment/extremes.h"
#include "sim/interface/html.h"
#include "sim/interface/preset_file.h"
#include "sim/interface/report_html.h"
#include "sim/interface/svg_inline.h"
#include "sim/interface/vendor.h"
#include "tests/unit/specimen.h"

struct bench {
    struct arena arena;
    struct diag diag;
    FILE *out; /* what the room under test writes */
    char *text;
    size_t bytes;
};

static int open_bench(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    arena_open(&bench->arena, (size_t)1 << 34);
    bench->out = open_memstream(&bench->text, &bench->bytes);
    *state = bench;
    return 0;
}

static int close_bench(void **state) {
    struct bench *bench = *state;
    fclose(bench->out);
    free(bench->text);
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

/* What was written since the last time. */
static const char *written(struct bench *bench) {
    fflush(bench->out);
    const char *text = arena_text(&bench->arena, bench->text, bench->bytes);
    rewind(bench->out);
    return text;
}

/* ---- text ------------------------------------------------------------------------------------------ */

#define BAD "\xEF\xBF\xBD" /* U+FFFD */

static void text_cannot_become_markup(void **state) {
    static const struct {
        const char *text, *html;
    } cases[] = {
        {"plain, with a slash / and = 1", "plain, with a slash / and = 1"},
        {"<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"},
        {"\" onload=\"x", "&quot; onload=&quot;x"},
        {"&lt; &amp;", "&amp;lt; &amp;amp;"},
        {"a\tb\nc", "a\tb\nc"},
        {"bell \a, escape \x1b[1m, delete \x7f", "bell " BAD ", escape " BAD "[1m, delete " BAD},
        {"gr\xC3\xBC\xC3\x9F, \xE2\x82\xAC, \xF0\x9F\x90\x9D", "gr\xC3\xBC\xC3\x9F, \xE2\x82\xAC, \xF0\x9F\x90\x9D"},
        /* RFC 3629: overlong <, a lone continuation, a character cut short, a surrogate, above U+10FFFF; C1 control; U+FFFF */
        {"\xC0\xBCscript", BAD BAD "script"},
        {"\x80-", BAD "-"},
        {"\xE2\x82<", BAD BAD "&lt;"},
        {"\xED\xA0\x80", BAD BAD BAD},
        {"\xF4\x90\x80\x80", BAD BAD BAD BAD},
        {"\xC2\x85", BAD BAD},
        {"\xEF\xBF\xBF", BAD BAD BAD},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        html_text(bench->out, cases[i].text);
        assert_string_equal(written(bench), cases[i].html);
    }
}

/* No bytes at all may give a < or a quote: 20,000 random texts. */
static void no_bytes_give_a_tag(void **state) {
    struct bench *bench = *state;
    struct dice dice = {.state = 5};
    for (int round = 0; round < 20000; round++) {
        char text[12];
        for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(dice_below(&dice, 3) ? "<>\"'&\xC3\xE2\xF0"[dice_below(&dice, 8)] : (int)dice_below(&dice, 256));
        html_text_part(bench->out, text, sizeof text);
        assert_null(strpbrk(written(bench), "<>\"'"));
    }
}

/* ---- pictures --------------------------------------------------------------------------------------- */

static const char *let_in(struct bench *bench, const char *svg) {
    char path[] = "/tmp/linger_test_report_XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, svg, strlen(svg)) == (ssize_t)strlen(svg));
    close(file);
    const char *read = svg_read(path, &bench->arena);
    unlink(path);
    return read;
}

static void a_picture_gets_names_of_its_own(void **state) {
    struct bench *bench = *state;
    const char *svg = let_in(bench, "<?xml version=\"1.0\"?>\n<svg width=\"9\" viewBox=\"0 0 4 3\" onclick-less=\"\">\n<defs><path id='a' d='M0,0'/></defs>"
                                    "<use xlink:href='#a' fill = 'url(#b)'/><text>a > b &amp; \x01</text></svg>\n");
    assert_null(svg); /* on... */
    svg = let_in(bench, "<?xml version=\"1.0\"?>\n<svg width=\"9\" viewBox=\"0 0 4 3\">\n<defs><path id='a' d='M0,0'/></defs>"
                        "<use xlink:href='#a' fill = 'url(#b)'/><text>a > b &amp; \x01</text></svg>\n");
    assert_non_null(svg);
    svg_put(bench->out, svg, "p1-", "what \"it\" shows");
    assert_string_equal(written(bench),
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" viewBox=\"0 0 4 3\" "
                        "aria-label=\"what &quot;it&quot; shows\">\n<defs><path id='p1-a' d='M0,0'/></defs>"
                        "<use xlink:href='#p1-a' fill = 'url(#p1-b)'/><text>a > b &amp; " BAD "</text></svg>\n");
}

static void a_picture_that_does_more_than_draw_is_refused(void **state) {
    static const char *const refused[] = {
        "", "no picture", "<svg><g></svg", "<svg><g>", "<svg></svg><svg></svg>", "<svg></svg><script>x</script>",
        "<svg><script>x</script></svg>", "<svg><SCRIPT>x</SCRIPT></svg>", "<svg><image href='http://a/b.png'/></svg>",
        "<svg><foreignObject/></svg>", "<svg><a href='#x'>y</a></svg>", "<svg><style>@import url(http://a)</style></svg>",
        "<svg><g onload='x'/></svg>", "<svg><g OnLoad='x'/></svg>", "<svg><g / onload='x'></g></svg>", "<svg><g fill='red'onload='x'/></svg>",
        "<svg><g\fonload='x'/></svg>", "<svg onload=x></svg>", "<svg><use href='http://a/b#c'/></svg>", "<svg><use xlink:href='data:x'/></svg>",
        "<svg><g fill='url(http://a)'/></svg>", "<svg><g style='background:url(x)'/></svg>", "<svg><!-- x --></svg>",
        "<svg><![CDATA[<script>]]></svg>", "<svg><g id=\"a'/></svg>", "<svg><g id='<script>'/></svg>",
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (let_in(bench, refused[i])) fail_msg("let in: %s", refused[i]);
    assert_non_null(let_in(bench, "<svg></svg>"));
    assert_null(svg_read("/nonexistent/a.svg", &bench->arena));
}

/* ---- the page ------------------------------------------------------------------------------------------ */

/* The half-width 3.3e-4 of 211.8 is below its last digit. The exact numbers stand beside what is shown. */
static void values_carry_what_they_are(void **state) {
    static const struct {
        struct estimate estimate;
        struct report_quantity quantity;
        const char *html;
    } cases[] = {
        {{211.8e6, 330, 0, 10}, {"m", "B", false},
         "<span class=\"value\"><data title=\"m\" value=\"211800000\">211.8</data><span class=\"interval\"> \xC2\xB1\xC2\xA0<data title=\"m half_width\" "
         "value=\"330\">&lt; 0.1</data></span>\xC2\xA0MB</span>"},
        {{0.00797, 0.00012, 0, 10}, {"u", "1", true},
         "<span class=\"value\"><data title=\"u\" value=\"0.00797\">0.7970</data><span class=\"interval\"> \xC2\xB1\xC2\xA0<data title=\"u half_width\" "
         "value=\"0.00012\">0.012</data></span>\xC2\xA0%</span>"},
        {{500, 0, 0, 10}, {"d", "1", false},
         "<span class=\"value\"><data title=\"d\" value=\"500\">500</data><span class=\"interval\"> \xC2\xB1\xC2\xA0<data title=\"d half_width\" "
         "value=\"0\">0</data></span></span>"},
        {{3e-6, (double)NAN, (double)NAN, 1}, {"t", "s", false}, "<span class=\"value\"><data title=\"t\" value=\"3e-06\">3</data>\xC2\xA0\xC2\xB5s</span>"},
        {{(double)NAN, (double)NAN, (double)NAN, 0}, {"n", "s", false}, "<span class=\"value\">not observed</span>"},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report_html page = {.out = bench->out};
        report_html_value(&page, &cases[i].estimate, cases[i].quantity);
        assert_string_equal(written(bench), cases[i].html);
    }
}

static void a_diff_keeps_its_signs(void **state) {
    struct bench *bench = *state;
    struct report_html page = {.out = bench->out};
    report_html_diff(&page, "--- a/<x>\n+++ b/<x>\n@@ -1 +1 @@\n-Timeout 5\n+Timeout <2>\n same");
    assert_string_equal(written(bench), "<pre class=\"diff\" tabindex=\"0\"><code>--- a/&lt;x&gt;\n+++ b/&lt;x&gt;\n@@ -1 +1 @@\n<del>-Timeout 5</del>\n"
                                        "<ins>+Timeout &lt;2&gt;</ins>\n same</code></pre>\n");
}

/* ---- extremes -------------------------------------------------------------------------------------------- */

/* test.word left | right x test.level 1, 2, 3, means with half-width 1:
 *
 *            1    2    3
 *   left    10   20   30
 *   right    5    6  6.5
 *
 * Lowest 5 (right, 1); 6 and 6.5 are within 2 of it, so the level makes no difference there. Highest 30 (left, 3), alone. Level
 * means of word: 20 and 17.5/3; of level: 7.5, 13, 18.25. */
static void extremes_of_six_points(void **state) {
    struct bench *bench = *state;
    struct scenario base = scenario_open(&specimen, "test", &bench->arena);
    struct factor factors[2];
    struct sweep sweep;
    const struct estimate estimates[] = {{10, 1, 0, 2}, {20, 1, 0, 2}, {30, 1, 0, 2}, {5, 1, 0, 2}, {6, 1, 0, 2}, {6.5, 1, 0, 2}};
    assert_true(factor_parse("test.word=left,right", &base, &factors[0], NULL, &bench->arena, &bench->diag));
    assert_true(factor_parse("test.level=1,2,3", &base, &factors[1], NULL, &bench->arena, &bench->diag));
    assert_true(sweep_open(&sweep, &base, factors, 2, NULL, &bench->arena, &bench->diag));
    struct surface surface = {&sweep, estimates, 1};
    struct extreme low = extremes_find(&surface, false, &bench->arena), high = extremes_find(&surface, true, &bench->arena);
    assert_int_equal(low.point, 3);
    assert_int_equal(low.n_touching, 3);
    assert_true(!low.is_free[0] && low.is_free[1]);
    assert_int_equal(high.point, 2);
    assert_int_equal(high.n_touching, 1);
    assert_true(!high.is_free[0] && !high.is_free[1]);
    assert_near(extremes_effect(&surface, 0, &bench->arena), 20 - 17.5 / 3, 1e-12);
    assert_near(extremes_effect(&surface, 1, &bench->arena), 18.25 - 7.5, 1e-12);
}

static void what_was_not_observed_is_no_extreme(void **state) {
    struct bench *bench = *state;
    struct scenario base = scenario_open(&specimen, "test", &bench->arena);
    struct factor factor;
    struct sweep sweep;
    struct estimate estimates[] = {{(double)NAN, (double)NAN, 0, 0}, {7, (double)NAN, 0, 1}, {8, (double)NAN, 0, 1}};
    assert_true(factor_parse("test.level=1,2,3", &base, &factor, NULL, &bench->arena, &bench->diag));
    assert_true(sweep_open(&sweep, &base, &factor, 1, NULL, &bench->arena, &bench->diag));
    struct surface surface = {&sweep, estimates, 1};
    assert_int_equal(extremes_find(&surface, false, &bench->arena).point, 1);
    assert_int_equal(extremes_find(&surface, true, &bench->arena).n_touching, 1);
    for (size_t i = 0; i < 3; i++) estimates[i].mean = (double)NAN;
    assert_int_equal(extremes_find(&surface, false, &bench->arena).point, 3);
    assert_near(extremes_effect(&surface, 0, &bench->arena), 0, 0);
}

/* ---- vendors ---------------------------------------------------------------------------------------------- */

/* nginx ngx_http_core_module: keepalive_timeout in s, keepalive_requests is N; httpd core.html: KeepAlive On | Off, MaxKeepAliveRequests
 * N answers N + 1 (measured); Jetty: idleTimeout in ms; Node waits 1 s longer than its
 * keepAliveTimeout says, and 0 is no limit to it; Caddy: timeouts idle 5m; lighttpd: server.max-keep-alive-idle in whole seconds; Apache 2.4
 * takes 250ms, nginx 2500ms; a protobuf Duration in JSON, as Envoy has them, 2.500s and no ms. NULL: does not follow. */
static void vendors_values_as_their_manuals_have_them(void **state) {
    static const struct {
        const char *preset, *key, *value, *wanted, *note;
    } cases[] = {
        {"nginx-1.19.10", "server.idle_limit", "75s", "75s", NULL},
        {"nginx-1.19.10", "server.idle_limit", "20s", "20s", NULL},
        {"nginx-1.19.10", "server.idle_limit", "2.5s", "2500ms", NULL},
        {"nginx-1.19.10", "server.idle_limit", "0", "0s", "keep-alive off"},
        {"nginx-1.19.10", "server.requests_per_connection", "50", "50", NULL},
        {"nginx-1.19.10", "server.architecture", "event", NULL, NULL},
        {"apache-event", "server.keepalive", "off", "Off", NULL},
        {"apache-event", "server.idle_limit", "2s", "2", NULL},
        {"apache-event", "server.requests_per_connection", "51", "50", NULL},
        {"apache-event", "server.requests_per_connection", "0", "0", "no limit"},
        {"apache-event", "server.idle_limit", "0.25s", "250ms", NULL},
        {"lighttpd-1.4", "server.idle_limit", "6.92s", "7", "rounded to whole seconds"},
        {"lighttpd-1.4", "server.idle_limit", "0.1s", "1", "rounded to whole seconds"},
        {"apache-event", "server.header_limit", "10s", NULL, NULL},
        {"node-25", "server.idle_limit", "5s", NULL, NULL},
        {"node-25", "server.idle_limit", "7.5s", NULL, NULL},
        {"node-25", "server.idle_limit", "0", NULL, NULL},
        {"node-25", "server.header_limit", "7.5s", "7500", NULL},
        {"jetty-12", "server.idle_limit", "5s", "5000", NULL},
        {"jetty-12", "server.idle_limit", "6.92s", "6920", NULL},
        {"caddy-2", "server.idle_limit", "2min", "2m", NULL},
        {"caddy-2", "server.idle_limit", "90s", NULL, NULL},
        {"envoy-1", "server.idle_limit", "90s", "90s", NULL},
        {"envoy-1", "server.idle_limit", "2.5s", NULL, NULL},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct preset *preset = preset_read(cases[i].preset, (struct place){0}, &bench->arena, &bench->diag);
        assert_non_null(preset);
        struct param_set set = param_set_open(preset->model->params, preset->model->n_params, &bench->arena);
        const struct preset_value *pair = preset->values;
        while (strcmp(preset->model->params[pair->index].name, cases[i].key) != 0) assert_true(++pair < preset->values + preset->n);
        assert_true(param_assign(&set, pair->index, cases[i].value, (struct place){0}, NULL, &bench->arena, &bench->diag));
        const char *note, *got = vendor_writes(preset, pair, &set, &bench->arena, &note);
        assert_string_equal(note, cases[i].note ? cases[i].note : "");
        if (!got != !cases[i].wanted || (got && strcmp(got, cases[i].wanted) != 0))
            fail_msg("%s %s = %s: got %s", cases[i].preset, cases[i].key, cases[i].value, got ? got : "nothing");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_cannot_become_markup, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(no_bytes_give_a_tag, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_picture_gets_names_of_its_own, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_picture_that_does_more_than_draw_is_refused, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(values_carry_what_they_are, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_diff_keeps_its_signs, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(extremes_of_six_points, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(what_was_not_observed_is_no_extreme, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(vendors_values_as_their_manuals_have_them, open_bench, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
