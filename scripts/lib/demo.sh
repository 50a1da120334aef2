# Functions for demonstrations: they start daemons, follow their output, print it in two columns with
# the daemons' own time stamps, and wait for what must happen. Sourced, after common.sh.
# The script defines show NAME TIME POINT, which prints the protocol points of interest.

# The limit of each wait for a daemon.
limit_seconds=60

declare -A pid=() seen=() said=() monitor=()
found=
reply=
fetched=
red= green= cyan= yellow= bold= plain=
if [[ -t 1 ]]; then
    red=$'\e[1;31m' green=$'\e[1;32m' cyan=$'\e[36m' yellow=$'\e[33m' bold=$'\e[1m' plain=$'\e[0m'
fi

start_demo() {
    scratch=$(mktemp -d)
    trap end_demo EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkfifo "$scratch/reports"
    exec 3<>"$scratch/reports"
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
    shift
    "$@" --verbose \
        > >(sed -u "s/^/$name\tsays\t/" >&3) \
        2> >(tee "$scratch/$name.log" | sed -u -E "$points; s/^/$name\tlogs\t/" >&3) &
    pid[$name]=$!
}

# next_report: reads one report, records it, and prints it if it is a protocol point.
next_report() {
    local name kind line
    IFS=$'\t' read -r -t 1 -u 3 name kind line || return 1
    if [[ $kind == says ]]; then
        said[$name]+="  $line"$'\n'
        seen["$name $line"]=yes
    else
        local point=${line#* * }
        seen["$name $point"]=yes
        show "$name" "${line%% *}" "$point"
    fi
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

heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# Lines of a table with one column for each side.
titles() { printf '%s%-14s%-31s%s%s\n' "$bold" time "$1" "$2" "$plain"; }
source_column() { printf '%-14s%s%s%s\n' "$1" "$cyan" "$2" "$plain"; }
destination_column() { printf '%-14s%-31s%s%s%s\n' "$1" '' "$yellow" "$2" "$plain"; }
across() { printf '%-14s%s%s%s\n' "${2:-$(date +%T.%3N)}" "$red" "$1" "$plain"; }

# verdict NAME LABEL...: the lines of a daemon's output that begin with one of the labels.
verdict() {
    local name=$1 line label
    shift
    while IFS= read -r line; do
        for label in "$@"; do
            [[ $line != *([[:space:]])"$label "* ]] || printf '%s\n' "$line"
        done
    done <<<"${said[$name]:-}"
}
