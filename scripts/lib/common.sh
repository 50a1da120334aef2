# Shared functions of the scripts; sourced, not run. What a start of a program runs through makes few processes:
# each takes a millisecond of the start.

root=$(cd -- "${BASH_SOURCE[0]%/*}/../.." && pwd)

die() { note "$*"; exit 1; }

for part in width java maven programs usage; do
    source "$root/scripts/lib/$part.sh"
done

node_jar() { printf '%s' "$root/$1/target/$1.jar"; }

# packaged [PART...]: whether these programs are packaged; without an argument, all of them.
packaged() {
    local part
    (($#)) || set -- source-node dest-node tools lab
    for part in "$@"; do
        [[ -f $root/$part/target/$part.jar && -d $root/$part/target/lib ]] || return 1
    done
}

# Whether the node's AOT cache was made by this JDK and from the current jars. The JVM checks this too,
# but reports a mismatch on stderr.
cache_fits() {
    local cache=$root/$1/target/$1.aot jar jdk=
    [[ -s $cache && -f $cache.jdk ]] || return 1
    # without a newline at its end, which read reports
    IFS= read -r jdk <"$cache.jdk" || true
    [[ $jdk == "$java_home" ]] || return 1
    for jar in "$root/$1/target/$1.jar" "$root/$1"/target/lib/*.jar; do
        [[ ! $jar -nt $cache ]] || return 1
    done
}

# use_cache MODULE [training]: adds the AOT cache to java_args, if it fits and is not being made.
# VMFERRY_AOT=off leaves it out, for comparison.
use_cache() {
    if [[ ${2:-} != training && ${VMFERRY_AOT:-on} != off ]] && cache_fits "$1"; then
        java_args+=("-XX:AOTCache=$root/$1/target/$1.aot" -Xlog:aot=off -Xlog:cds=off)
    fi
}

# node_java_args NODE [training [DIRECTORY]]: fills java_args for a node: a small, bounded heap, since guest RAM
# is off-heap. DIRECTORY is where its lib/ will be, if not in this checkout.
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
    local release
    java_release "$java_home"
    [[ $release != 25 ]] ||
        java_args+=(-Dio.netty.noUnsafe=false --sun-misc-unsafe-memory-access=allow)
    [[ ${JAVA_OPTS:-} == *-XX:+Use*GC* ]] || java_args+=(-XX:+UseSerialGC)
    use_cache "$1" "${2:-}"
}

# tool_java_args [training]: fills java_args for an interactive program: start-up time matters more than speed.
tool_java_args() {
    java_args=(-Xmx96m -Xss512k -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData
        --enable-native-access=ALL-UNNAMED)
    use_cache tools "${1:-}"
}
