#!/bin/bash
# A Debian of its own for one test: a minimal root with systemd as its first process, in namespaces that end with it.
#
#   machine.sh base FOLDER                 makes a root with debootstrap, where FOLDER has none yet
#   machine.sh boot FOLDER STATE [DEB]     boots a copy of it that is only in memory, and stays until it is killed;
#                                          STATE/pid has its first process, DEB lies in /root, and what it depends on
#                                          in the cache of apt, as the machine has no network but its own loopback;
#                                          from the line `the system starts` on commands can be run in it
#   machine.sh run STATE COMMAND ...       runs a command in it
#   machine.sh beside STATE COMMAND ...    runs a command of this system, with the machine's network
#
# It needs root and reaches Debian's packages by what apt is configured with.
set -euo pipefail

fail() {
    echo "machine.sh: $*" >&2
    exit 69
}

# Where apt gets a release of Debian from; nothing where its lists are not there, as in images that were made small.
mirror_of() {
    # shellcheck disable=SC2016 # A format of apt.
    apt-get indextargets --format '$(REPO_URI)' "Codename: $1" 'Label: Debian' | sort -u | sed -n 1p
}

# Where apt reaches its mirrors through a proxy, debootstrap does, too; the environment's own goes first.
use_proxy() {
    local proxy=
    eval "$(apt-config shell proxy "Acquire::$1::Proxy")"
    [[ -n $proxy && $proxy != DIRECT ]] || return 0
    case $1 in
        http) export http_proxy=${http_proxy:-$proxy} ;;
        https) export https_proxy=${https_proxy:-$proxy} ;;
    esac
}

base() {
    local folder=$1 release mirror packages=systemd,systemd-sysv,logrotate
    [[ -d $folder/root ]] && return
    mkdir -p "$folder"
    # shellcheck source=/dev/null
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(mirror_of "$release")
    if [[ -z $mirror ]]; then
        apt-get update -q >"$folder/log" 2>&1 || true
        mirror=$(mirror_of "$release")
    fi
    [[ -n $mirror ]] || fail "apt knows no Debian $release: $(tail -n 3 "$folder/log")"
    # Authorities of the mirror, for the apt of the root.
    [[ $mirror != https:* ]] || packages+=,ca-certificates
    use_proxy http
    use_proxy https
    rm -rf "$folder/new"
    debootstrap --variant=minbase "--include=$packages" "$release" "$folder/new" "$mirror" \
        >"$folder/log" 2>&1 || fail "no minimal Debian, as debootstrap fails: $(tail -n 3 "$folder/log")"
    mv "$folder/new" "$folder/root"
}

# In a mount namespace of its own: the root in memory over the base, with the package and what it needs.
mount_root() {
    local folder=$1 state=$2 package=${3:-} proxies
    mount --make-rprivate /
    mkdir -p "$state/memory"
    mount -t tmpfs -o mode=755 tmpfs "$state/memory"
    mkdir "$state/memory/upper" "$state/memory/work" "$state/memory/root"
    mount -t overlay -o "lowerdir=$folder/root,upperdir=$state/memory/upper,workdir=$state/memory/work" \
        overlay "$state/memory/root"
    [[ -n $package ]] || return 0
    install -m 644 "$package" "$state/memory/root/root/martlet.deb"
    cp /etc/resolv.conf "$state/memory/root/etc/resolv.conf" 2>/dev/null || true
    # The proxies of this system's apt, also those of single hosts, for as long as there is a network.
    proxies=$state/memory/root/etc/apt/apt.conf.d/00proxies
    apt-config dump Acquire | grep -iE '^Acquire::https?::(Proxy|Proxy::[^ ]+) ' >"$proxies" || true
    mount -t proc proc "$state/memory/root/proc"
    for step in "update" "install --download-only --no-install-recommends /root/martlet.deb"; do
        # shellcheck disable=SC2086 # Several words.
        DEBIAN_FRONTEND=noninteractive chroot "$state/memory/root" apt-get -q -y $step >"$state/log" 2>&1 ||
            fail "Debian's packages cannot be reached: $(tail -n 3 "$state/log")"
    done
    umount "$state/memory/root/proc"
    rm "$proxies"
}

# In all namespaces of its own: what systemd expects of a container (https://systemd.io/CONTAINER_INTERFACE).
start_system() {
    local root=$1/memory/root file
    ip link set lo up
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t cgroup2 cgroup "$root/sys/fs/cgroup"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for file in null zero full random urandom tty; do
        touch "$root/dev/$file"
        mount --bind "/dev/$file" "$root/dev/$file"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    echo "the system starts"
    cd "$root"
    mkdir .before
    pivot_root . .before
    exec chroot . /bin/sh -c 'umount -l /.before; rmdir /.before
        exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=console' </dev/null
}

boot() {
    local folder=$1 state=$2 package=${3:-} groups group
    [[ $EUID -eq 0 ]] || fail "needs root"
    mkdir -p "$state"
    groups=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
    [[ -n $groups ]] || fail "systemd needs a cgroup2 hierarchy, and none is mounted"
    group=$groups/martlet-test-$$
    mkdir -p "$group"
    # Nobody's child and outside of the group, with the other end of a pipe that ends with the machine, however that is
    # ended.
    exec 9> >(setsid "$0" after "$group" <&0 >/dev/null 2>&1 &)
    wait $!
    echo $$ >"$group/cgroup.procs"
    mount_root "$folder" "$state" "$package"
    # The process that waits here ends with the one who has called, and the machine with it.
    exec unshare --pid --fork --kill-child --uts --ipc --net --cgroup --mount "$0" start "$state"
}

# Removes the groups of a machine that has ended, and waits for its last process for that.
after() {
    local group=$1 end
    cat >/dev/null
    end=$((SECONDS + 30))
    while [[ -d $group && $SECONDS -lt $end ]]; do
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.2
    done
}

first() {
    local state=$1 waiting
    waiting=$(cat "$state/waiting")
    cat "/proc/$waiting/task/$waiting/children"
}

case ${1:-} in
    base) base "$2" ;;
    boot)
        mkdir -p "$3"
        echo $$ >"$3/waiting"
        exec unshare --mount "$0" mounted "$2" "$3" ${4:+"$4"}
        ;;
    after) after "$2" ;;
    mounted) boot "${@:2}" ;;
    start) start_system "$2" ;;
    run)
        pid=$(first "$2")
        exec nsenter --target "${pid% }" --mount --pid --uts --ipc --net --cgroup --root -- env --chdir=/root "${@:3}"
        ;;
    beside)
        pid=$(first "$2")
        exec nsenter --target "${pid% }" --net -- "${@:3}"
        ;;
    *) fail "see the beginning of this file" ;;
esac
