# What the demonstrations of a recovery have in common: a guest that keeps writing moves by postcopy,
# loses its link in the middle, and gets it back. Sourced, after stage.sh.

memory=256M

show() {
    local column=destination_column
    [[ $1 != source ]] || column=source_column
    case $3 in
        'status(setup)') [[ $1 != source ]] || $column "$2" setup ;;
        'status('*)
            local status=${3#status(}
            $column "$2" "${status%)}"
            ;;
        guest-stopped) $column "$2" '  vCPUs stopped' ;;
        guest-started) $column "$2" '  vCPUs running' ;;
        'pong(0x42)') $column "$2" '  PONG 0x42: package loaded' ;;
        fault-injected*) across "$link_lost" "$2" ;;
        bitmap-sent*) $column "$2" '  tells which pages have come' ;;
        pages-lost*) $column "$2" "  ${3//[^0-9]/} pages were lost on the way" ;;
        resume-ack-sent) $column "$2" '  RESUME_ACK' ;;
    esac
}

# start_pair FAULT [OPTION...]: a source in which the fault is to strike, with more options, and a
# destination. The background is slow, so that there is a middle for the link to be lost in.
start_pair() {
    local fault=$1
    shift
    enter source "$scripts/source-node" "${guest[@]}" --name source \
        --workload "uniform,boot=$memory,rate=20000" --fault "$fault" "$@" \
        --parameter max-bandwidth=100M --parameter max-postcopy-bandwidth=20M
    enter destination "$scripts/dest-node" "${guest[@]}" --name destination \
        --metrics 127.0.0.1:0 --incoming tcp:127.0.0.1:0
    open_monitor source
    open_monitor destination
}

start_postcopy() {
    heading "A guest that keeps writing moves by postcopy."
    await destination 'listening on *'
    titles source destination
    qmp source migrate "{\"uri\": \"${found#listening on }\"}"
    await source 'status(active)'
    qmp source migrate-start-postcopy
    await source 'status(postcopy-active)'
    await destination 'status(postcopy-active)'
}

# What both say while the migration is paused.
await_pause() {
    await source 'status(postcopy-paused)' '  missing *'
    await destination 'status(postcopy-paused)'
    heading "The source says:"
    verdict source migration missing
    qmp destination query-status
    [[ $reply == *'"running"'* ]] || broken "the guest does not run at the destination: $reply"
    await destination 'Metrics at *'
    local address=${found#Metrics at http://}
    metrics "${address%/metrics}"
    heading "The guest runs on at the destination as far as it can. The destination says:"
    printf '  run state  running\n'
    metric vmferry_page_requests_outstanding
    printf '  waits for  %.0f pages that only the source has\n' "$found"
    metric vmferry_page_fault_latency_seconds_count
    printf '  stalls     %.0f before, of one vCPU each, until its page came\n' "$found"
}

# The link is there again: both sides meet on a new connection and the rest comes at full speed.
recover() {
    heading "The link is back: the destination listens anew, the source resumes."
    titles source destination
    forget source
    forget destination
    qmp destination migrate-recover '{"uri": "tcp:127.0.0.1:0"}'
    qmp destination query-migrate
    [[ $reply =~ \"port\":\ *\"([0-9]+)\" ]] || broken "the destination does not listen: $reply"
    qmp source migrate "{\"uri\": \"tcp:127.0.0.1:${BASH_REMATCH[1]}\", \"resume\": true}"
    await source 'status(postcopy-recover)' 'status(postcopy-active)'
    qmp source migrate-set-parameters '{"max-postcopy-bandwidth": 0}'
    await source 'status(completed)' '  postcopy *'
    await destination 'status(completed)' '  oracle *'
    heading "The source says:"
    verdict source migration postcopy
    heading "The destination, which has checked every page, says:"
    verdict destination migration faults oracle
    [[ ${said[destination]} == *'Memory is what the guest last wrote'* ]] ||
        broken "the guest's memory is not what it wrote"
    printf '\n%s%s%s\n' "$green" "$1" "$plain"
}
