"""Whether all servers do the same work: asked of each server before it is measured."""

import gzip
import http.client
import json
import os
import ssl
import subprocess
import time
from pathlib import Path

from lib.failure import Failure
from lib.farm import SMALL_BYTES


def get(server, farm, path, tls=True, fields=None):
    """One request on a connection of its own: (answer, content, TLS facts; none in cleartext)."""
    if tls:
        context = ssl.create_default_context(cafile=farm.values()["CERTIFICATE"])
        connection = http.client.HTTPSConnection("localhost", server.tls_port, timeout=5, context=context)
    else:
        connection = http.client.HTTPConnection("localhost", server.cleartext_port, timeout=5)
    try:
        connection.request("GET", path, headers=(fields or {}) | {"Connection": "close"})
        facts = {}
        if tls:
            facts = {"TLS version": connection.sock.version(), "cipher": connection.sock.cipher()[0],
                     "certificate": connection.sock.getpeercert(binary_form=True)}
        answer = connection.getresponse()
        return answer, answer.read(), facts
    except (OSError, http.client.HTTPException) as error:
        server.check_alive()
        raise Failure(f"{server.name}: GET {path}: {error!r}\n{server.last_words()}") from error
    finally:
        connection.close()


def seen_by_member(server, farm, tls=True, fields=None):
    """What reached the member, by the origin's own account: {"port": …, "for": …, "proto": …, "host": …, …}."""
    answer, content, _ = get(server, farm, "/seen", tls, fields)
    if answer.status != 200:
        raise Failure(f"{server.name} answers {answer.status} to /seen\n{server.last_words()}")
    return dict(line.partition(" ")[::2] for line in content.decode().splitlines())


def member_reached(server, farm, tls=True, fields=None):
    """The member that got a request: its address and port."""
    seen = seen_by_member(server, farm, tls, fields)
    return f"{seen['address']}:{seen['port']}"


