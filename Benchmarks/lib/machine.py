"""The machine under the benchmark: what has to be installed, which versions are, how busy it is, and free ports."""

import os
import platform
import random
import re
import resource
import shutil
import socket
import subprocess
from pathlib import Path

from lib.failure import Failure

# Debian's package for each thing that is needed.
PACKAGES = {
    "nginx": "nginx-light", "haproxy": "haproxy", "apache2": "apache2", "wrk": "wrk", "h2load": "nghttp2-client",
    "nghttpx": "nghttp2-proxy", "openssl": "openssl", "slowhttptest": "slowhttptest",
    "gcc": "gcc", "taskset": "util-linux", "/usr/include/openssl/ssl.h": "libssl-dev",
}

# Below Linux's range for outgoing connections (32768 and up), so that no load takes a port before its server binds.
PORTS = range(20000, 32000)


def tool(name):
    """Full path of an installed tool; fails naming Debian's package. Servers live in /usr/sbin, often not in PATH."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        raise Failure(f"{name} is missing: apt-get install {PACKAGES.get(name, name)}")
    return path


def check_installed(names):
    """Fails with one line that installs everything that is missing of `names`, tools or absolute paths."""
    search = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [name for name in names if not (os.path.exists(name) or shutil.which(name, path=search))]
    if missing:
        packages = " ".join(sorted({PACKAGES.get(name, name) for name in missing}))
        raise Failure(f"missing: {', '.join(missing)}; install with: apt-get install {packages}")


def allow_descriptors(count):
    """Lets this process, and each that it starts, have `count` descriptors; fails if the hard limit is below."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= count:
        return
    try:
        enough = hard == resource.RLIM_INFINITY or hard >= count
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard if enough else count))
    except (OSError, ValueError):
        raise Failure(f"{count} descriptors a process are needed, and the hard limit is {hard}: raise it (ulimit -Hn "
                      f"{count} as root, LimitNOFILE={count} in a systemd unit)") from None


def free_ports(count):
    """`count` different ports of 127.0.0.1 that nothing is bound to."""
    sockets, ports = [], []
    try:
        for port in random.sample(PORTS, 20 * count):
            probe = socket.socket()
            sockets.append(probe)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
            if len(ports) == count:
                return ports
    finally:
        for probe in sockets:
            probe.close()
    raise Failure("no free ports on 127.0.0.1")


def output_of(*command):
    """What a command prints, on either stream, without surrounding blanks."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=10)
    return result.stdout.strip()


def description():
    """One line: processor, cores, memory, kernel, distribution."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text()).group(1)) / 1024 / 1024
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "unknown distribution")
    debian = Path("/etc/debian_version")
    return (f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; "
            f"Linux {platform.release()}; {release}{' ' + debian.read_text().strip() if debian.exists() else ''}")


def busy_seconds():
    """Seconds that all cores together have spent not idle since boot (in clock ticks of 10 ms)."""
    user, nice, system, _, _, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
