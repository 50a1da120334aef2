# Brings a JDK into the checkout, without root: from the packages of a Debian that has it, else by a download
# whose checksum is known. Sourced when no JDK was found, not run.

jdk_packages=(openjdk-"$min_java"-jdk-headless openjdk-"$min_java"-jre-headless)
jdk_list=$root/scripts/lib/jdk-download.txt

# Launchers that are started together bring one.
bring_java() (
    for tool in flock tar sha256sum; do
        command -v "$tool" >/dev/null || die "$(no_java): no '$tool' on the PATH to bring one with"
    done
    exec 9>"$root/.jdk.lock"
    flock 9
    if find_java; then
        exit 0
    fi
    work=$jdk_place.work
    trap 'rm -rf -- "$work"' EXIT
    rm -rf -- "$work"
    mkdir -p -- "$work/jdk"
    from_packages || from_download || exit 1
    java_lacks "$work/jdk" && die "The JDK that was brought $lacks"
    "$work/jdk/bin/java" -version >/dev/null 2>&1 ||
        die "The JDK that was brought does not start here: $("$work/jdk/bin/java" -version 2>&1 | head -n 1)"
    rm -rf -- "$jdk_place"
    mv -- "$work/jdk" "$jdk_place"
)

no_java() {
    printf 'No JDK %s in JAVA_HOME, on the PATH or in the usual folders' "$min_java"
}

# ---- the packages of the distribution

# From Debian's packages, or those of its derivatives: unpacked, not installed. Fails if there are none.
from_packages() {
    local bytes
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    own_lists=()
    if ! packages_known; then
        # A machine that has lists has no such package; one without, as a fresh image, may have it.
        ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || return 1
        update_lists && packages_known || return 1
    fi
    bytes=$(apt_cache show --no-all-versions "${jdk_packages[@]}" | sed -n 's/^Size: //p' | paste -s -d+ -)
    note "$(no_java). Unpacking ${jdk_packages[0]} of this distribution into $jdk_place, once: \
a download of $((bytes / 1000000)) MB, nothing is installed."
    # The lists of a machine may be older than what its mirror still has.
    download_packages "${jdk_packages[@]}" || { update_lists && download_packages "${jdk_packages[@]}"; } || {
        note "The packages cannot be downloaded: $(tail -n 1 "$work/apt.log")"
        return 1
    }
    unpack_packages
}

packages_known() { apt_cache show "${jdk_packages[@]}" >/dev/null 2>&1; }

apt_cache() { apt-cache ${own_lists[@]+"${own_lists[@]}"} "$@"; }

# Lists of our own, from the distribution's sources: those of the system are root's.
update_lists() {
    own_lists=(-o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User="$(id -un)"
        -o Acquire::Languages=none -o Debug::NoLocking=1)
    mkdir -p -- "$work/lists/partial" "$work/cache/archives/partial"
    apt-get -q "${own_lists[@]}" update >"$work/apt.log" 2>&1
}

download_packages() {
    (cd -- "$work" && apt-get -q ${own_lists[@]+"${own_lists[@]}"} -o APT::Sandbox::User="$(id -un)" \
        download "$@" >"$work/apt.log" 2>&1)
}

unpack_packages() {
    local package home link
    for package in "$work"/*.deb; do
        dpkg-deb -x "$package" "$work/files" || return 1
    done
    # java-25-openjdk-ARCHITECTURE; beside it is a link to it of another name
    for home in "$work/files/usr/lib/jvm/java-$min_java-openjdk"*; do
        [[ -d $home/bin && ! -L $home ]] || continue
        # Debian's JDK has its configuration in /etc, where it is not installed.
        while IFS= read -r link; do
            [[ ! -e $work/files$(readlink -- "$link") ]] ||
                cp -rL --remove-destination -- "$work/files$(readlink -- "$link")" "$link"
        done < <(find "$home" -type l -lname '/etc/*')
        rmdir -- "$work/jdk" && mv -- "$home" "$work/jdk" || return 1
    done
    trust_certificates
}

# Makes the file of trusted certificates, which the installation of another package would have made.
trust_certificates() {
    local store=$work/jdk/lib/security/cacerts bundle=/etc/ssl/certs/ca-certificates.crt
    [[ ! -s $store ]] || return 0
    if [[ ! -s $bundle ]]; then
        download_packages ca-certificates && dpkg-deb -x "$work"/ca-certificates_*.deb "$work/files" || return 1
        bundle=$work/bundle.crt
        cat -- "$work"/files/usr/share/ca-certificates/mozilla/*.crt >"$bundle" || return 1
    fi
    rm -f -- "$store"
    "$work/jdk/bin/java" -XX:TieredStopAtLevel=1 "$root/scripts/lib/TrustStore.java" "$bundle" "$store"
}

# ---- a download

# Downloads the JDK of the list that is for this machine, or the one that the variables name.
from_download() {
    local machine url sum
    machine=$(uname -m)
    read -r _ url sum < <(grep "^$machine " "$jdk_list") || true
    url=${VMFERRY_JDK_URL:-${url:-}}
    sum=${VMFERRY_JDK_SHA256:-${sum:-}}
    [[ -n $url && -n $sum ]] || die "$(no_java), and there is none to download for $machine: install one, or set JAVA_HOME"
    # what an attempt with packages may have left
    rm -rf -- "$work/jdk"
    mkdir -- "$work/jdk"
    note "$(no_java). Downloading ${url##*/} into $jdk_place, once: some 140 MB."
    fetch "$url" "$work/jdk.tar.gz" ||
        die "Cannot download $url: install a JDK $min_java and set JAVA_HOME, or set VMFERRY_JDK_URL to the same file elsewhere"
    sha256sum --status --check - <<<"$sum  $work/jdk.tar.gz" ||
        die "What came from $url has SHA-256 $(sha256sum <"$work/jdk.tar.gz" | cut -d ' ' -f 1), expected $sum; nothing was unpacked"
    tar -xzf "$work/jdk.tar.gz" -C "$work/jdk" --strip-components=1 || die "${url##*/} cannot be unpacked"
}

# fetch URL FILE
fetch() {
    if command -v curl >/dev/null; then
        curl --silent --show-error --fail --location --output "$2" -- "$1"
    elif command -v wget >/dev/null; then
        wget --no-verbose --output-document="$2" -- "$1" 2>&1 | grep -v -- '->' >&2
        return "${PIPESTATUS[0]}"
    else
        die "$(no_java), and neither curl nor wget to download one: install one of the three"
    fi
}
