# Finds a JDK, or brings one into the checkout; sourced by common.sh, not run.

min_java=25
# The JDK that was brought, in a folder of the checkout that Git ignores.
jdk_place=$root/.jdk
# Where JDKs usually are, beside JAVA_HOME and the PATH.
java_places=(/usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* /opt/java/* /opt/jdk*
    /opt/*jdk* /usr/local/*jdk* "$jdk_place")

# java_release FOLDER: sets release to the feature release of the JDK there (25 for 25.0.3), empty when there is none.
java_release() {
    local line version=
    release=
    [[ -x $1/bin/java ]] || return 0
    if [[ -r $1/release ]]; then
        while read -r line; do
            [[ $line == JAVA_VERSION=* ]] && version=${line#*=}
        done <"$1/release"
        version=${version//\"/}
    fi
    if [[ -z $version ]]; then
        version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([^"]*\)".*/\1/p')
    fi
    release=${version%%[!0-9]*}
}

# java_lacks FOLDER: sets lacks to why it is not the JDK that is needed; fails if it is.
java_lacks() {
    local release
    java_release "$1"
    lacks=
    if [[ ! -d $1 ]]; then
        lacks="is no folder"
    elif [[ -z $release ]]; then
        lacks="has no JDK (no bin/java)"
    elif ((release < min_java)); then
        lacks="is a JDK $release, and vmferry needs $min_java or newer"
    elif [[ ! -x $1/bin/javac ]] && ! packaged; then
        lacks="has no compiler (a JRE?), and vmferry is not built yet"
    fi
    [[ -n $lacks ]]
}

# Sets java_home to the first JDK that will do: of JAVA_HOME, the PATH and the usual places.
find_java() {
    local candidate on_path reason=
    if [[ -n ${JAVA_HOME:-} ]]; then
        if ! java_lacks "$JAVA_HOME"; then
            java_home=$JAVA_HOME
            return 0
        fi
        reason=$lacks
    fi
    on_path=$(command -v java || true)
    [[ -z $on_path ]] || on_path=$(dirname -- "$(dirname -- "$(readlink -f -- "$on_path")")")
    for candidate in "$on_path" ${java_places[@]+"${java_places[@]}"}; do
        [[ -n $candidate ]] && ! java_lacks "$candidate" || continue
        java_home=$candidate
        [[ -z $reason ]] || passed_over "$reason"
        return 0
    done
    return 1
}

# Says once why JAVA_HOME is not used, not again in the scripts that this one starts.
passed_over() {
    [[ ${VMFERRY_PASSED_OVER:-} != "$JAVA_HOME" ]] || return 0
    note "JAVA_HOME=$JAVA_HOME $1; using $java_home"
    export VMFERRY_PASSED_OVER=$JAVA_HOME
}

need_java() {
    find_java && return 0
    source "$root/scripts/lib/bring-jdk.sh"
    bring_java || exit 1
    find_java || die "There is no JDK $min_java in $jdk_place, though it was put there; delete the folder and try again"
}
