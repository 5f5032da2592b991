/* SPDX-License-Identifier: GPL-3.0-or-later
 * simulation: heap, lanes and timers together fire in the order of a list that is searched from end to end, with or
 * without heap_only, on times so coarse that most events are tied. Then the corners, one by one. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "sim/kernel/simulation.h"

enum { ENTITIES = 7, FIRINGS = 6000, PENDING_MAX = 4000 };

/* The order of classes is the order at equal times, so kinds are mixed on purpose. */
enum class { RING_SHORT, TIMER_LOW, LINKED_ZERO, HEAP_LOW, LINKED_LONG, RING_LONG, LINKED_SHORT, HEAP_HIGH,
             TIMER_HIGH, CLASSES };

static const double delay_of[CLASSES] = {[RING_SHORT] = 0.5, [LINKED_ZERO] = 0, [LINKED_LONG] = 1.5,
                                         [RING_LONG] = 1, [LINKED_SHORT] = 0.25};

static bool is_linked(uint32_t class) { return class == LINKED_ZERO || class == LINKED_LONG || class == LINKED_SHORT; }
static bool is_ring(uint32_t class) { return class == RING_SHORT || class == RING_LONG; }
static bool is_timer(uint32_t class) { return class == TIMER_LOW || class == TIMER_HIGH; }

/* ---- the oracle: an executive of twenty lines ------------------------------------------------ */

struct list {
    struct event events[PENDING_MAX];
    size_t n;
    double now_s;
    bool stopped;
};

static void list_add(struct list *list, double time_s, uint32_t class, uint32_t id) {
    assert_true(list->n < PENDING_MAX);
    list->events[list->n++] = event_make(time_s, class, id);
}

static void list_remove(struct list *list, uint32_t class, uint32_t id) {
    for (size_t i = 0; i < list->n; i++)
        if (event_class(list->events[i]) == class && event_id(list->events[i]) == id) {
            list->events[i] = list->events[--list->n];
            return;
        }
}

static size_t list_first(const struct list *list) {
    size_t first = 0;
    for (size_t i = 1; i < list->n; i++) {
        struct event a = list->events[i], b = list->events[first];
        if (a.time_s < b.time_s || (a.time_s <= b.time_s && a.key < b.key)) first = i;
    }
    return first;
}

/* ---- a model that does as the dice say, on either executive ---------------------------------- */

struct entity {
    struct lane_node nodes[3];
};

struct world {
    struct dice dice;
    bool on_list;
    struct list *list;
    struct simulation simulation;
    struct lane lanes[CLASSES];
    struct entity entities[ENTITIES];
    uint32_t timers[CLASSES];
    bool armed[CLASSES][ENTITIES];
    struct event fired[FIRINGS];
    size_t n_fired;
};

static double now(const struct world *world) { return world->on_list ? world->list->now_s : world->simulation.now_s; }

static void arm(struct world *world, uint32_t class, uint32_t id) {
    world->armed[class][id] = true;
    if (world->on_list) list_add(world->list, now(world) + delay_of[class], class, id);
    else lane_arm(&world->simulation, &world->lanes[class], id);
}

static void cancel(struct world *world, uint32_t class, uint32_t id) {
    world->armed[class][id] = false;
    if (world->on_list) list_remove(world->list, class, id);
    else lane_cancel(&world->simulation, &world->lanes[class], id);
}

static void set_timer(struct world *world, uint32_t class, double time_s) {
    if (!world->on_list) {
        simulation_timer_set(&world->simulation, world->timers[class], class, time_s);
        return;
    }
    list_remove(world->list, class, 0);
    if (time_s < HUGE_VAL) list_add(world->list, time_s, class, 0);
}

static void at(struct world *world, double time_s, uint32_t class, uint32_t id) {
    if (world->on_list) list_add(world->list, time_s, class, id);
    else simulation_at(&world->simulation, time_s, class, id);
}

