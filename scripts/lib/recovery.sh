# The common part of the demonstrations of a recovery: a running guest moves by postcopy, the link
# fails in the middle, and the migration is recovered. Sourced, after demo.sh.

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
        bitmap-sent*) $column "$2" '  sends the bitmap of received pages' ;;
        'pages-lost(0)') ;;
        pages-lost*)
            thousands "${3//[^0-9]/}"
            $column "$2" "  $found pages have to be sent again"
            ;;
        resume-ack-sent) $column "$2" '  RESUME_ACK' ;;
    esac
}

# start_pair FAULT [OPTION...]: starts a source with the fault and further options, and a destination.
# The background is slow, so that the fault happens in the middle of the postcopy.
start_pair() {
    local fault=$1
    shift
    start_daemon source "$scripts/source-node" "${guest[@]}" --name source \
        --workload "uniform,boot=$memory,rate=20000" --fault "$fault" "$@" \
        --parameter max-bandwidth=100M --parameter max-postcopy-bandwidth=20M
    start_daemon destination "$scripts/dest-node" "${guest[@]}" --name destination \
        --metrics 127.0.0.1:0 --incoming tcp:127.0.0.1:0
    open_monitor source
    open_monitor destination
}

start_postcopy() {
    heading "A running guest moves by postcopy."
    await destination 'listening on *'
    titles source destination
    qmp source migrate "{\"uri\": \"${found#listening on }\"}"
    await source 'status(active)'
    qmp source migrate-start-postcopy
    await source 'status(postcopy-active)'
    await destination 'status(postcopy-active)'
}

# The reports of both while the migration is paused.
await_pause() {
    await source 'status(postcopy-paused)' '  missing *'
    await destination 'status(postcopy-paused)'
    heading "The source reports:"
    verdict source migration missing
    qmp destination query-status
    [[ $reply == *'"running"'* ]] || broken "the guest does not run at the destination: $reply"
    await destination 'Metrics at *'
    local address=${found#Metrics at http://}
    metrics "${address%/metrics}"
    heading "The guest continues at the destination as far as its memory is there. The destination reports:"
    labelled '  run state  running'
    metric vmferry_page_requests_outstanding
    thousands "$(printf '%.0f' "$found")"
    labelled "  waits for  $found pages that only the source has"
    metric vmferry_page_fault_latency_seconds_count
    thousands "$(printf '%.0f' "$found")"
    labelled "  waited     $found times before: each time one vCPU, until its page came"
}

# The link works again: both sides use a new connection, and the rest is sent at full speed.
recover() {
    heading "The link works again: the destination listens on a new port, the source resumes."
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
    heading "The source reports:"
    verdict source migration postcopy
    heading "The destination, which has verified every page, reports:"
    verdict destination migration faults oracle
    [[ ${said[destination]} == *'Memory is what the guest last wrote'* ]] ||
        broken "the guest's memory is not what it wrote"
    conclude "$1"
}
