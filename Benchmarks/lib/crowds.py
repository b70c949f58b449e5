"""Floods by their number: clients of whom each does little, or nothing; who is cut begins another connection."""

import selectors
import socket
import ssl
import struct
import subprocess
import threading
import time
from dataclasses import dataclass

from lib import machine
from lib.floods import PIPELINED, UNREAD, Flood, Hostile
from lib.processes import pinned

SLOW_CONNECTIONS = 1000
SILENT_CONNECTIONS = 5000
HELLO_CONNECTIONS = 64
HANDSHAKING_THREADS = 8
PIPELINING_CONNECTIONS = 16
# Descriptors of a process: 5,000 clients, or 1,000 with a member's connection each, and those of the sample before.
DESCRIPTORS = 16384


class Slow(Hostile):
    """slowhttptest with 1,000 connections, in the mode that its arguments say; it is begun again when it has ended."""

    def __init__(self, server, farm, path, *arguments):
        super().__init__()
        self.command = pinned(farm.load_cores) + [
            machine.tool("slowhttptest"), "-c", str(SLOW_CONNECTIONS), "-r", str(SLOW_CONNECTIONS), "-l", "600",
            "-u", f"http://127.0.0.1:{server.port(tls=False)}{path}", *arguments]

    def _run(self, _):
        while not self.is_over.wait(0.05):
            with subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                while process.poll() is None and not self.is_over.wait(0.05):
                    pass
                process.kill()


class Crowd(Hostile):
    """So many connections at a time, on each of which `first` is sent and then nothing more; who is answered ends his
    with a reset and begins another one, and so does who is cut."""

    def __init__(self, count, port, first=b""):
        super().__init__()
        self.count, self.port, self.first = count, port, first

    def _run(self, _):
        with selectors.EpollSelector() as selector:
            while not self.is_over.is_set():
                for _ in range(self.count - len(selector.get_map())):
                    if not self._begin(selector):
                        break
                for key, mask in selector.select(0.05):
                    self._go_on(selector, key.fileobj, mask)
            for key in list(selector.get_map().values()):
                key.fileobj.close()

    def _begin(self, selector):
        connection = socket.socket()
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        try:
            connection.connect_ex(("127.0.0.1", self.port))
            selector.register(connection, selectors.EVENT_READ | (selectors.EVENT_WRITE if self.first else 0))
        except OSError:
            connection.close()
            return False
        return not self.is_over.is_set()

    def _go_on(self, selector, connection, mask):
        try:
            if mask & selectors.EVENT_READ:
                raise ConnectionResetError
            connection.send(self.first)
            selector.modify(connection, selectors.EVENT_READ)
        except OSError:
            selector.unregister(connection)
            connection.close()


class Handshaking(Hostile):
    """Full handshakes, one after the other in each of the threads, and nothing behind them."""

    def __init__(self, server, farm):
        super().__init__(HANDSHAKING_THREADS)
        self.port = server.port(tls=True)
        self.certificate = farm.values()["CERTIFICATE"]

    def _run(self, _):
        context = ssl.create_default_context(cafile=self.certificate)
        while not self.is_over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                    context.wrap_socket(connection, server_hostname="localhost").close()
            except OSError:
                # Cut off, or not let in: the next one, without a pause.
                continue


def hello():
    """What a client of TLS 1.3 begins with; the same bytes are good for any number of connections."""
    context = ssl.create_default_context()
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


@dataclass(frozen=True)
class Kind:
    """A flood: what it is called, what makes it, and how many descriptors it has a server open at least."""

    title: str
    make: object  # (server, farm) -> a context manager
    descriptors: int = 0


KINDS = {
    "slow-heads": Kind(
        "slowhttptest -H: 1,000 heads that drip",
        lambda server, farm: Slow(server, farm, "/small.bin", "-H", "-i", "1", "-x", "24", "-p", "3"),
        SLOW_CONNECTIONS),
    "slow-bodies": Kind(
        "slowhttptest -B: 1,000 contents that drip",
        lambda server, farm: Slow(server, farm, "/upload", "-B", "-i", "1", "-s", "8192", "-x", "10", "-p", "3"),
        SLOW_CONNECTIONS),
    "ranges": Kind(
        "slowhttptest -R: 1,000 requests for ranges without number",
        lambda server, farm: Slow(server, farm, "/small.bin", "-R", "-t", "HEAD", "-a", "10", "-b", "3000")),
    "slow-reads": Kind(
        "slowhttptest -X: 1,000 who hardly read",
        lambda server, farm: Slow(server, farm, "/large.bin", "-X", "-w", "512", "-y", "1024", "-n", "5", "-z", "32",
                                  "-k", "3", "-p", "3"), SLOW_CONNECTIONS),
    "silent": Kind(
        "5,000 who say nothing", lambda server, _: Crowd(SILENT_CONNECTIONS, server.port(tls=False)),
        SILENT_CONNECTIONS),
    "silent-tls": Kind(
        "the same over TLS", lambda server, _: Crowd(SILENT_CONNECTIONS, server.port(tls=True)), SILENT_CONNECTIONS),
    "pipelined": Kind(
        "16 who send request behind request",
        lambda server, farm: Flood(PIPELINED, PIPELINING_CONNECTIONS, server, farm)),
    "unread": Kind(
        "the same, who read no answer", lambda server, farm: Flood(UNREAD, PIPELINING_CONNECTIONS, server, farm)),
    "handshakes": Kind("full handshakes, 8 at a time", Handshaking),
    "hellos": Kind(
        "ClientHellos and nothing more, 64 at a time",
        lambda server, _: Crowd(HELLO_CONNECTIONS, server.port(tls=True), hello())),
}


class Watch:
    """How many descriptors a server has open at most, and what share of a core it takes, while it lasts."""

    def __init__(self, server, count):
        self._server, self._count = server, count

    def __enter__(self):
        self.descriptors = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._before, self._began = sum(self._server.clock_time().values()), time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()
        used = sum(self._server.clock_time().values()) - self._before
        self.share = used / 1e9 / (time.monotonic() - self._began)

    def _look(self):
        while not self._is_over.wait(0.2):
            self.descriptors = max(self.descriptors, self._count(self._server))
