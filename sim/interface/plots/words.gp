# SPDX-License-Identifier: GPL-3.0-or-later
#
# words: the only script that knows what the numbers are about. A name that is not here is drawn all the same, under its own
# name with blanks for underscores.

# ---- measures -----------------------------------------------------------------------------------------------------

# As the subject of a sentence.
base_words(m) = \
    m eq 'memory_rss' ? 'The sum of RSS' : m eq 'memory_pss' ? 'Memory (PSS)' : \
    m eq 'memory_held' ? 'Memory held' : \
    m eq 'memory_held_peak' ? 'Peak memory held' : \
    m eq 'cpu_utilisation' ? 'CPU load' : \
    m eq 'requests_per_s' ? 'Throughput' : m eq 'pages_per_s' ? 'Throughput in pages' : \
    m eq 'connections_per_s' ? 'The rate of new connections' : \
    m eq 'page_response' ? 'The time to load a page' : m eq 'request_response' ? 'The time of a request' : \
    m eq 'daemons_alive' ? 'Daemons alive' : m eq 'daemons_held' ? 'Daemons holding a connection' : \
    m eq 'daemons_held_peak' ? 'The peak of daemons holding a connection' : m eq 'daemons_busy' ? 'Busy daemons' : \
    m eq 'time_wait' ? 'Connections in TIME_WAIT' : ''
tail_is(m, t) = strlen(m) > strlen(t) && m[strlen(m) - strlen(t) + 1:strlen(m)] eq t
tail_cut(m, t) = m[1:strlen(m) - strlen(t)]
upper(s) = (at = strstrt('abcdefghijklmnopqrstuvwxyz', s[1:1])) ? 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[at:at].s[2:strlen(s)] : s
subject(m) = base_words(m) ne '' ? base_words(m) : \
    tail_is(m, '_peak') ? subject(tail_cut(m, '_peak')).' (peak)' : \
    tail_is(m, '_p50') ? subject(tail_cut(m, '_p50')).' (median)' : \
    tail_is(m, '_p95') ? subject(tail_cut(m, '_p95')).' (95th percentile)' : \
    tail_is(m, '_p99') ? subject(tail_cut(m, '_p99')).' (99th percentile)' : \
    tail_is(m, '_max') ? subject(tail_cut(m, '_max')).' (largest)' : upper(blanks(m))

# What exactly is drawn, above the y axis of a picture of its own.
axis_words(m) = m eq 'memory_held_peak' ? 'memory of all daemons that hold a connection at once, at its peak' : \
    m eq 'memory_held' ? 'memory of all daemons that hold a connection' : m eq 'requests_per_s' ? 'requests served' : \
    m eq 'cpu_utilisation' ? 'share of all cores in use' : \
    m eq 'page_response' ? 'from click to last byte; thin: 95 % of the pages are faster (p95)' : blanks(m)

# A share is a number without dimension that people read as per cent.
is_share(m) = strstrt(m, 'utilisation') > 0 || strstrt(m, 'share') > 0

# Drawn in the same panel, thinner.
companion(m) = m eq 'page_response' ? 'page_response_p95' : m eq 'request_response' ? 'request_response_p95' : \
    m eq 'response' ? 'response_p95' : ''
companion_words(m) = tail_is(m, '_p95') ? 'p95' : blanks(m)

# What the four panels show: of each group of this list the first measure that was observed.
panel_wishes = 'memory_held_peak,memory_rss cpu_utilisation,utilisation requests_per_s,throughput page_response,response'

# Columns of the time line.
series_unit(c) = is_share(c) ? 'share' : c[1:7] eq 'memory_' ? 'B' : tail_is(c, '_per_s') ? '1/s' : tail_is(c, '_s') || tail_is(c, '_response') ? 's' : '1'
series_words(c) = c eq 'daemons_idle_keepalive' ? 'idle keep-alive' : c eq 'requests_per_s' ? 'requests' : \
    c eq 'cpu_utilisation' ? 'CPU' : c eq 'memory_rss' ? 'memory, sum of RSS' : c eq 'memory_pss' ? 'memory, PSS' : \
    c eq 'daemons_alive' ? 'daemons alive' : c eq 'connections_open' ? 'connections open' : \
    c[1:8] eq 'daemons_' ? c[9:strlen(c)] : blanks(c)

# ---- settings -------------------------------------------------------------------------------------------------------

