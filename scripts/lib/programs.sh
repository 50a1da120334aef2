# The programs that are JVMs, and how each is started; sourced by common.sh.

# program NAME: sets module and class.
program() {
    case $1 in
        source) module=source-node class=io.vmferry.source.SourceNode ;;
        dest) module=dest-node class=io.vmferry.dest.DestNode ;;
        qmp) module=tools class=io.vmferry.tools.shell.QmpProgram ;;
        proxy) module=tools class=io.vmferry.tools.proxy.ProxyProgram ;;
        dashboard) module=tools class=io.vmferry.tools.dashboard.DashboardProgram ;;
        faults) module=tools class=io.vmferry.tools.faults.FaultsProgram ;;
        matrix) module=lab class=io.vmferry.lab.matrix.MatrixProgram ;;
        clients) module=lab class=io.vmferry.lab.clients.ClientsProgram ;;
        fuzz) module=lab class=io.vmferry.lab.fuzz.FuzzProgram ;;
        bench) module=lab class=io.vmferry.lab.bench.Bench ;;
        *) die "No program $1" ;;
    esac
}

# program_command NAME ARGUMENT...: sets command to what starts a program, after building it if necessary.
program_command() {
    local module class
    program "$1"
    need_java
    need_packages
    case $module in
        source-node | dest-node) node_java_args "$module" ;;
        tools) tool_java_args ;;
        lab)
            # what only tells something ends before either compiler or a larger heap helps
            if [[ " ${*:2} " == *" "@(-h|--help|-V|--version)" "* ]]; then
                lab_java_args help
            else
                lab_java_args "$1"
            fi
            ;;
    esac
    # JAVA_OPTS is a list of words, for the daemons
    # shellcheck disable=SC2206
    [[ $module != *-node ]] || java_args+=(${JAVA_OPTS:-})
    command=("$java_home/bin/java" "${java_args[@]}" "-Dvmferry.command=$typed" "-Dvmferry.launcher=$launcher"
        -cp "$root/$module/target/$module.jar" "$class" "${@:2}")
}

# Replaces this process by a program.
run_program() {
    local command
    program_command "$@"
    tell_width "$@"
    exec "${command[@]}"
}

# Help is as wide as the terminal, which a JVM takes a while to ask.
tell_width() {
    [[ " $* " == *" "@(-h|--help)" "* ]] || return 0
    measure
    export COLUMNS=$width
}

# How other programs of vmferry are started, in examples.
launcher=scripts/vmferry
# A distribution has no sources.
[[ -f $root/pom.xml ]] || launcher=vmferry

# lab_java_args NAME|help [training]: fills java_args for a program of the lab, or for its help.
lab_java_args() {
    java_args=(--enable-native-access=ALL-UNNAMED)
    case $1 in
        # Thousands of simulated guests run one after the other on each processor, which repays both compilers and
        # a larger heap. The buffers of a simulated process are freed by the garbage collector, not by its end.
        # C2 comes later than it would, since it took half as long as all simulations of the first minute.
        matrix)
            java_args+=(
                -Xmx512m -XX:+UseParallelGC -Dio.netty.maxDirectMemory=0 -Dio.netty.allocator.type=unpooled
                -XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=2400 -XX:Tier4CompileThreshold=60000
            )
            ;;
        fuzz) java_args+=(-Xmx512m -XX:+UseParallelGC) ;;
        bench) java_args+=(-Xmx256m -XX:+UseSerialGC) ;;
        help)
            java_args+=(-Xmx96m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
            use_cache lab "${2:-}"
            ;;
        *) java_args+=(-Xmx96m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC) ;;
    esac
}
