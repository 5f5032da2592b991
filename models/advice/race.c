/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/race.h"

#include <math.h>

#include "models/theory.h"

/* ---- the rule ---------------------------------------------------------------------------------------- */

double race_margin_s(const struct race *race) {
    if (!race->keeps) return HUGE_VAL;
    if (race->reuser_s <= 0) return -HUGE_VAL;
    return race->server_s - race->reuser_s - race->rtt_s - race->scan_s;
}

/* From a limit to where it is advised to be, the distance that must be there included. */
static double room_s(const struct race *race, double limit_s) { return fmax(fmin(5, limit_s / 5), 2 * (race->rtt_s + race->scan_s)); }

/* Two digits, or whole seconds: `nearest` is floor or ceil. */
static double rounded(double x, double (*nearest)(double x)) {
    if (x >= 10) return nearest(x);
    double steps = pow(10, 1 - floor(log10(x))); /* in a unit, so that 0.1 x 47 is spelt 4.7 */
    return nearest(x * steps) / steps;
}

double race_advised_reuser_s(const struct race *race) {
    double limit_s = race->server_s - room_s(race, race->server_s);
    return limit_s > 0 ? rounded(limit_s, floor) : 0;
}

double race_advised_server_s(const struct race *race) {
    return race->reuser_s > 0 ? rounded(race->reuser_s + room_s(race, race->reuser_s), ceil) : 0;
}

/* ---- the rate ---------------------------------------------------------------------------------------- */

struct variate race_likeliest_gap(double server_s) {
    return (struct variate){.kind = VARIATE_EXPONENTIAL, .a = server_s, .low = -HUGE_VAL, .high = HUGE_VAL};
}

/* P(gap > x). */
static double survival(double x, void *context) {
    return variate_probability(context, nextafter(x, HUGE_VAL), HUGE_VAL);
}

/* Gaps that race, and those that find their connection open, the ones that race among them. */
struct met {
    double races, pooled;
};

static struct met meets(const struct race *race, double close_s) {
    struct variate gap = race->gap;
    double end_s = race->reuser_s > 0 ? fmin(race->reuser_s, close_s) : close_s;
    return (struct met){theory_close_race(survival, &gap, close_s, race->reuser_s, race->rtt_s), 1 - survival(end_s, &gap)};
}

/* Midpoints rather than a clever rule, since laws may have steps. */
static struct met averaged(const struct race *race) {
    enum { MOMENTS = 10000 };
    struct met sum = {0};
    if (race->scan_s <= 0) return meets(race, race->server_s);
    for (int i = 0; i < MOMENTS; i++) {
        struct met one = meets(race, race->server_s + race->scan_s * (i + 0.5) / MOMENTS);
        sum.races += one.races / MOMENTS;
        sum.pooled += one.pooled / MOMENTS;
    }
    return sum;
}

struct race_shares race_shares(const struct race *race) {
    if (!race->keeps) return (struct race_shares){0};
    struct met met = averaged(race);
    double bad = theory_bad_gateway_share(met.races, race->once);
    /* Those answered 502 begin no gap. */
    return (struct race_shares){
        .gap = met.races, .of_pooled = met.pooled > 0 ? met.races / met.pooled : 0, .races = met.races * (1 - bad), .bad = bad};
}
