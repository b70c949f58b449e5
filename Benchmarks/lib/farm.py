"""What every server of a run shares: a folder in memory, content, a certificate, the origins and the load client."""

import contextlib
import getpass
import grp
import http.client
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

from lib import machine
from lib.failure import Failure
from lib.processes import ProcessGroup

HERE = Path(__file__).resolve().parent.parent

SMALL_BYTES = 1024
LARGE_BYTES = 1024 * 1024
PAGE_BYTES = 100_000

WORDS = """amber anchor basket birch blanket bottle brass bridge candle canvas cedar chair charcoal clay cloud copper
corner cotton cream crystal cup dark deep desk double dune dusk enamel evening feather felt field fine flask fold
forest frame garden glass glaze gold grain granite green hall hand harbour hazel heavy hollow iron ivory jar kettle
knife lamp leather light linen little long loop maple marble meadow mill mirror morning moss narrow needle night north
oak oval paper pear pine plain plate pocket polished porcelain pot quiet quilt rain reed ribbon river rope round rug
salt sand satin shade shelf silk silver slate small smooth soft solid south spoon spring square steel stone stool
straw summer table tall tile tin towel tray twill velvet wall walnut warm wax white wide willow winter wood wool
woven yarn yellow""".split()


def page():
    """A product list of about 100 KB of HTML, the same bytes in every run."""
    chance = random.Random(1847)

    def words(count):
        return " ".join(WORDS[int(chance.random() * len(WORDS))] for _ in range(count))

    parts = ["<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Household goods</title>\n"
             "<link rel=\"stylesheet\" href=\"/assets/shop.css\">\n<script src=\"/assets/shop.js\" defer></script>\n"
             "</head>\n<body>\n<nav><a href=\"/\">Home</a> <a href=\"/basket\">Basket</a></nav>\n"
             "<table class=\"products\">\n<thead><tr><th>Number</th><th>Product</th><th>Description</th>"
             "<th>Stock</th><th>Price</th></tr></thead>\n<tbody>\n"]
    length = len(parts[0])
    while length < PAGE_BYTES - 100:
        number = int(chance.random() * 900_000) + 100_000
        row = (f"<tr id=\"p{number}\"><td><a href=\"/product/{number}?from=list\">{number}</a></td>"
               f"<td class=\"name\">{words(2).title()}</td>"
               f"<td class=\"text\">{words(8).capitalize()}, {words(5)}.</td>"
               f"<td class=\"stock\">{int(chance.random() * 400)}</td>"
               f"<td class=\"price\">{chance.random() * 300:.2f} EUR</td></tr>\n")
        parts.append(row)
        length += len(row)
    parts.append("</tbody>\n</table>\n<footer>Prices include tax.</footer>\n</body>\n</html>\n")
    return "".join(parts).encode()


def gzip_bytes(content, level=1):
    """Size of `content` as gzip (RFC 1952), compressed by this Python's zlib with its usual window and memory."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, 31)
    return len(compressor.compress(content) + compressor.flush())


def filled(template, values):
    """A template's text with every @NAME@ replaced, also in what replaces one; a name without a value is an error."""
    def value(match):
        if match.group(1) not in values:
            raise Failure(f"{template}: no value for {match.group()}")
        return replaced(str(values[match.group(1)]))

    def replaced(text):
        return re.sub(r"@([A-Z0-9_]+)@", value, text)

    return replaced(Path(template).read_text())


class Origin(ProcessGroup):
    """A server that stands behind those that are measured, and counts what reaches it; on `port` it tells."""

    def __init__(self, name, command, cores, folder, port):
        super().__init__(name, command, cores, folder)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)

    def counters(self):
        """(connections accepted, requests served) so far, this question included."""
        self._connection.request("GET", "/counters")
        numbers = [int(number) for number in re.findall(rb"\d+", self._connection.getresponse().read())]
        return numbers[1], numbers[3]

    def settled_counters(self):
        """The same once nothing more reaches the origin of what was under way when a load ended."""
        deadline = time.monotonic() + 5
        before = self.counters()
        while True:
            time.sleep(0.03)
            after = self.counters()
            if after[1] == before[1] + 1:
                return after
            if time.monotonic() > deadline:
                raise Failure("requests reach the origin that no load has sent")
            before = after


