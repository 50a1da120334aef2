# Runs Maven, and builds with it what is not built yet; sourced by common.sh, not run.

min_maven=3.8.7

# Sets mvn to the Maven to run: that of the PATH if it is new enough, else the wrapper's, which is brought first.
need_maven() {
    local version= said
    [[ -z ${mvn:-} ]] || return 0
    mvn=mvn
    if command -v mvn >/dev/null; then
        version=$(JAVA_HOME=$java_home MAVEN_SKIP_RC=1 mvn -B -version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p')
        [[ $(printf '%s\n' "$min_maven" "${version:-0}" | sort -V | head -n 1) != "$min_maven" ]] || return 0
    fi
    mvn=$root/mvnw
    if ! compgen -G "${MAVEN_USER_HOME:-${HOME:-}/.m2}/wrapper/dists/apache-maven-*/*/bin/mvn" >/dev/null; then
        note "No Maven $min_maven or newer on the PATH${version:+ (only $version)}: downloading one into ~/.m2/wrapper, once, 9 MB."
    fi
    said=$(JAVA_HOME=$java_home MAVEN_SKIP_RC=1 "$mvn" -B -version 2>&1) ||
        die "${said%%$'\n'*}: install Maven $min_maven or newer, or set MVNW_REPOURL to a Maven repository"
}

# Runs Maven in the checkout with the JDK that was found, also if a .mavenrc names another one. Maven's own
# libraries use what JDK 25 warns of; another JDK may not know the options.
maven() {
    local options=${MAVEN_OPTS:-} release
    java_release "$java_home"
    [[ $release != 25 ]] ||
        options+=" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
    # some plugins write codes of colours into files and pipes, too
    [[ -t 1 && -t 2 && -z ${NO_COLOR:-} ]] || set -- -Dstyle.color=never "$@"
    (cd "$root" && JAVA_HOME=$java_home MAVEN_SKIP_RC=1 MAVEN_OPTS=$options "$mvn" -B "$@")
}

# Shows which module Maven builds and for how long it has been at work; on a terminal in one line, every second.
show_progress() {
    local line rest= module= begin=$SECONDS terminal= status
    [[ ! -t 2 ]] || terminal=yes
    while true; do
        status=0
        IFS= read -r -t 1 line || status=$?
        rest+=$line
        if ((status == 0)); then
            if [[ $rest =~ \]\ Building\ (vmferry(\ [a-z-]+)?)\ [0-9].*\[([0-9]+)/([0-9]+)\] ]]; then
                module="${BASH_REMATCH[3]} of ${BASH_REMATCH[4]}: ${BASH_REMATCH[1]}"
                [[ $terminal ]] || note "  $module, after $((SECONDS - begin)) s"
            fi
            rest=
        elif ((status <= 128)); then
            break
        fi
        [[ ! $terminal || ! $module ]] || printf '\r\e[K  %s, %d s' "$module" "$((SECONDS - begin))" >&2
    done
    [[ ! $terminal ]] || printf '\r\e[K' >&2
}

# Packages everything and shows how far it is; what Maven says is shown if it fails. Runs in a subshell.
build_packages() {
    local log begin=$SECONDS
    set -o pipefail
    log=$(mktemp) || return 1
    # shellcheck disable=SC2064 # the name as it is now
    trap "rm -f -- '$log'" EXIT
    note "Building vmferry, once: 2 to 4 minutes on two processors. Maven downloads what it needs, some 130 MB, into ~/.m2."
    # who wants to run a program waits for no test to be compiled
    if maven -Dmaven.test.skip=true -Dspotless.check.skip=true package 2>&1 | tee "$log" | show_progress; then
        note "  built in $((SECONDS - begin)) s"
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
    need_maven
    (
        if command -v flock >/dev/null; then
            exec 9>"$root/.build.lock"
            flock 9
        fi
        packaged && exit 0
        build_packages
    ) || die "The build failed; this shows it alone: cd $(printf '%q && %q' "$root" "$mvn") package"
    packaged || die "The build left no packages in $root/*/target"
}