static void act(struct world *world) {
    struct dice *dice = &world->dice;
    uint32_t class = dice_below(dice, CLASSES), id = dice_below(dice, ENTITIES);
    double later_s = now(world) + 0.25 * dice_below(dice, 8);
    if (is_linked(class)) {
        bool was_armed = world->armed[class][id];
        if (was_armed) cancel(world, class, id);
        if (!was_armed || dice_below(dice, 3)) arm(world, class, id);
    } else if (is_ring(class)) {
        arm(world, class, id);
    } else if (is_timer(class)) {
        set_timer(world, class, dice_below(dice, 5) ? later_s : HUGE_VAL);
    } else {
        at(world, later_s, class, id);
    }
}

/* One action an event keeps the number of pending ones about level; two while there are few. */
static void note(struct world *world, uint32_t class, uint32_t id) {
    if (world->n_fired == FIRINGS) return;
    world->fired[world->n_fired++] = event_make(now(world), class, id);
    world->armed[class][id] = false;
    uint32_t n = dice_below(&world->dice, 100) < 30 ? 2 : dice_below(&world->dice, 100) < 60;
    if (world->n_fired % 500 < 30) n += 2;
    for (uint32_t i = 0; i < n; i++) act(world);
    if (dice_below(&world->dice, 200) == 0) {
        if (world->on_list) world->list->stopped = true;
        else simulation_stop(&world->simulation);
    }
}

#define FIRE(name, class) \
    static void name(void *world, uint32_t id) { note(world, class, id); }
FIRE(fire_ring_short, RING_SHORT)
FIRE(fire_timer_low, TIMER_LOW)
FIRE(fire_linked_zero, LINKED_ZERO)
FIRE(fire_heap_low, HEAP_LOW)
FIRE(fire_linked_long, LINKED_LONG)
FIRE(fire_ring_long, RING_LONG)
FIRE(fire_linked_short, LINKED_SHORT)
FIRE(fire_heap_high, HEAP_HIGH)
FIRE(fire_timer_high, TIMER_HIGH)

static const struct event_class classes[CLASSES] = {
    {"ring short", fire_ring_short}, {"timer low", fire_timer_low},     {"linked zero", fire_linked_zero},
    {"heap low", fire_heap_low},     {"linked long", fire_linked_long}, {"ring long", fire_ring_long},
    {"linked short", fire_linked_short}, {"heap high", fire_heap_high}, {"timer high", fire_timer_high},
};

static void list_run(struct world *world, double until_s) {
    struct list *list = world->list;
    list->stopped = false;
    while (!list->stopped) {
        size_t first = list_first(list);
        if (list->n == 0 || list->events[first].time_s > until_s) {
            if (isfinite(until_s)) list->now_s = until_s;
            return;
        }
        struct event event = list->events[first];
        list->events[first] = list->events[--list->n];
        list->now_s = event.time_s;
        note(world, event_class(event), event_id(event));
    }
}

static void open_lanes(struct world *world, bool heap_only, struct arena *arena) {
    struct simulation *simulation = &world->simulation;
    simulation->heap_only = heap_only;
    simulation_open(simulation, classes, CLASSES, world, PENDING_MAX, arena);
    for (uint32_t class = 0, linked = 0; class < CLASSES; class++) {
        if (is_linked(class))
            simulation_lane_linked(simulation, &world->lanes[class], class, delay_of[class],
                                   &world->entities[0].nodes[linked++], sizeof(struct entity));
        if (is_ring(class)) simulation_lane_ring(simulation, &world->lanes[class], class, delay_of[class]);
        if (is_timer(class)) world->timers[class] = simulation_timer(simulation, class);
    }
}

enum executive { ON_LIST, ON_LANES, ON_HEAP_ONLY };

