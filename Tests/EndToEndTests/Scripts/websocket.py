"""WebSocket frame by frame (RFC 6455), over HTTP/1.1 and over HTTP/2 by extended CONNECT (RFC 8441)."""

import base64
import functools
import hashlib
import os
import socket
import ssl
import struct

import h2.config
import h2.connection
import h2.errors
import h2.events

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Ended(Exception):
    """The connection or the stream has ended; `how` says in which way."""

    def __init__(self, how):
        super().__init__(how)
        self.how = how


def mask(payload, key):
    """Masks a payload, or takes the mask off."""
    count = len(payload)
    keys = (key * (count // 4 + 1))[:count]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(keys, "big")).to_bytes(count, "big")


def frame(opcode, payload=b"", final=True, reserved=0, masked=True):
    """A frame with the shortest length there is."""
    first = (0x80 if final else 0) | reserved | opcode
    bit = 0x80 if masked else 0
    if len(payload) < 126:
        head = bytes([first, bit | len(payload)])
    elif len(payload) < 1 << 16:
        head = struct.pack(">BBH", first, bit | 126, len(payload))
    else:
        head = struct.pack(">BBQ", first, bit | 127, len(payload))
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + mask(payload, key)


@functools.cache
def trusting(authority, protocol):
    context = ssl.create_default_context(cafile=authority)
    context.set_alpn_protocols([protocol])
    return context


def connect(address, authority, protocol):
    host, _, port = address.rpartition(":")
    found = socket.create_connection((host, int(port)), 30)
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if authority:
        found = trusting(authority, protocol).wrap_socket(found, server_hostname="localhost")
    return found


class WebSocket:
    """What both transports have in common: frames."""

    def __init__(self):
        self.buffer = bytearray()
        self.fields = {}

    def send(self, opcode, payload=b"", **keywords):
        self.write(frame(opcode, payload, **keywords))

    def take(self, count):
        while len(self.buffer) < count:
            self.fill()
        found = bytes(self.buffer[:count])
        del self.buffer[:count]
        return found

    def receive(self):
        """The next frame: final or not and reserved bits, opcode, payload."""
        first, second = self.take(2)
        count = second & 0x7F
        if second & 0x80:
            raise AssertionError("a member's frame is masked")
        if count == 126:
            count = struct.unpack(">H", self.take(2))[0]
        elif count == 127:
            count = struct.unpack(">Q", self.take(8))[0]
        return first & 0xF0, first & 0x0F, self.take(count)

    def expect(self, opcode, payload, flags=0x80):
        found = self.receive()
        assert found == (flags, opcode, payload), \
            f"expected {opcode} with {len(payload)} bytes, found {found[:2]} with {len(found[2])}: {found[2][:60]!r}"

    def expect_close(self, code, reason=b""):
        self.expect(CLOSE, b"" if code is None else struct.pack(">H", code) + reason)


class OverHTTP1(WebSocket):
    def __init__(self, address, authority=None, path="/", fields=()):
        super().__init__()
        self.socket = connect(address, authority, "http/1.1")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
                 *(f"{name}: {value}" for name, value in fields)]
        self.write("".join(line + "\r\n" for line in lines).encode() + b"\r\n")
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        self.buffer = bytearray(rest)
        status, *lines = head.decode().split("\r\n")
        assert status.startswith("HTTP/1.1 101 "), status
        self.fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        accepted = hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        assert self.fields["sec-websocket-accept"] == base64.b64encode(accepted).decode()

    def write(self, data):
        self.socket.sendall(data)

    def fill(self):
        try:
            data = self.socket.recv(1 << 18)
        except (ConnectionResetError, ssl.SSLEOFError):
            raise Ended("reset") from None
        if not data:
            raise Ended("end")
        self.buffer += data

    def expect_end(self):
        """The connection ends, and nothing more comes before."""
        try:
            self.fill()
        except Ended:
            self.socket.close()
            return
        raise AssertionError(f"more came: {bytes(self.buffer[:60])!r}")

    def abort(self):
        """Ends as a client does that has crashed."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Connection:
    """A connection of HTTP/2 that carries WebSockets."""

    def __init__(self, address, authority=None):
        self.address = address
        self.scheme = "https" if authority else "http"
        self.socket = connect(address, authority, "h2")
        # The library's own checks do not know of every field that a test sends.
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            header_encoding="utf-8", validate_outbound_headers=False))
        self.h2.initiate_connection()
        self.streams = {}
        self.has_goaway = False
        self.received = b""
        self.flush()
        while not self.h2.remote_settings.get(h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL):
            self.fill()

    def flush(self):
        data = self.h2.data_to_send()
        if data:
            self.socket.sendall(data)

    def fill(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise Ended("connection")
        self.received += data
        # Frame by frame: the library takes a GOAWAY for the end of everything and refuses what comes behind it,
        # although streams that it does not exclude go on (RFC 9113, section 6.8).
        while len(self.received) >= 9:
            size = 9 + int.from_bytes(self.received[:3], "big")
            if len(self.received) < size:
                break
            self.take_events(self.h2.receive_data(self.received[:size]))
            self.received = self.received[size:]
        self.flush()

    def take_events(self, events):
        for event in events:
            stream = self.streams.get(getattr(event, "stream_id", None))
            if isinstance(event, h2.events.ConnectionTerminated):
                self.has_goaway = True
                self.h2.state_machine.state = h2.connection.ConnectionState.CLIENT_OPEN
            elif stream is None:
                continue
            elif isinstance(event, h2.events.ResponseReceived):
                stream.fields = dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                stream.buffer += event.data
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                stream.end = stream.end or "end"
            elif isinstance(event, h2.events.StreamReset):
                stream.end = stream.end or "reset"

    def get(self, path):
        """The answer to an ordinary request beside the WebSockets: status and content."""
        stream = OverHTTP2(self, path, is_websocket=False)
        try:
            while True:
                stream.fill()
        except Ended:
            return stream.fields[":status"], bytes(stream.buffer)


class OverHTTP2(WebSocket):
    def __init__(self, connection, path="/", fields=(), is_websocket=True):
        super().__init__()
        self.connection = connection
        self.end = None
        self.number = connection.h2.get_next_available_stream_id()
        connection.streams[self.number] = self
        target = [(":scheme", connection.scheme), (":path", path), (":authority", "localhost")]
        if not is_websocket:
            connection.h2.send_headers(self.number, [(":method", "GET"), *target, *fields], end_stream=True)
            return connection.flush()
        connection.h2.send_headers(self.number, [
            (":method", "CONNECT"), (":protocol", "websocket"), *target, ("sec-websocket-version", "13"),
            *((name.lower(), value) for name, value in fields)])
        connection.flush()
        while not self.fields:
            self.fill()
        assert self.fields[":status"] == "200", self.fields

    def write(self, data):
        data = memoryview(data)
        while data:
            if self.end:
                raise Ended(self.end)
            room = min(self.connection.h2.local_flow_control_window(self.number),
                       self.connection.h2.max_outbound_frame_size, len(data))
            if room == 0:
                self.fill()
                continue
            self.connection.h2.send_data(self.number, bytes(data[:room]))
            self.connection.flush()
            data = data[room:]

    def fill(self):
        if self.end:
            raise Ended(self.end)
        self.connection.fill()

    def expect_end(self):
        """The stream ends, and the connection does not."""
        try:
            while not self.buffer:
                self.fill()
        except Ended as ended:
            assert ended.how != "connection", "the connection ended with the stream"
            return
        raise AssertionError(f"more came: {bytes(self.buffer[:60])!r}")

    def abort(self):
        """Ends as a client does that closes its window."""
        self.connection.h2.reset_stream(self.number, h2.errors.ErrorCodes.CANCEL)
        self.connection.flush()
        self.end = "reset"
