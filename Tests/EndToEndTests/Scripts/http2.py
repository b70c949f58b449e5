"""HTTP/2 frame by frame (RFC 9113): sends whatever it is told to and judges what comes back."""

import socket
import ssl
import struct
import time

import hpack

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
PRIORITY_UPDATE = 16

END_STREAM = ACK = 1
END_HEADERS = 4
PADDED = 8
PRIORITY_FLAG = 32

(NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR,
 REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM) = range(12)

HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE = \
    range(1, 7)
ENABLE_CONNECT_PROTOCOL = 8

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class Failure(Exception):
    """What was seen instead of what must be seen."""


def integer(value, prefix, first=0):
    """An integer of HPACK (RFC 7541, section 5.1)."""
    most = (1 << prefix) - 1
    if value < most:
        return bytes([first | value])
    out = [first | most]
    value -= most
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out + [value])


def text(value):
    """A string of HPACK, not Huffman coded."""
    value = value.encode("latin-1") if isinstance(value, str) else value
    return integer(len(value), 7) + value


def literal(name, value, indexed=False):
    """A field line whose name is new; kept in the dynamic table or not."""
    return (b"\x40" if indexed else b"\x00") + text(name) + text(value)


def block(fields):
    return b"".join(literal(name, value) for name, value in fields)


def get(path="/", *more, method="GET", scheme="http", authority="a"):
    """The fields of a request."""
    return [(":method", method), (":scheme", scheme), (":path", path), (":authority", authority), *more]


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def settings(*pairs):
    return b"".join(struct.pack(">HI", key, value) for key, value in pairs)


class Receiver:
    """What a member takes of a connection: raises ConnectionResetError where it has ended."""

    def __init__(self, connected):
        self.socket = connected
        self.buffer = b""

    def take(self, count):
        while len(self.buffer) < count:
            more = self.socket.recv(1 << 16)
            if not more:
                raise ConnectionResetError
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def take_frame(self):
        """The kind, flags, stream and payload of the next frame."""
        head = self.take(9)
        payload = self.take(int.from_bytes(head[:3], "big"))
        return head[3], head[4], struct.unpack(">I", head[5:])[0] & 0x7fffffff, payload


class Frame:
    def __init__(self, kind, flags, stream, payload):
        self.kind, self.flags, self.stream, self.payload = kind, flags, stream, payload

    def __repr__(self):
        return f"<type {self.kind} flags {self.flags:#x} stream {self.stream}: {self.payload[:40]!r}>"

    @property
    def number(self):
        """The last 32-bit number of a GOAWAY's or RST_STREAM's fixed part, or a window's increment."""
        return struct.unpack(">I", self.payload[4:8] if self.kind == GOAWAY else self.payload[:4])[0]


