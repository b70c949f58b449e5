"""Hostile clients: each keeps one connection as busy as it can, and begins another one when it is cut."""

import select
import socket
import ssl
import struct
import threading
from dataclasses import dataclass

from lib.failure import Failure

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE = 0, 1, 4, 6, 8
UNKNOWN = 0xEE
ACK = END_STREAM = 1
END_HEADERS = 4
BLOCK_BYTES = 1 << 18


def frame(kind, flags, stream, content=b""):
    """A frame of HTTP/2 (RFC 9113, section 4.1)."""
    return struct.pack(">I", len(content))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + content


def text(value):
    """A string of HPACK without Huffman coding (RFC 7541, section 5.2)."""
    return bytes([len(value)]) + value


# GET https://localhost/small.bin by static entries (RFC 7541, appendix A).
REQUEST = frame(
    HEADERS, END_STREAM | END_HEADERS, 1, b"\x82\x87\x04" + text(b"/small.bin") + b"\x01" + text(b"localhost"))
START = PREFACE + frame(SETTINGS, 0, 0) + frame(SETTINGS, ACK, 0) + REQUEST


@dataclass(frozen=True)
class Kind:
    """What hostile clients of one kind send: once at the beginning, and then again and again."""

    title: str
    start: bytes
    piece: bytes
    is_http2: bool = True
    awaits_answer: bool = False  # whether a piece is sent only when the answer to the last one was read
    reads: bool = True  # whether answers are read; who does not comes again when nothing more is taken

    @property
    def block(self):
        """Many pieces, to be sent at once."""
        return self.piece if self.awaits_answer else self.piece * (BLOCK_BYTES // len(self.piece))


KINDS = {
    "unknown-frames": Kind("frames of an unknown type", START, frame(UNKNOWN, 0, 0)),
    "ping-ack": Kind("PING with ACK", START, frame(PING, ACK, 0, bytes(8))),
    "window-updates": Kind("WINDOW_UPDATE", START, frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1))),
    "closed-windows": Kind("WINDOW_UPDATE on a stream that is over", START,
                           frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 1))),
    "closed-data": Kind("empty DATA on a stream that is over", START, frame(DATA, 0, 1)),
    "pipelined": Kind("pipelined requests with TRACE", b"", b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                      is_http2=False),
    "downloads": Kind("requests for 1 MiB, one after the other", b"",
                      b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n", is_http2=False, awaits_answer=True),
    "upload": Kind("a body without an end", b"POST /small.bin HTTP/1.1\r\nHost: localhost\r\n"
                   b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + bytes(4096) + b"\r\n", is_http2=False),
}
GET = b"GET /small.bin HTTP/1.1\r\nHost: localhost\r\n\r\n"
PIPELINED = Kind("", b"", GET, is_http2=False)
UNREAD = Kind("", b"", GET, is_http2=False, reads=False)
ANSWER_BYTES = 1 << 20


class Hostile:
    """What goes on in threads from `__enter__` to `__exit__`; a subclass has in `_run` what the one of a number does."""

    def __init__(self, count=1):
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join(20)
            if thread.is_alive():
                raise Failure("a hostile client does not end")

    def _run(self, number):
        raise NotImplementedError


class Flood(Hostile):
    """`count` hostile clients of a kind (none for `None`), each on a thread."""

    def __init__(self, kind, count, server, farm):
        super().__init__(count)
        self.kind = kind
        self.port = server.port(tls=self.kind.is_http2 if self.kind else False)
        self.context = ssl.create_default_context(cafile=str(farm.values()["CERTIFICATE"]))
        self.context.set_alpn_protocols(["h2"])
        self.connections = [0] * count

    def cuts(self):
        """How often hostile clients were cut off so far."""
        return sum(max(0, count - 1) for count in self.connections)

    def _run(self, number):
        while not self.is_over.is_set():
            try:
                with self._connect() as connection:
                    self.connections[number] += 1
                    self._hammer(connection)
            except OSError:
                # Cut off, or not let in: the next one, without a pause.
                continue

    def _connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.kind.is_http2:
            connection = self.context.wrap_socket(connection, server_hostname="localhost")
        return connection

    def _hammer(self, connection):
        """Sends all that the server takes and reads all that it answers, until it ends the connection."""
        connection.sendall(self.kind.start)
        connection.setblocking(False)
        block = self.kind.block
        rest, received, awaited = block, 0, ANSWER_BYTES
        room = bytearray(1 << 18)
        while not self.is_over.is_set():
            if not rest and received >= awaited:
                rest, received = block, 0
            readers = [connection] if self.kind.reads else []
            _, writable, _ = select.select(readers, [connection] if rest else [], [], 0.1)
            if self.kind.reads:
                try:
                    while count := connection.recv_into(room):
                        received += count
                    return
                except (BlockingIOError, ssl.SSLWantReadError):
                    pass
            elif not writable:
                return
            if not rest:
                continue
            try:
                rest = rest[connection.send(rest):]
            except (BlockingIOError, ssl.SSLWantWriteError):
                continue
            if not rest and not self.kind.awaits_answer:
                rest = block
