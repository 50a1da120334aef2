# Shared functions of the scripts; sourced, not run.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
min_java=25

note() { printf '%s\n' "$*" >&2; }
die() { note "$*"; exit 1; }

# Prints the feature release of the JDK in a directory (25 for 25.0.3), nothing when there is none.
java_release() {
    [[ -x $1/bin/java ]] || return 0
    local line version=
    if [[ -r $1/release ]]; then
        while read -r line; do
            [[ $line == JAVA_VERSION=* ]] && version=${line#*=}
        done <"$1/release"
        version=${version//\"/}
    fi
    if [[ -z $version ]]; then
        version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([^"]*\)".*/\1/p')
    fi
    version=${version%%[!0-9]*}
    printf '%s' "$version"
}

# Sets java_home to the first JDK that is new enough: of JAVA_HOME, PATH and the usual directories.
find_java() {
    local candidate release on_path
    on_path=$(command -v java || true)
    [[ -z $on_path ]] || on_path=$(dirname -- "$(dirname -- "$(readlink -f -- "$on_path")")")
    for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* \
        "${HOME:-}"/.jdks/* /opt/java/* /opt/jdk* /opt/*jdk* /usr/local/*jdk* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [[ -n $candidate ]] || continue
        release=$(java_release "$candidate")
        if [[ -n $release && $release -ge $min_java ]]; then
            java_home=$candidate
            return 0
        fi
    done
    return 1
}

need_java() {
    find_java || die "vmferry needs a JDK $min_java or newer: none in JAVA_HOME, on the PATH or under \
/usr/lib/jvm, ~/.sdkman, ~/.jdks, /opt. Install one, or set JAVA_HOME to it."
}

node_jar() { printf '%s' "$root/$1/target/$1.jar"; }

# packaged [PART...]: whether these programs are packaged; without an argument, all of them.
packaged() {
    local part
    (($#)) || set -- source-node dest-node tools lab
    for part in "$@"; do
        [[ -f $(node_jar "$part") && -d $root/$part/target/lib ]] || return 1
    done
}

# Runs Maven in the checkout with the JDK that was found, also if a .mavenrc names another one. Maven's own
# libraries use what JDK 25 warns of; another JDK may not know the option.
maven() {
    local options=${MAVEN_OPTS:-}
    [[ $(java_release "$java_home") != 25 ]] || options+=" --sun-misc-unsafe-memory-access=allow"
    (cd "$root" && JAVA_HOME=$java_home MAVEN_SKIP_RC=1 MAVEN_OPTS=$options mvn -B "$@")
}

# Packages everything and shows how far it is; what Maven says is shown if it fails. Runs in a subshell.
build_packages() {
    local log line
    set -o pipefail
    log=$(mktemp) || return 1
    # shellcheck disable=SC2064 # the name as it is now
    trap "rm -f -- '$log'" EXIT
    note "Building vmferry, once: 2 to 3 minutes on two processors. Maven downloads what it needs into ~/.m2."
    if maven -DskipTests -Dspotless.check.skip=true package 2>&1 | tee "$log" | while IFS= read -r line; do
        [[ ! $line =~ \]\ Building\ (vmferry(\ [a-z-]+)?)\ [0-9].*\[([0-9]+)/([0-9]+)\] ]] ||
            note "  ${BASH_REMATCH[3]} of ${BASH_REMATCH[4]}: ${BASH_REMATCH[1]}"
    done; then
        # the notes of train-aot
        grep '^AOT cache' "$log" >&2 || true
        return 0
    fi
    grep -v '^\[INFO\]' "$log" >&2 || cat "$log" >&2
    return 1
}

# Packages everything if necessary. Launchers that are started together build once.
need_packages() {
    packaged && return 0
    command -v mvn >/dev/null || die "vmferry is not built yet and mvn (Maven 3.8.7 or newer) is not on the PATH"
    [[ -x $java_home/bin/javac ]] || die "vmferry is not built yet and $java_home has no compiler (a JRE?)"
    (
        if command -v flock >/dev/null; then
            exec 9>"$root/.build.lock"
            flock 9
        fi
        packaged && exit 0
        build_packages
    ) || die "The build failed; run 'mvn package' in $root to see it alone"
    packaged || die "The build left no packages in $root/*/target"
}

# Whether the node's AOT cache was made by this JDK and from the current jars. The JVM checks this too,
# but reports a mismatch on stderr.
cache_fits() {
    local cache=$root/$1/target/$1.aot jar
    [[ -s $cache && -f $cache.jdk && $(<"$cache.jdk") == "$java_home" ]] || return 1
    for jar in "$root/$1/target/$1.jar" "$root/$1"/target/lib/*.jar; do
        [[ ! $jar -nt $cache ]] || return 1
    done
}

# node_java_args NODE [training [DIRECTORY]]: fills java_args for a node: a small, bounded heap, since guest RAM
# is off-heap. DIRECTORY is where its lib/ will be, if not in this checkout.
# VMFERRY_AOT=off disables the AOT cache, for comparison.
node_java_args() {
    java_args=(
        -Xms16m -Xmx96m -Xss512k
        -XX:MaxDirectMemorySize=128m -XX:ReservedCodeCacheSize=48m -XX:MaxMetaspaceSize=96m
        -XX:-UsePerfData
        --enable-native-access=ALL-UNNAMED
    )
    # Netty registers events with Flight Recorder at the first buffer, which takes longer than a
    # migration's setup; -Dio.netty.jfr.enabled=true in JAVA_OPTS enables them again.
    java_args+=(-Dio.netty.jfr.enabled=false)
    # C1 only: a daemon lives for one migration, which C2 would spend compiling what is soon over.
    java_args+=(-XX:TieredStopAtLevel=1)
    # Netty would write its native library to a temporary file first, with a random name.
    java_args+=("-Djava.library.path=${3:-$root/$1/target}/lib/native")
    # Netty takes buffers by Unsafe, as it does before Java 25; otherwise it makes bindings of malloc and free at
    # each start. Measured with JDK 25; a later one may refuse the option.
    [[ $(java_release "$java_home") != 25 ]] ||
        java_args+=(-Dio.netty.noUnsafe=false --sun-misc-unsafe-memory-access=allow)
    [[ ${JAVA_OPTS:-} == *-XX:+Use*GC* ]] || java_args+=(-XX:+UseSerialGC)
    if [[ ${2:-} != training && ${VMFERRY_AOT:-on} != off ]] && cache_fits "$1"; then
        java_args+=("-XX:AOTCache=$root/$1/target/$1.aot" -Xlog:aot=off -Xlog:cds=off)
    fi
}

# Fills java_args for an interactive program: start-up time matters more than speed.
tool_java_args() {
    java_args=(-Xmx96m -Xss512k -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData)
    if [[ ${1:-} != training && ${VMFERRY_AOT:-on} != off ]] && cache_fits tools; then
        java_args+=("-XX:AOTCache=$root/tools/target/tools.aot" -Xlog:aot=off -Xlog:cds=off)
    fi
}

# Replaces this process by the node's JVM.
run_node() {
    local node=$1
    shift
    need_java
    need_packages
    node_java_args "$node"
    # shellcheck disable=SC2086 # JAVA_OPTS is a list of words
    exec "$java_home/bin/java" "${java_args[@]}" ${JAVA_OPTS:-} -jar "$(node_jar "$node")" "$@"
}
