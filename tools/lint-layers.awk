# SPDX-License-Identifier: GPL-3.0-or-later
# Who may include whom: the floors of the house, checked on the #include lines of the files named on the command
# line (paths from the top folder). Prints one line a breach and ends with 1 if there was one.

# The floor of a file. An include may not go up.
function floor_of(path) {
    if (path ~ /^sim\/kernel\//) return 0
    if (path ~ /^sim\/[a-z_]+\.[ch]$/) return 1
    if (path ~ /^models\/advice\//) return 4 # commands of the web model, on top of all
    if (path ~ /^sim\/experiment\// || path ~ /^models\//) return 2
    if (path ~ /^sim\/interface\//) return 3
    return -1
}

# The rooms of the web model, from what everything stands on to what stands on everything. web.h is the state that all
# rooms share; web.c puts them together. meters.h is what is counted, meters.c writes it out.
function web_rank(path,    room) {
    if (path !~ /^models\/web\//) return -1
    room = path
    sub(/^models\/web\//, "", room)
    if (room in rank) return rank[room]
    sub(/\.[ch]$/, "", room)
    if (room in rank) return rank[room]
    sub(/_.*/, "", room)
    return room in rank ? rank[room] : -2
}

function breach(why) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, header, why
    breaches++
}

# The only files behind whose door a library may stand. Each entry is a pattern of file names.
function check_door(    i) {
    for (i = 1; i <= n_doors; i++)
        if (header ~ door_header[i] && FILENAME ~ door_floor[i] && FILENAME !~ door_file[i])
            breach("only " door_text[i] " may include it")
}

function door(header_pattern, floor_pattern, file_pattern, text) {
    door_header[++n_doors] = header_pattern
    door_floor[n_doors] = floor_pattern
    door_file[n_doors] = file_pattern
    door_text[n_doors] = text
}

function check_floor(    from, to) {
    from = floor_of(FILENAME)
    to = floor_of(header)
    if (to < 0) { breach("not a room of the house (write it from the top folder)"); return }
    if (to > from) breach("goes up, from floor " from " to floor " to)
    if (FILENAME ~ /^sim\// && header ~ /^models\//) breach("sim/ never includes models/")
    if (FILENAME ~ /^models\// && from == 2 && header ~ /^sim\/experiment\//) breach("models/ and experiment/ stand side by side")
}

function check_web(    from, to) {
    from = web_rank(FILENAME)
    to = web_rank(header)
    if (from == -2) breach("this room has no place in the order of models/web: give it one in tools/lint-layers.awk")
    else if (from >= 0 && to > from) breach("goes up in the order of models/web")
}

BEGIN {
    split("params connection meters web network transport cpu memory page_cache disk process meters.c listener server population browser proxy checks web.c", order, " ")
    split("1      1          1      2   3       4         3   3      4          5    4       5        4        5      5          6       6     6      7", place, " ")
    for (i in order) rank[order[i]] = place[i] + 0
    door("^csv\\.h$", ".", "^sim/interface/csv_table\\.c$", "sim/interface/csv_table.c")
    door("^zlib\\.h$", ".", "^sim/interface/byte_stream\\.c$", "sim/interface/byte_stream.c")
    door("^jansson\\.h$", ".", "^models/advice/har_file\\.c$", "models/advice/har_file.c")
    door("^ini\\.h$", ".", "^sim/interface/ini_lines\\.c$", "sim/interface/ini_lines.c")
    door("^gsl/", "^sim/kernel/", "^sim/kernel/(rng_stream|variate|statistics|looks)\\.[ch]$",
         "rng_stream, variate, statistics and looks of the kernel")
    door("^gsl/", "^sim/experiment/", "^sim/experiment/(estimate|calibration|paired|closed_form|refinement)\\.c$",
         "estimate, paired, calibration, closed_form and refinement of the experiments")
    door("^gsl/", "^models/advice/", "^models/advice/(gap_fit|ports)\\.c$", "gap_fit and ports of the advice")
    door("^stdio\\.h$", "^sim/kernel/", "^sim/kernel/(status|text|variate|variate_parse)\\.c$",
         "status, text and variate of the kernel (for snprintf)")
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    header = $0
    sub(/^[^<"]*[<"]/, "", header)
    sub(/[>"].*/, "", header)
    check_door()
    if ($0 ~ /include[ \t]*"/) {
        check_floor()
        check_web()
    }
}

END { exit breaches > 0 }
