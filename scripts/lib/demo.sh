# Functions for demonstrations: they start daemons, follow their output, print it in two columns with
# the daemons' own time stamps, and wait for what must happen. Sourced, after common.sh.
# The script defines show NAME TIME POINT, which prints the protocol points of interest.

source "$(dirname -- "${BASH_SOURCE[0]}")/columns.sh"

# The limit of each wait for a daemon.
limit_seconds=60

declare -A pid=() seen=() said=() monitor=()
found=
reply=
fetched=
# the part of a report that has been read
begun=

start_demo() {
    need_tools
    scratch=$(mktemp -d)
    trap end_demo EXIT
    trap 'interrupted 130' INT
    trap 'interrupted 143' TERM
    mkfifo "$scratch/reports"
    exec 3<>"$scratch/reports"
}

# interrupted CODE: ends the demonstration because of a signal.
interrupted() {
    # what a terminal shows of Ctrl-C
    [[ ! -t 2 ]] || printf '\r\e[K' >&2
    note "Ended by a signal: the demonstration ends, and both daemons with it"
    exit "$1"
}

end_demo() {
    local name
    for name in "${!pid[@]}"; do
        kill -TERM "${pid[$name]}" 2>/dev/null
        { wait "${pid[$name]}"; } 2>/dev/null
    done
    rm -rf -- "$scratch"
}

# start_daemon NAME COMMAND...: starts a daemon. Its protocol points and its output become reports.
start_daemon() {
    local name=$1 points='/DEBUG [a-z-]+(\(|$)|INFO (Monitor|Metrics) at /!d; /DISCARD|page-|req-pages-/d'
    # the time and what follows the level
    points+='; s/^.*([0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}).* (DEBUG|INFO) /\1\t/'
    shift
    "$@" --verbose \
        > >(sed -u "s/^/$name\tsays\t/" >&3) \
        2> >(tee "$scratch/$name.log" | sed -u -E "$points; s/^/$name\tlogs\t/" >&3) &
    pid[$name]=$!
}

