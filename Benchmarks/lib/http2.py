"""A small client of HTTP/2 that knows what a GOAWAY means: who reads it leaves, and what it leaves out was not done."""

import socket
import ssl
import struct

DATA, HEADERS, _, RST_STREAM, SETTINGS, _, PING, GOAWAY = range(8)
END_STREAM = ACK = 1
END_HEADERS = 4
REFUSED_STREAM = 7
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
# GET / over https at localhost (RFC 7541, appendix A).
REQUEST = b"\x82\x87\x84\x01\x09localhost"
# Indexed: status 200. Without a dynamic table it may stand behind the update of the table's size to 0.
OK = (b"\x88", b"\x20\x88")


class Connection:
    """One connection over TLS; raises ValueError or OSError where something fails that must not."""

    def __init__(self, port, context, seconds=20):
        plain = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._socket = context.wrap_socket(plain, server_hostname="localhost")
        except BaseException:
            plain.close()
            raise
        self._buffer = b""
        self._next = 1
        # The last stream that is done before the connection ends.
        self._last = None
        # No dynamic table, no pushes; the connection's window is opened for good.
        settings = struct.pack(">HIHI", 1, 0, 2, 0)
        self._socket.sendall(PREFACE + _frame(SETTINGS, 0, 0, settings) + _frame(8, 0, 0, struct.pack(">I", 1 << 30)))

    @property
    def is_leaving(self):
        """Whether nothing more is to be asked on it."""
        return self._last is not None

    def ask(self, count, length):
        """Asks so many times at once; returns how many were answered, the others were not looked at."""
        streams = {self._next + 2 * index: 0 for index in range(count)}
        self._next += 2 * count
        self._socket.sendall(b"".join(
            _frame(HEADERS, END_STREAM | END_HEADERS, stream, REQUEST) for stream in streams))
        answered = 0
        while streams:
            kind, flags, stream, payload = self._frame()
            if kind == HEADERS and stream in streams and not payload.startswith(OK):
                raise ValueError(f"a head that does not begin with status 200: {payload[:8].hex()}")
            if kind == DATA and stream in streams:
                streams[stream] += len(payload)
            if kind == RST_STREAM and stream in streams:
                if struct.unpack(">I", payload)[0] != REFUSED_STREAM:
                    raise ValueError(f"a stream was reset: {payload.hex()}")
                del streams[stream]
            if kind in (HEADERS, DATA) and flags & END_STREAM and stream in streams:
                if streams.pop(stream) != length:
                    raise ValueError("an answer of another length")
                answered += 1
            if self.is_leaving:
                streams = {number: size for number, size in streams.items() if number <= self._last}
        return answered

    def close(self):
        """Ends it."""
        self._socket.close()

    def _frame(self):
        head = self._take(9)
        payload = self._take(int.from_bytes(head[:3], "big"))
        kind, flags, stream = head[3], head[4], struct.unpack(">I", head[5:])[0]
        if kind in (SETTINGS, PING) and not flags & ACK:
            self._socket.sendall(_frame(kind, ACK, 0, payload if kind == PING else b""))
        if kind == GOAWAY:
            self._last, code = struct.unpack(">II", payload[:8])
            if code:
                raise ValueError(f"GOAWAY with error {code}")
        return kind, flags, stream, payload

    def _take(self, count):
        while len(self._buffer) < count:
            more = self._socket.recv(1 << 16)
            if not more:
                raise ValueError("the connection ended under requests")
            self._buffer += more
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken


def context(certificate):
    """What TLS takes for it."""
    made = ssl.create_default_context(cafile=certificate)
    made.set_alpn_protocols(["h2"])
    return made


def _frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload
