/* SPDX-License-Identifier: GPL-3.0-or-later
 * front: by hand, and against a naive oracle on random points. */
#include "tests/unit/unit.h"

#include "sim/experiment/front.h"

/* (1,9) (2,5) (3,6) (4,4) (9,1) (9,1) and one that was not observed: 3,6 is beaten by 2,5; the two at 9,1 stand together. Scaled over
 * 1..9: (0,1) (1/8,1/2) (3/8,3/8) (1,0). Squares: 1, 17/64, 18/64, 1: the knee is (2,5). */
static void by_hand(void **state) {
    (void)state;
    const double cost[] = {1, 9, 2, 5, 3, 6, 4, 4, 9, 1, 9, 1, 0, (double)NAN};
    bool is_front[7];
    double distance[7];
    assert_int_equal(front_find(cost, 7, 2, is_front), 5);
    const bool want[] = {true, true, false, true, true, true, false};
    for (int i = 0; i < 7; i++) assert_int_equal(is_front[i], want[i]);
    assert_int_equal(front_knee(cost, 7, 2, is_front, distance), 1);
    assert_near(distance[1], sqrt(17.0 / 64), 1e-12);
    assert_near(distance[3], sqrt(18.0 / 64), 1e-12);
    assert_true(isnan(distance[2]) && isnan(distance[6]));
}

/* A cost that is the same for all has no say; one setting is its own knee; an empty front has none. */
static void without_range(void **state) {
    (void)state;
    const double same[] = {5, 3, 5, 2, 5, 9}, nothing[] = {(double)NAN, 1};
    bool is_front[3];
    assert_int_equal(front_find(same, 3, 2, is_front), 1);
    assert_int_equal(front_knee(same, 3, 2, is_front, NULL), 1);
    assert_int_equal(front_find(nothing, 1, 2, is_front), 0);
    assert_int_equal(front_knee(nothing, 1, 2, is_front, NULL), 1);
}

/* The oracle asks each pair in so many words, and that the front is what is left when whatever is beaten is taken away one by one. */
static void against_an_oracle(void **state) {
    (void)state;
    struct dice dice = {7};
    enum { N = 30, D = 3, ROUNDS = 500 };
    for (int round = 0; round < ROUNDS; round++) {
        double cost[N * D];
        bool is_front[N], left[N];
        for (int i = 0; i < N * D; i++) cost[i] = dice_below(&dice, 6);
        for (int i = 0; i < N; i++) left[i] = true;
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                int no_worse = 0, better = 0;
                for (int k = 0; k < D; k++) no_worse += cost[j * D + k] <= cost[i * D + k], better += cost[j * D + k] < cost[i * D + k];
                if (no_worse == D && better > 0) left[i] = false;
            }
        front_find(cost, N, D, is_front);
        for (int i = 0; i < N; i++) assert_int_equal(is_front[i], left[i]);
        assert_true(left[front_knee(cost, N, D, is_front, NULL)]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(without_range),
        cmocka_unit_test(against_an_oracle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
