# The command lines of the scripts: help, version, and what is said about a wrong word; sourced by common.sh.

# What the user typed before the first argument; vmferry says so when it starts a script.
typed=scripts/${0##*/}
[[ $0 != */vmferry ]] || typed=$launcher
[[ $0 != */docker/* ]] || typed=scripts/docker/${0##*/}
typed=${VMFERRY_COMMAND:-$typed}
unset VMFERRY_COMMAND

# wrong MESSAGE: ends the script because of its command line.
wrong() {
    note "$1 Try '$typed --help'."
    exit 2
}

# unknown WHAT WORD KNOWN...: the same for a word that is none of the known ones.
unknown() {
    local what=$1 word=$2
    shift 2
    if closest "$word" "$@"; then
        wrong "Unknown $what: '$word', did you mean '$found'?"
    fi
    wrong "Unknown $what: '$word'."
}

# unknown_argument WORD OPTION...: the same for a word that may be an option.
unknown_argument() {
    [[ $1 == -* ]] || wrong "Unexpected argument '$1'."
    unknown option "$@"
}

# closest WORD KNOWN...: sets found to the known word that differs in the fewest letters; fails if all differ by much.
closest() {
    local word=$1 known best=$((${#1} / 3))
    ((best)) || best=1
    found=
    shift
    for known in "$@"; do
        distance "$word" "$known"
        ((letters <= best)) || continue
        best=$((letters - 1))
        found=$known
    done
    [[ -n $found ]]
}

# distance A B: sets letters to how many have to be added, left out, replaced or swapped with the next one.
distance() {
    local a=$1 b=$2 i j cost least
    local -a earlier=() last=() row=()
    for ((j = 0; j <= ${#b}; j++)); do last[j]=$j; done
    for ((i = 1; i <= ${#a}; i++)); do
        row=("$i")
        for ((j = 1; j <= ${#b}; j++)); do
            cost=1
            [[ ${a:i-1:1} != "${b:j-1:1}" ]] || cost=0
            least=$((last[j - 1] + cost))
            ((last[j] + 1 >= least)) || least=$((last[j] + 1))
            ((row[j - 1] + 1 >= least)) || least=$((row[j - 1] + 1))
            if ((i > 1 && j > 1)) && [[ ${a:i-1:1} == "${b:j-2:1}" && ${a:i-2:1} == "${b:j-1:1}" ]]; then
                ((earlier[j - 2] + 1 >= least)) || least=$((earlier[j - 2] + 1))
            fi
            row[j]=$least
        done
        earlier=("${last[@]}")
        last=("${row[@]}")
    done
    letters=${last[${#b}]}
}

# The comment at the head of the running script is its help, in which the script is called as the user has typed it.
show_help() {
    local self=scripts/${0##*/}
    [[ $0 != */docker/* ]] || self=scripts/docker/${0##*/}
    sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//' -e "s#$self\([^-a-z]\|\$\)#$typed\1#" -e p -- "$0"
    exit 0
}

# usual_options ARGUMENT...: help and version, if the first argument asks for one of them.
usual_options() {
    case ${1:-} in
        -h | --help) show_help ;;
        -V | --version) show_version ;;
    esac
}

show_version() {
    local file
    ! packaged || run_program qmp --version
    # as the build would say it, without building
    file=$(mktemp)
    "$root/scripts/lib/build-info" "$file" "$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' "$root/pom.xml" | head -n 1)"
    printf 'vmferry %s (commit %s, not built yet)\n' $(sed 's/.*=//' "$file")
    rm -f -- "$file"
    exit 0
}
