# What demonstrations print: rows of a table with a column for each side, in the order of time, as wide
# as the terminal. Sourced by demo.sh.

red= green= cyan= yellow= bold= plain=
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
    red=$'\e[1;31m' green=$'\e[1;32m' cyan=$'\e[36m' yellow=$'\e[33m' bold=$'\e[1m' plain=$'\e[0m'
fi

# Names the first of the usual tools that is missing, with the Debian package that has it.
need_tools() {
    local tool
    for tool in mkfifo:coreutils mktemp:coreutils tee:coreutils timeout:coreutils sed:sed; do
        command -v "${tool%:*}" >/dev/null ||
            die "The demonstration needs ${tool%:*}, which is not on the PATH; Debian has it in the package ${tool#*:}"
    done
}

measure

# ---- rows

# Less than this does not hold the time and two columns.
two_columns=79

# Rows that are not printed yet: a report that comes later may be of an earlier time.
rows=()
hold_micros=500000
began=
added=0

# titles SOURCE DESTINATION: the heads of the columns.
titles() {
    measure
    if ((width >= two_columns)); then
        printf '%s%-13s%-30s%s%s\n' "$bold" time "$1" "$2" "$plain"
    else
        printf '%s%-13s' "$bold" time
        wrapped 13 "< $1   > $2"
        printf '%s\n' "$plain"
    fi
}

# source_column TIME TEXT and destination_column TIME TEXT: a row of one side; across TEXT [TIME]: of both.
source_column() { add_row "$1" source "$2"; }
destination_column() { add_row "$1" destination "$2"; }
across() { add_row "${2:-$(clock "$EPOCHREALTIME")}" both "$1"; }

# add_row TIME WHERE TEXT: keeps a row until it is due. The number keeps rows of one time in order, and the
# first digit those of the next day.
add_row() {
    began=${began:-$1}
    local day=0
    [[ $began != 23:* || $1 != 00:* ]] || day=1
    rows+=("$day$1"$'\t'"$((100000 + added++))"$'\t'"$2"$'\t'"$3")
}

# clock SECONDS: a time as the daemons print it, with milliseconds.
clock() {
    local fraction=${1#*[.,]}
    printf '%(%T)T.%s' "${1%[.,]*}" "${fraction:0:3}"
}

# print_rows [all]: prints the rows that are old enough, in the order of time, or all of them.
print_rows() {
    ((${#rows[@]})) || return 0
    local due now row kept=()
    now=${EPOCHREALTIME//[.,]/}
    now=$((now - hold_micros))
    due=$(clock "${now:0:-6}.${now: -6}")
    while IFS= read -r row; do
        local time=${row%%$'\t'*}
        if [[ ${1:-} == all || ${time:1} < $due || ${time:1} == 23:* && $due == 00:* ]]; then
            print_row "${row#?}"
        else
            kept+=("$row")
        fi
    done < <(printf '%s\n' "${rows[@]}" | LC_ALL=C sort)
    rows=(${kept[@]+"${kept[@]}"})
}

print_row() {
    local time number where text
    IFS=$'\t' read -r time number where text <<<"$1"
    printf '%-13s' "$time"
    if ((width >= two_columns)); then
        case $where in
            source) printf '%s%s' "$cyan" "$text" ;;
            destination) printf '%30s%s%s' '' "$yellow" "$text" ;;
            both) printf '%s%s' "$red" "$text" ;;
        esac
    else
        case $where in
            source) printf '%s< ' "$cyan" ;;
            destination) printf '%s> ' "$yellow" ;;
            both) printf '%s! ' "$red" ;;
        esac
        wrapped 15 "$text"
    fi
    printf '%s\n' "$plain"
}

# ---- words

# announce TEXT: what is about to happen, on stderr.
announce() {
    wrapped 0 "$*" >&2
    note
}

# labelled LINE: prints a line that begins with a label; where it is too long, the rest stands behind the label.
labelled() {
    # a label has up to two words and spaces behind it; some have one
    if ((${#1} > width)) && [[ $1 =~ ^(\ *[^\ ]+(\ [^\ ]+)?\ \ +)[^\ ] || $1 =~ ^(\ *[^\ ]+\ +)[^\ ] ]]; then
        local label=${BASH_REMATCH[1]}
        printf '%s' "$label"
        wrapped ${#label} "${1#"$label"}"
        printf '\n'
    else
        printf '%s\n' "$1"
    fi
}
