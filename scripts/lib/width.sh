# Texts that are as wide as the terminal; sourced by common.sh, not run.

# measure [DESCRIPTOR]: sets width to the columns of the terminal at a descriptor, stdout if none is given; without a
# terminal, to COLUMNS or 80. TerminalColumns has the same rule. COLUMNS comes second, since bash sets it to the width of
# the terminal after each process anyway.
measure() {
    local size='' descriptor=${1:-1}
    # what prints into a variable has no terminal as its output
    [[ ! -t $descriptor ]] || { size=$(stty size <&9 2>/dev/null) || size=; } 9>&"$descriptor"
    width=${size#* }
    [[ $width =~ ^[1-9][0-9]*$ ]] || width=${COLUMNS:-80}
    [[ $width =~ ^[1-9][0-9]*$ ]] || width=80
}

# wrapped INDENT TEXT: prints words up to the width; the cursor stands at INDENT, where further lines begin.
wrapped() {
    local lead=${2%%[! ]*} word words=()
    read -r -a words <<<"$2"
    local line=$lead
    for word in ${words[@]+"${words[@]}"}; do
        if [[ $line == "$lead" ]]; then
            line+=$word
        elif (($1 + ${#line} + 1 + ${#word} <= width)); then
            line+=" $word"
        else
            printf '%s\n%*s' "$line" "$1" ''
            line=$lead$word
        fi
    done
    printf '%s' "$line"
}

# note TEXT: a line on stderr, broken between words if that is a terminal which is too narrow.
note() {
    local width text=$*
    if [[ -t 2 && $text != *$'\n'* ]]; then
        measure 2
        ((${#text} <= width)) || text=$(wrapped 0 "$text")
    fi
    printf '%s\n' "$text" >&2
}
