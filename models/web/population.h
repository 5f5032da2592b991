/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * population: who is there. Classes of users, the users of each, and what they draw.
 *
 *   closed  users.count users for ever: think, page, think. With users.session_pages a visitor leaves after so many pages, and the next
 *           takes his place.
 *   open    users.sessions visits begin per second, a Poisson process, or one whose rate follows the curve of workload.rates: its
 *           k-th visit begins when the integral of the rate has grown by an exponential draw since the one before (time change; Cinlar,
 *           "Introduction to Stochastic Processes", 4.7), so that visits of a class stay the same ones whatever the server does. A visitor
 *           clicks at once, views his pages, and goes.
 *   trace   clients of given requests.
 *
 * Each user draws from streams of his own. A visitor of an open class has his visit's number, not that of the place that he takes, so he is
 * the same visitor in every scenario of one seed.
 */
#ifndef MODELS_WEB_POPULATION_H
#define MODELS_WEB_POPULATION_H

#include "models/web/web.h"

/* Connections that all users can hold together, and users, as far as both are known beforehand: of open users, places. */
uint32_t population_connections_max(const struct param_set *set, const struct workload *workload);
uint32_t population_users_max(const struct param_set *set, const struct workload *workload);

void population_open(struct web *web, const struct param_set *set, const struct workload *workload);

static inline struct user_class *class_of(struct web *web, const struct user *user) {
    return &web->browser.classes[user->class_number];
}

/* The user's next draw of this distribution. A constant needs none. */
double population_draw(struct web *web, const struct variate *variate, struct user *user);
/* True with this probability. 0 and 1 need no draw. */
bool population_draw_share(struct web *web, double share, struct user *user);

/* Recorded first, then drawn. `number` is the user's place. */
void population_think(struct web *web, uint32_t number, struct user *user);

/* A visitor has gone: the next one of a closed class takes his place and thinks, or the place is free. Nothing of his may be under way. */
void population_visit_ends(struct web *web, uint32_t number, struct user *user);

/* A visit of this class begins, and the next one is planned. Returns the visitor's place, POOL_NONE when all are taken. */
uint32_t population_session(struct web *web, uint32_t class_number);

#endif