/* Runs in slices of time until enough has fired; the clock after each slice is part of the record. */
static struct world *run_world(uint64_t seed, enum executive executive, struct arena *arena) {
    struct world *world = ARENA_NEW(arena, 1, struct world);
    world->dice.state = seed;
    world->on_list = executive == ON_LIST;
    world->list = ARENA_NEW(arena, 1, struct list);
    open_lanes(world, executive == ON_HEAP_ONLY, arena);
    while (world->n_fired < FIRINGS) {
        for (int i = 0; i < 5; i++) act(world);
        double until_s = now(world) + 0.25 * dice_below(&world->dice, 20);
        if (dice_below(&world->dice, 10) == 0) until_s = HUGE_VAL;
        size_t before = world->n_fired;
        if (world->on_list) list_run(world, until_s);
        else simulation_run(&world->simulation, until_s);
        if (world->n_fired == before) continue;
    }
    return world;
}

static void assert_same_story(const struct world *a, const struct world *b) {
    assert_int_equal(a->n_fired, b->n_fired);
    for (size_t i = 0; i < a->n_fired; i++) {
        assert_same(a->fired[i].time_s, b->fired[i].time_s);
        assert_true(a->fired[i].key == b->fired[i].key);
    }
    assert_same(now(a), now(b));
}

static void all_executives_tell_one_story(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, (size_t)64 << 20);
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct world *list = run_world(seed, ON_LIST, &arena), *lanes = run_world(seed, ON_LANES, &arena),
                     *heap = run_world(seed, ON_HEAP_ONLY, &arena);
        assert_same_story(lanes, list);
        assert_same_story(heap, list);
        assert_int_equal(lanes->simulation.n_executed, heap->simulation.n_executed);
        arena_reset(&arena);
    }
    arena_close(&arena);
}

/* ---- corners --------------------------------------------------------------------------------- */

/* What fired, as text: "time:class:id " ... */
struct story {
    struct simulation simulation;
    struct lane lane, ring;
    struct lane_node nodes[8];
    uint32_t timer;
    char text[400];
    size_t used;
};

enum corner { LINKED, RING, HEAP, TIMER, STOP, CORNERS };

static void tell(struct story *story, uint32_t class, uint32_t id) {
    int n = snprintf(story->text + story->used, sizeof story->text - story->used, "%g:%u:%u ",
                     story->simulation.now_s, class, id);
    story->used += (size_t)n;
}
static void fire_linked(void *story, uint32_t id) { tell(story, LINKED, id); }
static void fire_ring(void *story, uint32_t id) { tell(story, RING, id); }
static void fire_heap(void *story, uint32_t id) { tell(story, HEAP, id); }
static void fire_timer(void *story, uint32_t id) { tell(story, TIMER, id); }
static void fire_stop(void *context, uint32_t id) {
    struct story *story = context;
    tell(story, STOP, id);
    simulation_stop(&story->simulation);
}
static const struct event_class corners[CORNERS] = {
    {"linked", fire_linked}, {"ring", fire_ring}, {"heap", fire_heap}, {"timer", fire_timer}, {"stop", fire_stop},
};

/* One lane of each kind, both of one second. */
static struct story *story_open(struct arena *arena, bool heap_only) {
    arena_reset(arena);
    struct story *story = ARENA_NEW(arena, 1, struct story);
    story->simulation.heap_only = heap_only;
    simulation_open(&story->simulation, corners, CORNERS, story, 100, arena);
    simulation_lane_linked(&story->simulation, &story->lane, LINKED, 1, story->nodes, sizeof *story->nodes);
    simulation_lane_ring(&story->simulation, &story->ring, RING, 1);
    story->timer = simulation_timer(&story->simulation, TIMER);
    return story;
}