per_words(p) = (per = strstrt(after_dot(p), '_per_')) ? after_dot(p)[1:per - 1] : ''
parameter_words(p) = per_words(p) ne '' ? 'number of '.blanks(after_dot(p)) : \
    after_dot(p) eq 'count' ? 'number of '.p[1:strstrt(p, '.') - 1] : blanks(after_dot(p))
sheet_title(p) = 'What the '.parameter_words(p).(p eq 'server.idle_limit' ? ' costs, and what it saves' : ' changes')
zero_is_unlimited(p) = p eq 'server.requests_per_connection' || p eq 'server.worker_limit'

# One level of one factor, as the name of a line: "keep-alive off", "100 requests", "unlimited".
unit_of(p) = word(factor_units, sum [i = 1:words(factors)] (word(factors, i) eq p ? i : 0))
level_quantity(level, unit) = unit eq '1' || unit eq '' ? level : quantity(real(level), unit)
level_words(p, level) = \
    p eq 'server.keepalive' ? (level eq 'off' ? 'keep-alive off' : 'keep-alive on') : \
    zero_is_unlimited(p) && level eq '0' ? 'unlimited' : \
    per_words(p) ne '' ? level.' '.blanks(per_words(p)) : \
    after_dot(p) eq 'count' ? level.' '.p[1:strstrt(p, '.') - 1] : \
    level eq 'on' || level eq 'off' ? parameter_words(p).' '.level : \
    strstrt('0123456789.', level[1:1]) ? blanks(after_dot(p)).' '.level_quantity(level, unit_of(p)) : level

# "factor=level factor=level" to words. What is plain from the rest ("on", when a request limit is given) is left out.
equals(pair) = strstrt(pair, '=')
# Levels that make no difference share a line: "5,15".
last_of(s) = (cut = strstrt(s, ',')) ? last_of(s[cut + 1:strlen(s)]) : s
commas_in(s) = (cut = strstrt(s, ',')) ? 1 + commas_in(s[cut + 1:strlen(s)]) : 0
each_level(p, s) = (cut = strstrt(s, ',')) ? level_words(p, s[1:cut - 1]).', '.each_level(p, s[strstrt(s, ',') + 1:strlen(s)]) : level_words(p, s)
levels_words(p, s) = commas_in(s) < 3 ? each_level(p, s) : level_words(p, s[1:strstrt(s, ',') - 1]).' to '.level_words(p, last_of(s))
pair_words(pair) = levels_words(pair[1:equals(pair) - 1], pair[equals(pair) + 1:strlen(pair)])
joined(a, b) = a eq '' ? b : b eq '' ? a : a.', '.b
plain_pair(pair, n) = n > 1 && pair eq 'server.keepalive=on'
line_words_from(s, i) = i > words(s) ? '' : \
    joined(plain_pair(word(s, i), words(s)) ? '' : pair_words(word(s, i)), line_words_from(s, i + 1))
# The setting without the thing in question is the black one.
is_off(k) = strstrt(line_names[k], '=off') > 0
line_words(k) = line_names[k] eq '' ? (n_lines > 1 ? 'the rest' : '') : line_words_from(line_names[k], 1)

# ---- sentences ------------------------------------------------------------------------------------------------------

# `a`, `b`: the curve's first and last value; `low`, `low_x`: its lowest value and where.
motion(a, b, low) = abs(b - a) <= 0.04 * larger(abs(a), abs(b)) && low >= 0.9 * smaller(a, b) ? 'hardly moves' : \
    low < 0.9 * smaller(a, b) ? 'is lowest' : b > a ? 'rises' : 'falls'
sentence(what, unit, a, b, low, low_x) = (verb = motion(a, b, low), what.' '.verb.( \
    verb eq 'is lowest' ? ', '.quantity(low, unit).', at '.low_x : \
    quantity(a, unit) eq quantity(b, unit) ? ': '.quantity(a, unit) : \
    (verb eq 'hardly moves' ? ': ' : ' from ').quantity(a, unit).' to '.quantity(b, unit)))
joined_dot(a, b) = a eq '' ? b : b eq '' ? a : a.'  ·  '.b
joined_semi(a, b) = a eq '' ? b : b eq '' ? a : a.'; '.b
left_out_words = lines_left_out > 0 ? sprintf('%d of %d settings drawn', n_lines, n_lines + lines_left_out) : ''
replication_words(n) = n > 1 ? sprintf('mean of %d replications, bands: 95 %% confidence', n) : ''
origin_words(n) = joined_dot(joined_dot(joined_dot(scenario, replication_words(n)), seed eq '' ? '' : 'seed '.seed), left_out_words)
