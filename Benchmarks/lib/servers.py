"""The servers that are compared, each started from its template under rivals/."""

import os
import pwd
import re
from dataclasses import dataclass
from pathlib import Path

from lib import machine
from lib.farm import HERE, filled, wait_until_open
from lib.processes import ProcessGroup

ROOT = HERE.parent
MARTLET = ROOT / ".build" / "release" / "martlet"
MARTLET_MEMBER = "      {name}: http://{address}"
# The program of another HAProxy, which takes part beside Debian's; none unless the environment names one.
NEWER_HAPROXY = os.path.abspath(os.environ["HAPROXY"]) if os.environ.get("HAPROXY") else None


@dataclass(frozen=True)
class Product:
    """A program that can be measured: how it is started from a configuration file, and how it names its version."""

    name: str
    template: str
    command: object  # (folder, configuration file) -> list of str
    version: object  # () -> str
    member: str = ""  # a line of @MEMBERS@, where the template has that
    does_same_work: bool = True  # whether it is held to lib/checks.py


def _martlet_version():
    commit = machine.output_of("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")
    changed = machine.output_of("git", "-C", str(ROOT), "status", "--porcelain", "--", "Sources", "Package.swift")
    return f"Martlet {commit}{' with uncommitted changes' if changed else ''}"


def _haproxy(name, path):
    """HAProxy as a product; `path` gives its program."""
    return Product(
        name, "haproxy.cfg", lambda folder, file: [path(), "-db", "-f", str(file)], lambda: _haproxy_version(path()))


def _haproxy_version(path):
    text = machine.output_of(path, "-vv")
    library = "zlib" if "+ZLIB" in text else "slz" if "+SLZ" in text else "no gzip"
    return f"HAProxy {text.split()[2]} ({library})"


PRODUCTS = {product.name: product for product in (
    Product(
        "martlet", "martlet.yaml",
        lambda folder, file: [str(MARTLET), "run", str(file)],
        _martlet_version, MARTLET_MEMBER),
    Product(
        "nginx", "nginx.conf",
        lambda folder, file: [machine.tool("nginx"), "-p", str(folder), "-e", str(folder / "error.log"), "-c",
                              str(file)],
        lambda: machine.output_of(machine.tool("nginx"), "-v").removeprefix("nginx version: "),
        "        server {address};"),
    _haproxy("haproxy", lambda: machine.tool("haproxy")),
    Product(
        "apache2", "apache2.conf",
        lambda folder, file: [machine.tool("apache2"), "-DFOREGROUND", "-f", str(file)],
        lambda: re.search(r"Apache/\S+", machine.output_of(machine.tool("apache2"), "-v")).group()),
    Product(
        "nghttpx", "nghttpx.conf",
        lambda folder, file: [machine.tool("nghttpx"), f"--conf={file}"],
        lambda: machine.output_of(machine.tool("nghttpx"), "--version"), does_same_work=False),
)}
if NEWER_HAPROXY:
    PRODUCTS["newer-haproxy"] = _haproxy("newer-haproxy", lambda: NEWER_HAPROXY)


def add_build(name, binary):
    """Makes another build of Martlet take part under a name of its own."""
    PRODUCTS[name] = Product(
        name, "martlet.yaml", lambda folder, file: [str(binary), "run", str(file)], lambda: f"{name}: {binary}",
        MARTLET_MEMBER)


# Who takes part in every row; nghttpx, on the same HTTP/2 library as Martlet, stands beside in that row only.
RIVALRY = [name for name in PRODUCTS if name != "nghttpx"]


class Server(ProcessGroup):
    """A running product with its two listeners on free ports of 127.0.0.1.

    `members` is the number of members, each an address of its own (none: the two ports that all rows have). `settings`
    fill the template's places of this one server: WORKERS (1 unless given), METHOD and AFFINITY (Martlet's
    `method`, byrequests unless given, and its `affinity` line, none unless given), COMPRESSION (a line of Martlet's
    `compression`, zlib at level 1 unless given), and what lib/kinds.py has (PATHS, SITES, BALANCERS, RULES, LIMITS of
    both listeners and GUARDS of the farm are Martlet's, UPSTREAMS nginx's, MODULES Apache's, LOCATIONS both rivals';
    none unless given). `metrics_port` is free for Martlet's metrics.
    """

    def __init__(self, product, farm, cores, members=None, **settings):
        self.product = product
        self.members = farm.members(members)
        self.tls_port, self.cleartext_port, self.metrics_port = machine.free_ports(3)
        folder = farm.new_folder(product.name)
        configuration = folder / product.template
        # For Martlet's sealed routes and its rules; whoever else may read them, it refuses them. "sesame" has the hash.
        for name, line in (("affinity.keys", "1 " + "5a" * 32),
                           ("users.htpasswd", "bench:$2y$05$02KchABiRlmqrtkZd9hPqee5hY2T2P/HaEQlh3ZHe1nV.1LNi0b9K")):
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(line + "\n")
        configuration.write_text(filled(HERE / "rivals" / product.template, self._values(farm, folder) | settings))
        super().__init__(product.name, product.command(folder, configuration), cores, folder)
        try:
            wait_until_open(self, (self.tls_port, self.cleartext_port))
        except BaseException:
            self.stop()
            raise

    def port(self, tls):
        """The port of the TLS or of the cleartext listener."""
        return self.tls_port if tls else self.cleartext_port

    def bytes_written(self):
        """Size of all files in the server's folder: grows if it logs what it serves."""
        return sum(path.stat().st_size for path in Path(self.folder).rglob("*") if path.is_file())

    def _values(self, farm, folder):
        # httpd refuses to serve as root.
        user = "www-data" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        members = [self.product.member.format(name=f"node{number}", address=address)
                   for number, address in enumerate(self.members, 1)]
        return farm.values() | {
            "FOLDER": folder, "TLS_PORT": self.tls_port, "CLEARTEXT_PORT": self.cleartext_port,
            "METRICS_PORT": self.metrics_port,
            "APACHE_USER": user, "APACHE_GROUP": user, "APACHE_MODULES": "/usr/lib/apache2/modules",
            "WORKERS": 1, "METHOD": "byrequests", "AFFINITY": "", "COMPRESSION": "engine: zlib",
            "MEMBERS": "\n".join(members), "PATHS": "", "SITES": "", "BALANCERS": "", "RULES": "", "LIMITS": "",
            "GUARDS": "", "UPSTREAMS": "", "LOCATIONS": "", "MODULES": "",
        }