# next_report: reads one report and records it; prints the rows that are due when no other report waits, since that
# one may be of an earlier time.
next_report() {
    local name kind line part
    # on a busy machine the time can be over in the middle of a line, whose rest comes with the next one
    if ! IFS= read -r -t 0.1 -u 3 part; then
        begun+=$part
        print_rows
        return 1
    fi
    IFS=$'\t' read -r name kind line <<<"$begun$part"
    begun=
    if [[ $kind == says ]]; then
        said[$name]+="  $line"$'\n'
        seen["$name $line"]=yes
    else
        local point=${line#*$'\t'}
        seen["$name $point"]=yes
        show "$name" "${line%%$'\t'*}" "$point"
    fi
    read -r -t 0 -u 3 || print_rows
}

# pass SECONDS: reads reports for so long, less a second at most.
pass() {
    local deadline=$((SECONDS + $1))
    while ((SECONDS < deadline)); do next_report || true; done
}

# Reads what the daemons have reported by now, until they are silent for a while, and prints all rows.
settle() {
    local silent=0 deadline=$((SECONDS + 3))
    while ((silent < 3 && SECONDS < deadline)); do
        if next_report; then silent=0; else ((++silent)); fi
    done
    print_rows all
}

# await NAME PATTERN...: reads reports until one of that daemon matches each of the patterns; found is
# the last match. Ends the demonstration when there is none within the limit.
await() {
    local name=$1 pattern deadline=$((SECONDS + limit_seconds))
    shift
    for pattern in "$@"; do
        until has_seen "$name" "$pattern"; do
            ((SECONDS < deadline)) || broken "$name never reported '$pattern'"
            next_report || true
        done
    done
}

has_seen() {
    local key
    for key in "${!seen[@]}"; do
        # shellcheck disable=SC2053 # it is a pattern
        if [[ $key == "$1 "$2 ]]; then
            found=${key#"$1 "}
            return 0
        fi
    done
    return 1
}

# Forgets the reports of a daemon, so that the next wait is for new ones.
forget() {
    local key
    for key in "${!seen[@]}"; do
        [[ $key != "$1 "* ]] || unset "seen[$key]"
    done
    unset "said[$1]"
}

# Ends the demonstration with an error.
broken() {
    local log
    print_rows all
    printf '\n%sThe demonstration failed: %s%s\n' "$red" "$*" "$plain" >&2
    for log in "$scratch"/*.log; do
        [[ ! -f $log ]] || { note "-- the last of ${log##*/}:" && tail -n 12 "$log" >&2; }
    done
    exit 1
}

# kill_daemon NAME: sends SIGKILL.
kill_daemon() {
    kill -KILL "${pid[$1]}" || broken "there was no $1 to kill"
    { wait "${pid[$1]}"; } 2>/dev/null
    unset "pid[$1]"
}

# await_exit NAME: waits for a daemon to end by itself, with exit code 0.
await_exit() {
    wait "${pid[$1]}" || broken "$1 ended with exit code $?"
    unset "pid[$1]"
}

# ---- the monitors

open_monitor() {
    local greeting to
    await "$1" 'Monitor at tcp:*'
    exec {to}<>"/dev/tcp/127.0.0.1/${found##*:}" || broken "no monitor replies at ${found#Monitor at }"
    monitor[$1]=$to
    read -r -t "$limit_seconds" -u "$to" greeting || broken "the monitor of $1 sends no greeting"
    qmp "$1" qmp_capabilities
}

# qmp NAME COMMAND [ARGUMENTS]: sets reply; an error ends the demonstration.
qmp() {
    try_qmp "$@"
    [[ $reply == *'"return"'* ]] || broken "$1 refused $2: $reply"
}

# try_qmp NAME COMMAND [ARGUMENTS]: the same, but an error is accepted.
try_qmp() {
    printf '{"execute": "%s", "arguments": %s}\n' "$2" "${3:-{\}}" >&"${monitor[$1]}"
    while read -r -t "$limit_seconds" -u "${monitor[$1]}" reply; do
        [[ $reply == *'"event"'* ]] || return 0
    done
    broken "$1 has no reply to $2"
}

# ---- the metrics

# metrics HOST:PORT: fetches the metrics, from which 'metric' reads.
metrics() {
    local from
    exec {from}<>"/dev/tcp/${1%:*}/${1##*:}" || broken "no metrics server at $1"
    printf 'GET /metrics HTTP/1.1\r\nHost: %s\r\n\r\n' "$1" >&"$from"
    fetched=$(timeout "$limit_seconds" cat <&"$from") || broken "no metrics at $1"
    exec {from}>&-
}

# metric NAME: sets found to the value of a metric without labels.
metric() {
    found=$(sed -n "s/^$1 //p" <<<"$fetched")
    [[ -n $found ]] || broken "no metric $1"
}

# ---- output

# thousands NUMBER: sets found to a number with separators.
thousands() {
    found=$1
    while [[ $found =~ ^([0-9]+)([0-9]{3}.*)$ ]]; do found=${BASH_REMATCH[1]},${BASH_REMATCH[2]}; done
}

# A heading stands below all rows of what was before.
heading() {
    settle
    printf '\n%s' "$bold"
    wrapped 0 "$*"
    printf '%s\n' "$plain"
}

# conclude TEXT: the last sentence.
conclude() {
    settle
    printf '\n%s' "$green"
    wrapped 0 "$*"
    printf '%s\n' "$plain"
}

# verdict NAME LABEL...: the lines of a daemon's output that begin with one of the labels.
verdict() {
    local name=$1 line label
    shift
    while IFS= read -r line; do
        for label in "$@"; do
            [[ $line != *([[:space:]])"$label "* ]] || labelled "$line"
        done
    done <<<"${said[$name]:-}"
}
