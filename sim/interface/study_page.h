/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * study_page: the numbers of a study on its page (study_report.h): the verdict, the lowest and highest or the main numbers, the lines to
 * paste, and all numbers. What runs and sweeps have in common is in the order of these calls; the rest differs.
 */
#ifndef SIM_INTERFACE_STUDY_PAGE_H
#define SIM_INTERFACE_STUDY_PAGE_H

#include "sim/interface/report_html.h"
#include "sim/interface/study_report.h"

/* A page in work. */
struct study_page {
    const struct study_report *report;
    const struct sweep *sweep;
    const struct headline *headlines;
    size_t n_headlines;
    struct report_html page;
    struct arena *arena;
};

void study_page_verdict(struct study_page *study);
void study_page_main_numbers(struct study_page *study);
void study_page_lines(struct study_page *study);
void study_page_all_numbers(struct study_page *study);

/* The words with a capital, in `arena`. */
const char *study_page_capital(const char *words, struct arena *arena);

#endif
