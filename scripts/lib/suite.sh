# Functions that run apt for another Debian suite than this machine's; sourced, not run.

# suite_apt_begin SUITE FOLDER: sets up an apt in FOLDER whose list of installed packages is empty.
suite_apt_begin() {
    local mirror
    suite_work=$2
    # The mirror that this machine installs from.
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' |
        grep -v -- '-security' | sort -u | head -n 1)
    [[ -n $mirror ]] || die "apt has no mirror of Debian in its configuration"
    rm -rf -- "$suite_work"
    mkdir -p -- "$suite_work"/{etc/preferences.d,etc/apt.conf.d,state/lists/partial,cache/archives/partial}
    : >"$suite_work/status"
    printf 'deb [signed-by=%s] %s %s main\n' \
        /usr/share/keyrings/debian-archive-keyring.gpg "$mirror" "$1" >"$suite_work/etc/sources.list"
}

suite_apt() {
    apt-get -q -o Dir::Etc="$suite_work/etc" -o Dir::Etc::sourceparts=- -o Dir::State="$suite_work/state" \
        -o Dir::State::status="$suite_work/status" -o Dir::Cache="$suite_work/cache" \
        -o APT::Sandbox::User="$(id -un)" -o APT::Install-Recommends=false \
        -o Acquire::Languages=none -o Debug::NoLocking=1 "$@" >&2
}