def told(server, path):
    """What Martlet says at its metrics' address, asked as Prometheus does."""
    connection = http.client.HTTPConnection("127.0.0.1", server.metrics_port, timeout=10)
    try:
        connection.request("GET", path, headers={"Accept": "application/openmetrics-text;version=1.0.0"})
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as error:
        server.check_alive()
        raise Failure(f"{server.name}: GET {path}: {error!r}\n{server.last_words()}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise Failure(f"{server.name} answers {answer.status} to {path}: {content[:200]!r}")
    return content


def series(page):
    """How many series a page tells."""
    return sum(1 for line in page.splitlines() if line and not line.startswith(b"#"))


def check_measured(server, farm):
    """Fails unless requests are counted, and the node is well."""
    get(server, farm, "/small.bin")
    page = told(server, "/metrics").decode()
    if 'martlet_requests_total{balancer="farm",code="2xx"}' not in page or told(server, "/healthz") != b"ok\n":
        raise Failure(f"{server.name} tells no metrics:\n{page[:2000]}")


def check_logged(server, requests):
    """Fails unless the access log has a line of JSON for each request; empties it."""
    log = Path(server.folder) / "access.log"
    # A line is written once its turn is over.
    deadline = time.monotonic() + 5
    while (lines := log.read_bytes().count(b"\n")) < requests and time.monotonic() < deadline:
        time.sleep(0.05)
    if lines < requests:
        raise Failure(f"{server.name} has logged {lines} of {requests} requests")
    with open(log, "rb") as file:
        line = json.loads(file.readline())
    if line["status"] != 200 or line["balancer"] != "farm":
        raise Failure(f"{server.name} logs {line}")
    os.truncate(log, 0)


class SameWork:
    """What has been found out about servers so far in this run; whoever differs from the first one is refused."""

    def __init__(self, farm):
        self.farm = farm
        self._first = {}

    def check(self, server, gzips_with_zlib=True):
        """Fails unless `server` encrypts, forwards and compresses as the others do, or compresses better."""
        self._check_encryption(server)
        for tls in (True, False):
            self._check_forwarding(server, tls)
        self._check_content(server, gzips_with_zlib)

    def _same(self, what, server, value):
        first, expected = self._first.setdefault(what, (server.name, value))
        if value != expected:
            raise Failure(f"unequal work: {what} is {value} at {server.name} and {expected} at {first}")

    def _check_encryption(self, server):
        _, _, facts = get(server, self.farm, "/small.bin")
        if facts["TLS version"] != "TLSv1.3":
            raise Failure(f"{server.name} speaks {facts['TLS version']}")
        for what, value in facts.items():
            self._same(what, server, value)
        client = subprocess.run(
            [self.farm.handshakes, "idle", str(server.tls_port), "localhost", "/small.bin", "1024", "1", "1"],
            input="\n", capture_output=True, text=True, timeout=20)
        if client.returncode != 0:
            raise Failure(f"{server.name}: {client.stderr}")
        self._same("key exchange group", server, json.loads(client.stdout.splitlines()[-1])["group"])

        libraries = server.mapped_libraries("libssl")
        if len(libraries) != 1:
            raise Failure(f"{server.name} should map one libssl, it maps {sorted(libraries) or 'none'}")
        self._same("libssl", server, libraries.pop())

    def _check_forwarding(self, server, tls):
        name = f"localhost:{server.port(tls)}"
        expected = {"for": "127.0.0.1", "proto": "https" if tls else "http", "host": name, "target": name}
        seen = seen_by_member(server, self.farm, tls)
        for what, value in expected.items():
            if seen[what] != value:
                raise Failure(f"{server.name} should forward {what} as {value}, the member saw {seen}")
        reached = {member_reached(server, self.farm, tls) for _ in range(8)}
        if not reached <= set(server.members) or len(reached) != min(8, len(server.members)):
            raise Failure(f"{server.name} does not balance over {len(server.members)} members: 8 requests reached "
                          f"{reached}")

    def _check_content(self, server, gzips_with_zlib):
        content = self.farm.values()["CONTENT"]
        for name in ("small.bin", "large.bin", "page.html"):
            answer, received, _ = get(server, self.farm, f"/{name}")
            if answer.getheader("Content-Encoding") or received != (content / name).read_bytes():
                raise Failure(f"{server.name} delivers /{name} changed (status {answer.status})")
        answer, received, _ = get(server, self.farm, "/page.html", fields={"Accept-Encoding": "gzip"})
        if answer.getheader("Content-Encoding") != "gzip" or gzip.decompress(received) != self.farm.page:
            raise Failure(f"{server.name} does not deliver /page.html gzipped (status {answer.status})")
        # zlib at level 1 gives nearly this size whatever its memory level; level 2 gives 1.4 % less.
        quotient = len(received) / self.farm.page_gzip_bytes
        if not server.name.endswith("haproxy") and (abs(quotient - 1) > 0.01 if gzips_with_zlib else quotient > 1):
            raise Failure(f"{server.name} gzips /page.html to {len(received)} bytes, zlib at level 1 to "
                          f"{self.farm.page_gzip_bytes}")


def coded_bytes(server, farm, coding):
    """Bytes of the page in a coding; fails if it comes in another one."""
    answer, received, _ = get(server, farm, "/page.html", fields={"Accept-Encoding": coding})
    if answer.getheader("Content-Encoding") != coding:
        raise Failure(f"{server.name} does not deliver /page.html in {coding}: {answer.getheaders()}")
    return len(received)


def check_route(server, farm, fields):
    """Fails unless `fields` tie every request to node1."""
    ports = {seen_by_member(server, farm, fields=fields)["port"] for _ in range(6)}
    if ports != {str(farm.node_ports[0])}:
        raise Failure(f"{server.name} with {fields} should reach node1 alone, it reached {ports}")


def check_tied(server, farm, fields):
    """Fails unless `fields` tie every request to one member, and other sessions' do not all come to the same one."""
    reached = {member_reached(server, farm, fields=fields) for _ in range(6)}
    others = {member_reached(server, farm, fields={"Cookie": f"JSESSIONID=other{number}"}) for number in range(16)}
    if len(reached) != 1 or len(others) < 2:
        raise Failure(f"{server.name} with {fields} should reach one member, it reached {reached}, and others {others}")


_sessions = {}


def _session(server, farm, path, fields):
    """Fields of a session of node1: the cookie that is set in node1's answer to a request.

    Asked for once, before there is load: requests of node1's sessions count in the election, so that node2 is due for
    long.
    """
    if server not in _sessions:
        for _ in range(6):
            answer, content, _ = get(server, farm, path, fields=fields)
            if f"port {farm.node_ports[0]}\n" in content.decode() + "\n":
                _sessions[server] = {"Cookie": (answer.getheader("Set-Cookie") or "").split(";")[0]}
                break
        else:
            raise Failure(f"{server.name} never elects node1")
    return _sessions[server]


def sealed_session(server, farm):
    """Fields of a session with the token that is set in place of one that does not open."""
    return _session(
        server, farm, "/seen", {"Cookie": "JSESSIONID=0123456789ABCDEF0123456789ABCDEF." + "A" * 68})


def learned_session(server, farm):
    """Fields of a session that the member has begun."""
    return _session(server, farm, "/login", None)


def check_inserted(server, farm, fields):
    """Fails unless an answer to a request with `fields` sets Martlet's own cookie."""
    answer, _, _ = get(server, farm, "/seen", fields=fields)
    if "MARTLET_farm=" not in (answer.getheader("Set-Cookie") or ""):
        raise Failure(f"{server.name} with {fields} sets no cookie of its own: {answer.getheaders()}")


def check_files(server, farm):
    """Fails unless the server sends the origin's contents from files, with their length, over TLS and in cleartext."""
    content = farm.values()["CONTENT"]
    for name in ("small.bin", "large.bin"):
        for tls in (True, False):
            answer, received, _ = get(server, farm, f"/files/{name}", tls)
            if received != (content / name).read_bytes() or answer.getheader("Content-Length") != str(len(received)):
                raise Failure(f"{server.name} does not send the file {name} (status {answer.status})")


def check_fastcgi(server, farm):
    """Fails unless a script is told of the request what PHP needs."""
    _check_records(server, farm, (
        b"REQUEST_METHODGET", b"REQUEST_URI/records/seen.php?a=1", b"QUERY_STRINGa=1", b"REMOTE_ADDR127.0.0.1",
        b"HTTPSon", b"/srv/records/seen.php", b"HTTP_HOSTlocalhost"))


def check_ajp(server, farm):
    """Fails unless a servlet is told of the request what Tomcat needs."""
    _check_records(server, farm, (b"/records/seen.php\0", b"a=1\0", b"127.0.0.1\0", b"localhost"))


def _check_records(server, farm, pieces):
    """Fails unless the request in the member's protocol has all `pieces`, and another answer is as long as all are."""
    _, told, _ = get(server, farm, "/records/seen.php?a=1")
    missing = [piece for piece in pieces if piece not in told]
    answer, received, _ = get(server, farm, "/records/small.php")
    if missing or answer.status != 200 or len(received) != SMALL_BYTES:
        raise Failure(f"{server.name} does not tell {missing}: {told}; then {len(received)} bytes came with status "
                      f"{answer.status}\n{server.last_words()}")


def check_ruled(server, farm, fields):
    """Fails unless rules let in whom `fields` name and nobody else, and change fields both ways."""
    stranger, _, _ = get(server, farm, "/small.bin")
    answer, content, _ = get(server, farm, "/ruled", fields=fields | {"X-Debug": "1"})
    seen = dict(line.partition(" ")[::2] for line in content.decode().splitlines())
    expected = {"tls": "TLSv1.3 TLS_AES_256_GCM_SHA384", "user": "bench", "debug": "",
                "asked": f"https://localhost:{server.tls_port}"}
    wrong = {name: seen.get(name) for name, value in expected.items() if seen.get(name) != value}
    told = [answer.getheader(name) for name in
            ("X-Content-Type-Options", "X-Served-By", "Content-Security-Policy", "Cache-Control", "Server")]
    if stranger.status != 401 or answer.status != 200 or wrong or not all(told[:-1]) or told[-1]:
        raise Failure(f"{server.name} does not follow its rules: {stranger.status}, {answer.status}, {seen}, {told}")


def check_guarded(server, farm):
    """Fails unless both members were checked, and requests are counted."""
    check_measured(server, farm)
    deadline = time.monotonic() + 10
    while True:
        lines = told(server, "/metrics").decode().splitlines()
        passed = [line for line in lines if line.startswith("martlet_member_checks_total") and 'passed"' in line
                  and not line.split()[1].startswith("0")]
        if len(passed) >= 2:
            return
        if time.monotonic() > deadline:
            raise Failure(f"{server.name} does not check its members: {passed}")
        time.sleep(0.1)


def check_silent(server, bytes_before):
    """Fails if the server's folder has grown while it was measured: then it logs what the others do not."""
    grown = server.bytes_written() - bytes_before
    if grown > 64 * 1024:
        raise Failure(f"{server.name} wrote {grown} bytes into its folder while it was measured\n{server.last_words()}")


def open_descriptors(server):
    """Open descriptors of all the server's processes."""
    total = 0
    for process in server.processes():
        try:
            total += len(os.listdir(Path("/proc", str(process), "fd")))
        except OSError:
            continue
    return total
