"""Frames that must pass through an edge as they are, one line for each case that went well."""

import argparse
import struct
import sys
import threading
import zlib

from websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Connection, Ended, OverHTTP1, OverHTTP2, frame

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
parser.add_argument("--over", choices=["http1", "http2"], required=True)
options = parser.parse_args()
connection = Connection(options.connect, options.ca) if options.over == "http2" else None
count = 0


def begin(path="/", fields=(), over=connection):
    """A WebSocket, its handshake done."""
    global count
    count += 1
    path = f"{path}?number={count}"
    if over:
        return OverHTTP2(over, path, fields)
    return OverHTTP1(options.connect, options.ca, path, fields)


def end(socket):
    """Closes in good order, which shows that nothing came but what was expected."""
    socket.send(CLOSE, struct.pack(">H", 1000))
    socket.expect_close(1000)
    socket.expect_end()


def content(size):
    return bytes(index * 31 % 95 + 32 for index in range(size % 1000)) + b"\x7e" * (size - size % 1000)


def echo(opcode, size):
    def run():
        socket = begin()
        socket.send(opcode, content(size))
        socket.expect(opcode, content(size))
        end(socket)
    return run


def text_beyond_ascii():
    socket = begin()
    for text in ("\u00fc\u00df", "\u65e5\u672c\u8a9e", "\U0001f600" * 100, "\0"):
        socket.send(TEXT, text.encode())
        socket.expect(TEXT, text.encode())
    end(socket)


def many_messages():
    socket = begin()
    for number in range(500):
        socket.send(TEXT if number % 2 else BINARY, b"message %d" % number)
    for number in range(500):
        socket.expect(TEXT if number % 2 else BINARY, b"message %d" % number)
    end(socket)


def fragments(size, piece, opcode):
    def run():
        socket = begin()
        whole = content(size)
        pieces = [whole[offset:offset + piece] for offset in range(0, size, piece)]
        for number, part in enumerate(pieces):
            socket.send(CONTINUATION if number else opcode, part, final=number == len(pieces) - 1)
        socket.expect(opcode, whole)
        end(socket)
    return run


def empty_fragments():
    socket = begin()
    for number in range(20):
        socket.send(CONTINUATION if number else TEXT, final=False)
    socket.send(CONTINUATION, b"at last")
    socket.expect(TEXT, b"at last")
    end(socket)


def fragments_from_the_member():
    socket = begin()
    socket.send(TEXT, b"/pieces one two three")
    socket.expect(TEXT, b"one", flags=0)
    socket.expect(CONTINUATION, b"two", flags=0)
    socket.expect(CONTINUATION, b"three", flags=0)
    socket.expect(CONTINUATION, b"")
    end(socket)


def byte_by_byte():
    socket = begin()
    data = frame(TEXT, b"chopped", final=False) + frame(PING, b"in between") + frame(CONTINUATION, b" up")
    for offset in range(len(data)):
        socket.write(data[offset:offset + 1])
    socket.expect(PONG, b"in between")
    socket.expect(TEXT, b"chopped up")
    end(socket)


def all_at_once():
    socket = begin()
    parts = [frame(TEXT, b"first"), frame(PING, b"p"), frame(BINARY, b"x" * 70_000), frame(PONG), frame(TEXT, b"last")]
    socket.write(b"".join(parts))
    # The library answers pings when it reads them, which may be before it echoes what came earlier.
    found = [socket.receive() for _ in range(4)]
    found.remove((0x80, PONG, b"p"))
    assert found == [(0x80, TEXT, b"first"), (0x80, BINARY, b"x" * 70_000), (0x80, TEXT, b"last")]
    end(socket)


def pings():
    socket = begin()
    for payload in (b"", b"payload", b"\x00\xff\xfe", b"x" * 125):
        socket.send(PING, payload)
        socket.expect(PONG, payload)
    for number in range(10):
        socket.send(PING, b"%d" % number)
    for number in range(10):
        socket.expect(PONG, b"%d" % number)
    end(socket)


def pongs_that_nobody_asked_for():
    socket = begin()
    socket.send(PONG)
    socket.send(PONG, b"unasked")
    socket.send(TEXT, b"text")
    socket.expect(TEXT, b"text")
    end(socket)


def ping_from_the_member():
    socket = begin()
    socket.send(TEXT, b"/ping")
    socket.expect(PING, b"from the member")
    socket.send(PONG, b"from the member")
    socket.expect(TEXT, b"pong came")
    end(socket)


def pings_between_fragments():
    socket = begin()
    for number in range(5):
        socket.send(CONTINUATION if number else TEXT, b"part %d " % number, final=False)
        socket.send(PING, b"ping %d" % number)
    socket.send(CONTINUATION, b"end")
    for number in range(5):
        socket.expect(PONG, b"ping %d" % number)
    socket.expect(TEXT, b"".join(b"part %d " % number for number in range(5)) + b"end")
    end(socket)


def big_from_the_member(size):
    def run():
        socket = begin()
        socket.send(TEXT, b"/big %d" % size)
        socket.expect(BINARY, bytes(index * 7 % 251 for index in range(size)))
        end(socket)
    return run


def close(code, reason=b""):
    def run():
        socket = begin()
        socket.send(CLOSE, b"" if code is None else struct.pack(">H", code) + reason)
        socket.expect_close(code, reason)
        socket.expect_end()
    return run


def close_by_the_member(code, reason=b""):
    def run():
        socket = begin()
        socket.send(TEXT, b"/close %d %s" % (code, reason))
        socket.expect_close(code, reason)
        socket.send(CLOSE, struct.pack(">H", code) + reason)
        socket.expect_end()
    return run


