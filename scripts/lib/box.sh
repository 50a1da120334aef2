# The clients that scripts/clients box knows: how each is fetched and started; sourced, not run.

box_names=(ganeti qemu-qmp npm-qemu-qmp go-qemu govmm incus proxmox-rules)
# Not a client, and only started when it is named.
box_suites=(go-qemu-tests)
box_place=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/vmferry/clients
adapters=$root/examples/clients
go_1_19=$box_place/go/usr/lib/go-1.19
go_qemu_packages=(golang-github-digitalocean-go-qemu-dev golang-github-digitalocean-go-libvirt-dev
    golang-golang-x-sys-dev golang-golang-x-crypto-dev)

# unpack FOLDER PACKAGE...: Debian packages of this machine's release, unpacked and not installed.
unpack() {
    unpack_with download_here "$@"
}

# unpack_sid FOLDER PACKAGE...: the same of Debian's sid.
unpack_sid() {
    unpack_with download_sid "$@"
}

# unpack_with DOWNLOAD FOLDER PACKAGE...
unpack_with() {
    local download=$1 folder=$2 package
    shift 2
    [[ ! -e $folder/.done ]] || return 0
    note "Getting $1 ..."
    rm -rf -- "$folder"
    mkdir -p -- "$folder/debs"
    (cd -- "$folder/debs" && "$download" "$folder.work" "$@") || return 1
    for package in "$folder"/debs/*.deb; do
        dpkg-deb -x "$package" "$folder" || return 1
    done
    # FIRST_VERSION_ARCHITECTURE.deb
    rm -rf -- "$folder/debs" "$folder.work"
    touch "$folder/.done"
}

# download_here WORK PACKAGE... and download_sid WORK PACKAGE...: into the current folder.
download_here() {
    apt-get -q -o APT::Sandbox::User="$(id -un)" download "${@:2}" >/dev/null
}

download_sid() {
    source "$root/scripts/lib/suite.sh"
    suite_apt_begin sid "$1"
    suite_apt update && suite_apt download "${@:2}"
}

# Fetches a client if it is not there. Fails, with a line that says why, when it cannot.
box_fetch() {
    local folder=$box_place/$1
    case $1 in
        ganeti)
            [[ -x /usr/bin/python3 ]] || return 1
            unpack "$folder" ganeti-3.0 python3-openssl python3-pyparsing python3-pycurl python3-simplejson \
                python3-psutil python3-bitarray python3-pyinotify python3-paramiko python3-cryptography \
                python3-cffi-backend python3-bcrypt python3-nacl python3-six libcurl3-gnutls
            ;;
        qemu-qmp) unpack_sid "$folder" python3-qemu-qmp ;;
        npm-qemu-qmp)
            command -v node >/dev/null || return 1
            [[ ! -e $folder/.done ]] || return 0
            command -v npm >/dev/null || return 1
            note "Getting npm's qemu-qmp ..."
            mkdir -p -- "$folder"
            npm install --silent --fetch-retries=0 --fetch-timeout=20000 --no-save --ignore-scripts --prefix "$folder" qemu-qmp@0.5.0 >/dev/null || return 1
            touch "$folder/.done"
            ;;
        go-qemu) go_client "$1" "${go_qemu_packages[@]}" ;;
        go-qemu-tests) go_qemu_tests ;;
        govmm) go_client "$1" golang-github-kata-containers-govmm-dev ;;
        incus) incus_client ;;
        proxmox-rules) command -v python3 >/dev/null ;;
        *) die "scripts/lib/box.sh does not know how to fetch $1" ;;
    esac
}

# Three clients use it, each with a lock of its own.
go_unpack() {
    (
        exec 8>"$box_place/go.lock"
        flock 8
        unpack "$box_place/go" golang-1.19-go golang-1.19-src
    )
}

# go_client NAME PACKAGE...: Debian's sources of a client, built with Debian's Go and our adapter.
go_client() {
    local folder=$box_place/$1 adapter=$adapters/$1.go
    [[ ! $folder/client -nt $adapter ]] || return 0
    go_unpack || return 1
    unpack "$folder" "${@:2}" || return 1
    note "Building $1 ..."
    go_with "$folder" "$go_1_19" build -o "$folder/client" "$adapter" >&2
}

# go_with FOLDER GOROOT WORD...: this Go with the packages that are unpacked in FOLDER.
go_with() {
    env GO111MODULE=off GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-p=2 GOROOT="$2" GOPATH="$1/usr/share/gocode" \
        GOCACHE="$box_place/go-cache" "$2/bin/go" "${@:3}"
}

# go-qemu's own tests, compiled, with ours beside those of its package qemu.
go_qemu_tests() {
    local folder=$box_place/go-qemu-tests source=$adapters/go-qemu_test.go package
    local repository=github.com/digitalocean/go-qemu
    [[ ! $folder/qemu.test -nt $source ]] || return 0
    go_unpack || return 1
    unpack "$folder" "${go_qemu_packages[@]}" golang-github-alecthomas-repr-dev || return 1
    note "Building the tests of go-qemu ..."
    printf '{"Replace": {"%s": "%s"}}\n' \
        "$folder/usr/share/gocode/src/$repository/qemu/vmferry_test.go" "$source" >"$folder/overlay.json"
    for package in qapi-schema qapi-schema/internal/lex qmp qmp/qmptest qmp/raw hypervisor qemu; do
        # go vet knows no overlay.
        go_with "$folder" "$go_1_19" test -c -vet=off -overlay "$folder/overlay.json" \
            -o "$folder/${package##*/}.test" "$repository/$package" >&2 || return 1
    done
}