class Client:
    """A connection whose every frame is kept.

    authority: a file of certificates to trust; none for cleartext with prior knowledge.
    acknowledges: whether the server's settings are acknowledged as they come.
    """

    def __init__(self, address, authority=None, name="localhost", start=True, own_settings=b"", seconds=10,
                 protocols=("h2",), acknowledges=True):
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if authority:
            context = ssl.create_default_context(cafile=authority)
            context.check_hostname = False
            if protocols:
                context.set_alpn_protocols(list(protocols))
            self.socket = context.wrap_socket(self.socket, server_hostname=name)
        self.seconds = seconds
        self.acknowledges = acknowledges
        self.buffer = b""
        self.frames = []
        self.decoder = hpack.Decoder()
        self.next = 1
        self.answers = {}
        self.settings_from_peer = {}
        self.has_ended = False
        if start:
            self.raw(PREFACE + frame(SETTINGS, 0, 0, own_settings))

    # What is sent.

    def raw(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def send(self, kind, flags, stream, payload=b""):
        self.raw(frame(kind, flags, stream, payload))

    def headers(self, stream, fields, end=True, more=0):
        """A header block in one frame."""
        self.send(HEADERS, END_HEADERS | (END_STREAM if end else 0) | more, stream, block(fields))

    def get(self, *arguments, **keywords):
        """Begins a request on the next stream and returns the stream's number."""
        end = keywords.pop("end", True)
        stream = self.next
        self.next += 2
        self.headers(stream, get(*arguments, **keywords), end=end)
        return stream

    def window(self, increment, stream=0):
        self.send(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))

    # What comes back.

    def read(self, deadline=None):
        """The next frame; none at the end of the connection."""
        deadline = deadline or time.monotonic() + self.seconds
        while True:
            if len(self.buffer) >= 9:
                size = int.from_bytes(self.buffer[:3], "big")
                if len(self.buffer) >= 9 + size:
                    break
            if self.has_ended:
                return None
            left = deadline - time.monotonic()
            if left <= 0:
                raise Failure(f"nothing came any more, after {self.frames[-5:]}")
            self.socket.settimeout(left)
            try:
                more = self.socket.recv(1 << 16)
            except (ConnectionResetError, ssl.SSLEOFError, BrokenPipeError):
                more = b""
            except (socket.timeout, ssl.SSLWantReadError):
                continue
            self.has_ended = not more
            self.buffer += more
        head, payload = self.buffer[:9], self.buffer[9:9 + size]
        self.buffer = self.buffer[9 + size:]
        found = Frame(head[3], head[4], struct.unpack(">I", head[5:])[0], payload)
        self.frames.append(found)
        self.note(found)
        return found

    def note(self, found):
        """Keeps answers, and acknowledges settings."""
        answer = self.answers.setdefault(found.stream, Answer())
        if found.kind == HEADERS:
            if not found.flags & END_HEADERS:
                raise Failure("this client does not follow CONTINUATION")
            answer.take(self.decoder.decode(found.payload, raw=True))
        elif found.kind == DATA:
            answer.content += found.payload
        elif found.kind == SETTINGS and not found.flags & ACK:
            for offset in range(0, len(found.payload), 6):
                key, value = struct.unpack(">HI", found.payload[offset:offset + 6])
                self.settings_from_peer[key] = value
            if self.acknowledges:
                self.send(SETTINGS, ACK, 0)
        if found.kind in (DATA, HEADERS) and found.flags & END_STREAM:
            answer.is_whole = True
        if found.kind == RST_STREAM:
            answer.reset = found.number

    def wait(self, condition):
        """Reads until a frame fulfils the condition."""
        while True:
            found = self.read()
            if found is None:
                raise Failure(f"the connection ended after {self.frames[-5:]}")
            if condition(found):
                return found

    # What must be seen.

    def answer(self, stream):
        """The whole answer of a stream."""
        while not self.answers.setdefault(stream, Answer()).is_whole:
            found = self.read()
            if found is None:
                raise Failure(f"the connection ended before the answer, after {self.frames[-5:]}")
            if found.kind == RST_STREAM and found.stream == stream:
                raise Failure(f"stream {stream} was reset: {found.number}")
            if found.kind == GOAWAY and found.number != NO_ERROR:
                raise Failure(f"GOAWAY {found.number}")
        return self.answers[stream]

    def expect_answer(self, stream, status=200):
        found = self.answer(stream)
        if found.status != status:
            raise Failure(f"status {found.status}, expected {status}")
        return found

    def expect_alive(self):
        """A PING and a request are answered: nothing that came before has harmed the connection."""
        self.send(PING, 0, 0, b"alive??!")
        self.wait(lambda found: found.kind == PING and found.flags & ACK and found.payload == b"alive??!")
        return self.expect_answer(self.get("/alive"))

    def expect_reset(self, stream, *codes):
        """A stream error, and the connection goes on."""
        if self.answers.get(stream) is None or self.answers[stream].reset is None:
            self.wait(lambda found: found.kind == RST_STREAM and found.stream == stream or self.fails(found))
        found = self.answers[stream].reset
        if codes and found not in codes:
            raise Failure(f"RST_STREAM {found}, expected {codes}")
        self.expect_alive()

    @staticmethod
    def fails(found):
        if found.kind == GOAWAY:
            raise Failure(f"GOAWAY {found.number}")

    def expect_end(self, *codes):
        """A connection error: GOAWAY with one of the codes, then the end."""
        last = None
        while True:
            found = self.read()
            if found is None:
                break
            if found.kind == GOAWAY:
                last = found
        if last is None:
            raise Failure(f"no GOAWAY before the end, after {self.frames[-5:]}")
        if codes and last.number not in codes:
            raise Failure(f"GOAWAY {last.number}, expected {codes}")
        return last

    def close(self):
        self.socket.close()


class Answer:
    def __init__(self):
        self.status = None
        self.interim = []
        self.fields = {}
        self.trailers = None
        self.content = b""
        self.is_whole = False
        self.reset = None

    def take(self, fields):
        fields = {bytes(name).decode("latin-1"): bytes(value).decode("latin-1") for name, value in fields}
        status = fields.get(":status")
        if status is None:
            self.trailers = fields
        elif status.startswith("1"):
            self.interim.append(fields)
        else:
            self.status = int(status)
            self.fields = fields

    @property
    def text(self):
        return self.content.decode("latin-1")