def member_that_does_not_read():
    """More than fits between client and member waits with the client, and nothing of it is lost."""
    socket = begin(over=connection and Connection(options.connect, options.ca))
    socket.send(TEXT, b"/pause")
    socket.expect(TEXT, b"paused")
    whole = content(48 << 20)
    sender = threading.Thread(target=socket.send, args=(BINARY, whole))
    sender.start()
    other = begin()
    for number in range(200):
        other.send(TEXT, b"%d" % number)
        other.expect(TEXT, b"%d" % number)
    assert sender.is_alive(), "48 MiB fitted somewhere"
    other.send(TEXT, b"/go")
    sender.join()
    socket.expect(BINARY, whole)
    end(socket)
    end(other)


def abort_by_the_member():
    socket = begin()
    socket.send(TEXT, b"/abort")
    socket.expect_end()


def abort():
    socket = begin("/abort")
    socket.send(TEXT, b"half", final=False)
    socket.abort()


def refused(code, *frames):
    """What is no WebSocket passes as well: it is the member who says what is wrong with it."""
    def run():
        socket = begin()
        socket.write(b"".join(frames))
        flags, opcode, payload = socket.receive()
        assert (flags, opcode) == (0x80, CLOSE), (flags, opcode, payload)
        assert struct.unpack(">H", payload[:2])[0] == code, payload
        try:
            socket.send(CLOSE, payload[:2])
        except (Ended, OSError):
            # A member that has failed the connection does not wait for that.
            pass
        socket.expect_end()
    return run


def deflate(size):
    def run():
        socket = begin(fields=[("Sec-WebSocket-Extensions", "permessage-deflate")])
        chosen = socket.fields.get("sec-websocket-extensions", "")
        assert chosen.startswith("permessage-deflate"), socket.fields
        encoder = zlib.compressobj(wbits=-15)
        decoder = zlib.decompressobj(wbits=-15)
        for number in range(3):
            text = b"compressible " * (size // 13) + b"%d" % number
            coded = encoder.compress(text) + encoder.flush(zlib.Z_SYNC_FLUSH)
            socket.send(TEXT, coded[:-4], reserved=0x40)
            flags, opcode, payload = socket.receive()
            assert (flags, opcode) == (0xC0, TEXT), (flags, opcode)
            assert decoder.decompress(payload + b"\x00\x00\xff\xff") == text
        end(socket)
    return run


SIZES = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537, 1 << 20]
cases = {f"text of {size}": echo(TEXT, size) for size in SIZES}
cases |= {f"binary of {size}": echo(BINARY, size) for size in SIZES + [16 << 20]}
cases |= {
    "text beyond ASCII": text_beyond_ascii,
    "500 messages in a row": many_messages,
    "fragments of 1 byte": fragments(300, 1, TEXT),
    "fragments of 125 bytes": fragments(10_000, 125, BINARY),
    "fragments of 1000 bytes": fragments(1 << 20, 1000, BINARY),
    "fragments of 65536 bytes": fragments(4 << 20, 65_536, TEXT),
    "empty fragments": empty_fragments,
    "fragments from the member": fragments_from_the_member,
    "byte by byte": byte_by_byte,
    "all at once": all_at_once,
    "pings": pings,
    "pongs that nobody asked for": pongs_that_nobody_asked_for,
    "ping from the member": ping_from_the_member,
    "pings between fragments": pings_between_fragments,
    "64 KiB from the member": big_from_the_member(65_536),
    "4 MiB from the member": big_from_the_member(4 << 20),
    "close without a code": close(None),
    "close with a long reason": close(1000, b"r" * 123),
    "a member that does not read": member_that_does_not_read,
    "abort by the member": abort_by_the_member,
    "abort": abort,
    "reserved bit": refused(1002, frame(TEXT, b"x", reserved=0x20)),
    "reserved data opcode": refused(1002, frame(3, b"x")),
    "reserved control opcode": refused(1002, frame(11)),
    "not masked": refused(1002, frame(TEXT, b"x", masked=False)),
    "fragmented ping": refused(1002, frame(PING, b"x", final=False)),
    "ping of 126 bytes": refused(1002, frame(PING, b"x" * 126)),
    "continuation of nothing": refused(1002, frame(CONTINUATION, b"x")),
    "text within a fragmented text": refused(1002, frame(TEXT, b"x", final=False), frame(TEXT, b"y")),
    "broken UTF-8": refused(1007, frame(TEXT, b"\xc3\x28")),
    "UTF-8 that ends too early": refused(1007, frame(TEXT, b"\xe6\x97", final=False), frame(CONTINUATION)),
    "close of one byte": refused(1002, frame(CLOSE, b"\x03")),
    "longer than the member takes": refused(1009, struct.pack(">BBQ", 0x82, 0xFF, 1 << 40) + b"mask"),
    "compressed text": deflate(1000),
    "long compressed text": deflate(500_000),
}
cases |= {f"close {code}": close(code, b"reason") for code in (1000, 1001, 1003, 1007, 1011, 3000, 3999, 4000, 4999)}
cases |= {f"close {code} by the member": close_by_the_member(code, b"reason")
          for code in (1000, 1001, 1008, 1011, 3000, 4999)}
cases |= {f"close code {code}": refused(1002, frame(CLOSE, struct.pack(">H", code)))
          for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000)}

failed = 0
for name, run in cases.items():
    try:
        run()
        print("ok", name, flush=True)
    except Exception as error:
        failed += 1
        print("not ok", f"{name}: {type(error).__name__}: {error}", flush=True)
if connection:
    # Beside all those streams an ordinary one.
    print("ok connection" if not connection.has_goaway and connection.get("/plain")[0] else "not ok connection")
sys.exit(1 if failed else 0)