# Incus' own client. Its package is internal, so Go has to find our adapter among Incus' programs: by an overlay.
incus_client() {
    local folder=$box_place/incus adapter=$adapters/incus.go package=github.com/lxc/incus/v7/cmd/vmferry
    [[ ! $folder/client -nt $adapter ]] || return 0
    unpack_sid "$folder" golang-github-lxc-incus-v7-dev golang-1.26-go golang-1.26-src \
        golang-github-flosch-pongo2.v6-dev golang-github-pkg-xattr-dev golang-github-sirupsen-logrus-dev \
        golang-go.yaml-yaml-v4-dev golang-golang-x-net-dev golang-golang-x-sys-dev golang-golang-x-term-dev \
        golang-golang-x-text-dev || return 1
    note "Building incus ..."
    printf '{"Replace": {"%s": "%s"}}\n' "$folder/usr/share/gocode/src/$package/main.go" "$adapter" >"$folder/overlay.json"
    go_with "$folder" "$folder/usr/lib/go-1.26" build -overlay "$folder/overlay.json" -o "$folder/client" "$package" >&2
}

# A line for --clients: name, how it migrates, its command.
box_line() {
    local folder=$box_place/$1 libraries
    case $1 in
        ganeti)
            libraries=$folder/usr/lib/$(uname -m)-linux-gnu
            printf '%s\ttcp\tenv\tPYTHONPATH=%s\tLD_LIBRARY_PATH=%s\t/usr/bin/python3\t%s\n' "$1" \
                "$folder/usr/share/ganeti/3.0:$folder/usr/lib/python3/dist-packages" "$libraries" "$adapters/ganeti-kvm.py"
            ;;
        qemu-qmp)
            printf '%s\tunix\tenv\tPYTHONPATH=%s\t/usr/bin/python3\t%s\n' "$1" \
                "$folder/usr/lib/python3/dist-packages" "$adapters/qemu-qmp.py"
            ;;
        npm-qemu-qmp)
            printf '%s\tunix\tenv\tNODE_PATH=%s\tnode\t%s\n' "$1" "$folder/node_modules" "$adapters/npm-qemu-qmp.js"
            ;;
        go-qemu | govmm | incus) printf '%s\tunix\t%s\n' "$1" "$folder/client" ;;
        go-qemu-tests) printf '%s\tunix\t%s\t%s\n' "$1" "$adapters/go-qemu-tests.sh" "$folder" ;;
        proxmox-rules) printf '%s\tunix\tpython3\t%s\n' "$1" "$adapters/proxmox-rules.py" ;;
        *) die "scripts/lib/box.sh has no command for $1" ;;
    esac
}