static void lanes_and_heap_tied_at_one_instant(void **state) {
    for (int heap_only = 0; heap_only < 2; heap_only++) {
        struct story *story = story_open(*state, heap_only);
        simulation_at(&story->simulation, 1, HEAP, 9);
        simulation_timer_set(&story->simulation, story->timer, TIMER, 1);
        for (uint32_t id = 5; id-- > 0;) { /* descending: each goes before all the others */
            lane_arm(&story->simulation, &story->ring, id);
            lane_arm(&story->simulation, &story->lane, id);
        }
        simulation_at(&story->simulation, 1, HEAP, 3);
        simulation_run(&story->simulation, 1);
        assert_string_equal(story->text, "1:0:0 1:0:1 1:0:2 1:0:3 1:0:4 1:1:0 1:1:1 1:1:2 1:1:3 1:1:4 "
                                         "1:2:3 1:2:9 1:3:0 ");
    }
}

static void ids_tied_in_any_order(void **state) {
    static const uint32_t orders[][6] = {{3, 1, 5, 0, 4, 2}, {5, 4, 3, 2, 1, 0}, {0, 5, 1, 4, 2, 3}, {2, 0, 1, 5, 3, 4}};
    for (size_t k = 0; k < sizeof orders / sizeof *orders; k++) {
        struct story *story = story_open(*state, false);
        lane_arm(&story->simulation, &story->lane, 7);
        lane_arm(&story->simulation, &story->ring, 7);
        simulation_run(&story->simulation, 0.5); /* ties stop at earlier times */
        for (int i = 0; i < 6; i++) lane_arm(&story->simulation, &story->lane, orders[k][i]);
        for (int i = 0; i < 6; i++) lane_arm(&story->simulation, &story->ring, orders[k][i]);
        simulation_run(&story->simulation, HUGE_VAL);
        assert_string_equal(story->text, "1:0:7 1:1:7 1.5:0:0 1.5:0:1 1.5:0:2 1.5:0:3 1.5:0:4 1.5:0:5 "
                                         "1.5:1:0 1.5:1:1 1.5:1:2 1.5:1:3 1.5:1:4 1.5:1:5 ");
    }
}

static void cancel_head_middle_and_tail(void **state) {
    static const struct {
        uint32_t first, second;
        const char *left;
    } cases[] = {
        {0, 4, "1.1:0:1 1.2:0:2 1.3:0:3 "}, {0, 1, "1.2:0:2 1.3:0:3 1.4:0:4 "}, {2, 3, "1:0:0 1.1:0:1 1.4:0:4 "},
        {4, 3, "1:0:0 1.1:0:1 1.2:0:2 "},   {3, 1, "1:0:0 1.2:0:2 1.4:0:4 "},
    };
    for (size_t k = 0; k < 2 * (sizeof cases / sizeof *cases); k++) {
        struct story *story = story_open(*state, k % 2);
        for (uint32_t id = 0; id < 5; id++) {
            lane_arm(&story->simulation, &story->lane, id);
            simulation_run(&story->simulation, 0.1 * (id + 1));
        }
        lane_cancel(&story->simulation, &story->lane, cases[k / 2].first);
        lane_cancel(&story->simulation, &story->lane, cases[k / 2].second);
        simulation_run(&story->simulation, 2);
        assert_string_equal(story->text, cases[k / 2].left);
        assert_int_equal(story->simulation.n_executed, 3); /* cancelled ones are not counted */
    }
}

static void cancel_the_only_one_and_arm_again(void **state) {
    for (int heap_only = 0; heap_only < 2; heap_only++) {
        struct story *story = story_open(*state, heap_only);
        for (int i = 0; i < 10; i++) { /* a kept-alive connection resets its timeout at each request */
            lane_arm(&story->simulation, &story->lane, 3);
            simulation_run(&story->simulation, 0.75 * (i + 1));
            lane_cancel(&story->simulation, &story->lane, 3);
        }
        lane_arm(&story->simulation, &story->lane, 3);
        simulation_run(&story->simulation, HUGE_VAL);
        assert_string_equal(story->text, "8.5:0:3 ");
        assert_same(story->simulation.now_s, 8.5);
    }
}