class Farm:
    """The surroundings of one run; use it in a `with` statement.

    `balancer_cores` is where servers under measurement run, `load_cores` where origin, load clients and this
    process do.
    """

    def __init__(self, balancer_core, load_core):
        self.balancer_cores = {balancer_core}
        self.load_cores = {load_core}
        self.all_cores = os.sched_getaffinity(0)
        memory = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(prefix="martlet-benchmarks-", dir=memory if memory.is_dir() else None))
        # Of the rows of files alone: who reads without waiting, as Martlet does, cannot in a folder of /dev/shm.
        self.disk = Path(tempfile.mkdtemp(prefix="martlet-benchmarks-", dir="/var/tmp"))
        for folder in (self.folder, self.disk):
            folder.chmod(0o755)
        self.page = page()
        self.page_gzip_bytes = gzip_bytes(self.page)
        *self.node_ports, self.loopback_port, self.fastcgi_port, self.ajp_port, self._records_port = (
            machine.free_ports(6))
        self._folders = 0

    def __enter__(self):
        try:
            os.sched_setaffinity(0, self.load_cores)
            self._write_content()
            self._make_certificate()
            self.handshakes = self._compiled("handshakes", "-lssl", "-lcrypto", "-lpthread")
            self._start_origin()
            self._start_records()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for origin in ("origin", "records"):
            if hasattr(self, origin):
                getattr(self, origin).stop()
        os.sched_setaffinity(0, self.all_cores)
        for folder in (self.folder, self.disk):
            shutil.rmtree(folder, ignore_errors=True)

    def new_folder(self, name):
        """An empty folder for one server."""
        self._folders += 1
        folder = self.folder / f"{self._folders:02}-{name}"
        folder.mkdir()
        return folder

    def members(self, count=None):
        """Addresses of `count` members, each one of loopback's; of the two that all rows have if no number is given."""
        if count is None:
            return [f"127.0.0.1:{port}" for port in self.node_ports]
        return [f"127.1.{number // 250}.{number % 250 + 1}:{self.loopback_port}" for number in range(count)]

    def values(self):
        """The template values that do not depend on the server."""
        return {
            "USER": getpass.getuser(), "GROUP": grp.getgrgid(os.getgid()).gr_name,
            "NODE1": self.node_ports[0], "NODE2": self.node_ports[1], "LOOPBACK_PORT": self.loopback_port,
            "FASTCGI_PORT": self.fastcgi_port, "AJP_PORT": self.ajp_port,
            "CONTENT": self.folder / "content", "DISK": self.disk, "CERTIFICATES": self.folder / "certificates",
            "CERTIFICATE": self.folder / "certificates" / "localhost.crt",
            "KEY": self.folder / "certificates" / "localhost.key", "PEM": self.folder / "localhost.pem",
        }

    @contextlib.contextmanager
    def spread_over_all_cores(self):
        """While it lasts, servers, origin and load run wherever the scheduler puts them."""
        before = self.balancer_cores, self.load_cores
        self.balancer_cores = self.load_cores = self.all_cores
        self.origin.pin(self.load_cores)
        try:
            yield
        finally:
            self.balancer_cores, self.load_cores = before
            self.origin.pin(self.load_cores)

    def _write_content(self):
        content = self.folder / "content"
        content.mkdir()
        noise = random.Random(1848)
        (content / "small.bin").write_bytes(noise.randbytes(SMALL_BYTES))
        (content / "large.bin").write_bytes(noise.randbytes(LARGE_BYTES))
        (content / "page.html").write_bytes(self.page)
        for name in ("small.bin", "large.bin"):
            shutil.copy(content / name, self.disk / name)

    def _make_certificate(self):
        """A self-signed EC P-256 certificate for localhost, in the two layouts that the servers want."""
        values = self.values()
        values["CERTIFICATES"].mkdir()
        subprocess.run(
            [machine.tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-addext", "basicConstraints=critical,CA:FALSE", "-days", "2",
             "-keyout", values["KEY"], "-out", values["CERTIFICATE"]],
            check=True, capture_output=True, timeout=20)
        values["PEM"].write_text(values["CERTIFICATE"].read_text() + values["KEY"].read_text())

    def _compiled(self, name, *libraries):
        """The program of a source under load/."""
        program = self.folder / name
        result = subprocess.run(
            [machine.tool("gcc"), "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, HERE / "load" / f"{name}.c",
             *libraries], stderr=subprocess.PIPE, text=True, timeout=60)
        if result.returncode != 0:
            raise Failure(f"load/{name}.c does not compile:\n{result.stderr}")
        return program

    def _start_origin(self):
        folder = self.new_folder("origin")
        configuration = folder / "nginx.conf"
        configuration.write_text(filled(HERE / "load" / "origin.conf", self.values() | {"FOLDER": folder}))
        self.origin = Origin(
            "origin", [machine.tool("nginx"), "-p", str(folder), "-e", str(folder / "error.log"), "-c",
                       str(configuration)], self.load_cores, folder, self.node_ports[0])
        wait_until_open(self.origin, [*self.node_ports, self.loopback_port])

    def _start_records(self):
        ports = self.fastcgi_port, self.ajp_port, self._records_port
        self.records = Origin(
            "records", [str(self._compiled("records")), *map(str, ports)], self.load_cores, self.new_folder("records"),
            self._records_port)
        wait_until_open(self.records, ports)


def wait_until_open(group, ports, seconds=10):
    """Waits until the group accepts connections on all `ports`."""
    deadline = time.monotonic() + seconds
    for port in ports:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            try:
                connection.connect()
                break
            except OSError:
                group.check_alive()
                if time.monotonic() > deadline:
                    raise Failure(f"{group.name} does not listen on port {port}:\n{group.last_words()}") from None
                time.sleep(0.05)
            finally:
                connection.close()