static void until_and_stop_set_the_clock(void **state) {
    struct story *story = story_open(*state, false);
    simulation_run(&story->simulation, HUGE_VAL);
    assert_same(story->simulation.now_s, 0); /* nothing to do: the clock stays */
    simulation_at(&story->simulation, 2, STOP, 1);
    simulation_at(&story->simulation, 2, STOP, 2);
    simulation_at(&story->simulation, 3, HEAP, 3);
    simulation_run(&story->simulation, 1.5);
    assert_same(story->simulation.now_s, 1.5);
    simulation_run(&story->simulation, 10);
    assert_string_equal(story->text, "2:4:1 ");
    assert_same(story->simulation.now_s, 2); /* stopped: at the last event */
    simulation_run(&story->simulation, 10);
    simulation_run(&story->simulation, 3); /* at or before */
    assert_string_equal(story->text, "2:4:1 2:4:2 3:2:3 ");
}

static void a_timer_moves_and_never_means_never(void **state) {
    struct story *story = story_open(*state, false);
    simulation_timer_set(&story->simulation, story->timer, TIMER, 5);
    simulation_timer_set(&story->simulation, story->timer, TIMER, 2);
    simulation_run(&story->simulation, 3);
    assert_string_equal(story->text, "2:3:0 ");
    simulation_timer_set(&story->simulation, story->timer, TIMER, HUGE_VAL);
    simulation_at(&story->simulation, 4, HEAP, 0);
    simulation_run(&story->simulation, HUGE_VAL);
    assert_string_equal(story->text, "2:3:0 4:2:0 ");
    assert_same(story->simulation.now_s, 4);
}

static void schedule_in_the_past(void *context) {
    struct story *story = context;
    simulation_at(&story->simulation, story->simulation.now_s - 0x1p-40, HEAP, 0);
}
static void schedule_at_no_time(void *context) {
    struct story *story = context;
    simulation_at(&story->simulation, (double)NAN, HEAP, 0);
}
static void schedule_now(void *context) {
    struct story *story = context;
    simulation_at(&story->simulation, story->simulation.now_s, HEAP, 0);
}
static void run_back(void *context) {
    struct story *story = context;
    simulation_run(&story->simulation, story->simulation.now_s - 0x1p-40);
}
static void cancel_what_is_idle(void *context) {
    struct story *story = context;
    lane_arm(&story->simulation, &story->lane, 2);
    lane_cancel(&story->simulation, &story->lane, 2);
    lane_cancel(&story->simulation, &story->lane, 2);
}
static void cancel_in_a_ring(void *context) {
    struct story *story = context;
    lane_arm(&story->simulation, &story->ring, 2);
    lane_cancel(&story->simulation, &story->ring, 2);
}

static void broken_rules_are_bugs(void **state) {
    struct story *story = story_open(*state, false);
    simulation_run(&story->simulation, 1);
    assert_is_bug(schedule_in_the_past, story);
    assert_is_bug(schedule_at_no_time, story);
    assert_is_bug(run_back, story);
    assert_is_bug(cancel_what_is_idle, story);
    assert_is_bug(cancel_in_a_ring, story);
    assert_exits(schedule_now, story, 0);
}

static int open_arena(void **state) {
    static struct arena arena;
    arena_open(&arena, 4 << 20);
    *state = &arena;
    return 0;
}

static int close_arena(void **state) {
    arena_close(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_executives_tell_one_story),
        cmocka_unit_test(lanes_and_heap_tied_at_one_instant),
        cmocka_unit_test(ids_tied_in_any_order),
        cmocka_unit_test(cancel_head_middle_and_tail),
        cmocka_unit_test(cancel_the_only_one_and_arm_again),
        cmocka_unit_test(until_and_stop_set_the_clock),
        cmocka_unit_test(a_timer_moves_and_never_means_never),
        cmocka_unit_test(broken_rules_are_bugs),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
