"""What RFC 9113 (sections 3 to 8), RFC 7541 and RFC 8441 ask of a server, case by case.

Prints a line for each case: `ok SECTION WORDS` or `failed SECTION WORDS: what was seen`. The member behind the server
echoes a request's head and content as text, unless its path says otherwise: /hold reads nothing behind the head and
never answers, /big/N answers N bytes, /chunks answers in chunks with trailers, /interim sends a 103 first, /early
answers without reading the content and never again, /upgrade offers another protocol.
"""

import argparse
import struct
import sys

from http2 import *

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True, help="a listener for h2c and http/1.1")
parser.add_argument("--tls", required=True, help="a listener for h2 and http/1.1")
parser.add_argument("--ca", required=True)
parser.add_argument("--only", default="", help="cases whose name has this")
options = parser.parse_args()

cases = []


def case(section, words, **how):
    def add(body):
        cases.append((section, words, body, how))
        return body
    return add


def table(section, words, rows):
    """A case for each row: (words, argument, ...)."""
    def add(body):
        for row in rows:
            cases.append((section, f"{words}: {row[0]}", lambda c, row=row: body(c, *row[1:]), {}))
        return body
    return add


# 3: how a connection begins


@case("3.4", "the server's first frame is SETTINGS")
def _(c):
    if c.read().kind != SETTINGS or c.frames[0].flags & ACK:
        raise Failure(f"{c.frames}")


@case("3.4", "the server's SETTINGS come before the client has sent anything but its preface")
def _(c):
    c.wait(lambda found: found.kind == SETTINGS and found.flags & ACK)
    if c.frames[0].kind != SETTINGS or c.frames[0].flags & ACK:
        raise Failure(f"{c.frames}")


@case("3.4", "requests may follow the preface at once, in the same packet", start=False)
def _(c):
    c.raw(PREFACE + frame(SETTINGS, 0, 0) + frame(HEADERS, END_STREAM | END_HEADERS, 1, block(get())))
    c.expect_answer(1)


@case("3.4", "the preface may come byte by byte", start=False)
def _(c):
    for byte in PREFACE + frame(SETTINGS, 0, 0):
        c.raw(bytes([byte]))
    c.expect_alive()


@table("3.4", "a preface that breaks off is no HTTP/2", [
    ("after the first line", PREFACE[:18] + b"XX\r\n\r\n"), ("in the last byte", PREFACE[:-1] + b"X")])
def _(c, sent):
    other = Client(options.connect, start=False)
    other.raw(sent)
    other.socket.settimeout(10)
    answer = other.socket.recv(65536)
    if answer and not answer.startswith(b"HTTP/1.1 4") and not answer.startswith(b"HTTP/1.1 505"):
        raise Failure(f"{answer!r}")


@table("3.4", "the first frame must be SETTINGS", [
    ("HEADERS", frame(HEADERS, END_STREAM | END_HEADERS, 1, block(get()))), ("PING", frame(PING, 0, 0, bytes(8))),
    ("an acknowledgement", frame(SETTINGS, ACK, 0))])
def _(c, sent):
    other = Client(options.connect, start=False)
    other.raw(PREFACE + sent)
    other.expect_end(PROTOCOL_ERROR)


@case("3.2", "ALPN chooses h2 over TLS")
def _(c):
    other = Client(options.tls, options.ca)
    if other.socket.selected_alpn_protocol() != "h2":
        raise Failure(other.socket.selected_alpn_protocol())
    other.headers(1, get(scheme="https", authority="localhost"))
    other.expect_answer(1)


@table("3.3", "over TLS there is no HTTP/2 without ALPN", [("none offered", ()), ("only http/1.1", ("http/1.1",))])
def _(c, protocols):
    other = Client(options.tls, options.ca, start=False, protocols=protocols)
    other.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = other.socket.recv(65536)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise Failure(f"{answer!r}")


@case("3.4", "over TLS a preface is asked for when h2 was chosen")
def _(c):
    other = Client(options.tls, options.ca, start=False)
    other.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    while True:
        found = other.read()
        if found is None or found.kind == GOAWAY:
            break
    if 200 in [answer.status for answer in other.answers.values()]:
        raise Failure("an HTTP/1.1 request was answered")


# 4: frames


@table("4.1", "frames of unknown types are ignored", [
    (f"type {kind:#x} on {words}", kind, on) for kind in (0x0a, 0x0b, 0x42, 0xff)
    for words, on in (("the connection", 0), ("an open stream", 1), ("an idle stream", 99))])
def _(c, kind, on):
    c.get(end=False)
    c.send(kind, 0xff, on, b"whatever")
    c.send(DATA, END_STREAM, 1)
    c.expect_answer(1)
    c.expect_alive()


@table("4.1", "flags that are not defined are ignored", [
    ("SETTINGS", frame(SETTINGS, 0xfe, 0)), ("PING", frame(PING, 0xfe, 0, bytes(8))),
    ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0xff, 0, struct.pack(">I", 1000))),
    ("RST_STREAM", frame(HEADERS, END_HEADERS, 1, block(get("/hold"))) + frame(RST_STREAM, 0xff, 1, bytes(4))),
    ("HEADERS", frame(HEADERS, END_HEADERS | END_STREAM | 0xd2, 1, block(get()))),
    ("PRIORITY", frame(PRIORITY, 0xff, 1, struct.pack(">IB", 0, 15)))])
def _(c, sent):
    c.raw(sent)
    c.next = 3
    c.expect_alive()


@case("4.1", "flags of DATA that are not defined are ignored")
def _(c):
    c.get(end=False)
    c.send(DATA, END_STREAM | 0xf6, 1, b"content")
    if not c.expect_answer(1).text.endswith("content"):
        raise Failure("the content did not pass")


@table("4.1", "the reserved bit is ignored", [
    ("PING", frame(PING, 0, 1 << 31, bytes(8))), ("SETTINGS", frame(SETTINGS, 0, 1 << 31)),
    ("HEADERS", frame(HEADERS, END_HEADERS | END_STREAM, 1 << 31 | 1, block(get()))),
    ("WINDOW_UPDATE's increment", frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1 << 31 | 100)))])
def _(c, sent):
    c.raw(sent)
    c.next = 3
    c.expect_alive()


@table("4.2", "frames of 16,384 bytes are taken", [("DATA", DATA), ("HEADERS", HEADERS)])
def _(c, kind):
    if kind == DATA:
        c.get(method="POST", end=False)
        c.send(DATA, END_STREAM, 1, b"x" * 16384)
        if not c.expect_answer(1).text.endswith("x" * 16384):
            raise Failure("the content did not pass")
    else:
        fields = block(get())
        name = b"\x00" + text("x-long")
        size = 16384 - len(fields) - len(name) - 3
        c.send(HEADERS, END_HEADERS | END_STREAM, 1, fields + name + text("v" * size))
        c.expect_answer(1)


@table("4.2", "a longer frame than announced is a connection error", [
    ("HEADERS", HEADERS, END_HEADERS | END_STREAM, 1), ("SETTINGS", SETTINGS, 0, 0),
    ("CONTINUATION", CONTINUATION, END_HEADERS, 1), ("an unknown type", 0x77, 0, 0)])
def _(c, kind, flags, stream):
    if kind == CONTINUATION:
        c.send(HEADERS, END_STREAM, 1, block(get()))
    c.send(kind, flags, stream, bytes(16386))
    c.expect_end(FRAME_SIZE_ERROR)


@case("4.2", "DATA longer than announced")
def _(c):
    c.get("/hold", method="POST", end=False)
    c.send(DATA, 0, 1, bytes(16385))
    c.expect_end(FRAME_SIZE_ERROR)


@table("4.2", "a wrong length is FRAME_SIZE_ERROR", [
    ("PING of 7", frame(PING, 0, 0, bytes(7))), ("PING of 9", frame(PING, 0, 0, bytes(9))),
    ("RST_STREAM of 3", frame(RST_STREAM, 0, 1, bytes(3))), ("RST_STREAM of 5", frame(RST_STREAM, 0, 1, bytes(5))),
    ("WINDOW_UPDATE of 3", frame(WINDOW_UPDATE, 0, 0, bytes(3))),
    ("WINDOW_UPDATE of 5", frame(WINDOW_UPDATE, 0, 1, bytes(5))),
    ("SETTINGS of 5", frame(SETTINGS, 0, 0, bytes(5))), ("SETTINGS of 7", frame(SETTINGS, 0, 0, bytes(7))),
    ("an acknowledgement with content", frame(SETTINGS, ACK, 0, bytes(6))),
    ("GOAWAY of 7", frame(GOAWAY, 0, 0, bytes(7)))])
def _(c, sent):
    c.get("/hold", method="POST", end=False)
    c.raw(sent)
    c.expect_end(FRAME_SIZE_ERROR)


@table("4.2", "a header block's frame too short for what its flags announce", [
    ("PRIORITY of 4 bytes", END_HEADERS | END_STREAM | PRIORITY_FLAG, bytes(4)),
    ("PADDED without a length", END_HEADERS | END_STREAM | PADDED, b"")])
def _(c, flags, payload):
    c.send(HEADERS, flags, 1, payload)
    c.expect_end(FRAME_SIZE_ERROR, PROTOCOL_ERROR)


@table("4.3", "a header block that cannot be decoded is COMPRESSION_ERROR", [
    ("index 0", b"\x80"), ("an index beyond both tables", integer(200, 7, 0x80)),
    ("a name's index beyond both tables", integer(200, 6, 0x40) + text("v")),
    ("an integer that never ends", b"\xff" + b"\xff" * 12),
    ("an integer that breaks off", b"\xff\x80"), ("a string longer than the block", b"\x00" + text("n") + b"\x7fabc"),
    ("Huffman padding of zeros", b"\x00\x01n\x81\x00"),
    ("Huffman padding of more than 7 bits", b"\x00\x01n\x82\x1f\xff"),
    ("EOS in a Huffman string", b"\x00\x01n\x84\xff\xff\xff\xff"),
    ("a table size beyond the announced one", integer(4097, 5, 0x20)),
    ("a table size behind a field", b"\x82" + integer(0, 5, 0x20))])
def _(c, bad):
    first, rest = (bad, block(get())) if bad[0] & 0xe0 == 0x20 else (block(get()), bad)
    c.send(HEADERS, END_HEADERS | END_STREAM, 1, first + rest)
    c.expect_end(COMPRESSION_ERROR)


@case("4.3", "a block that breaks off within a field is COMPRESSION_ERROR")
def _(c):
    c.send(HEADERS, END_HEADERS | END_STREAM, 1, block(get()) + b"\x00")
    c.expect_end(COMPRESSION_ERROR)


@case("4.3", "a refused request's fields are in the table nevertheless")
def _(c):
    c.send(HEADERS, END_HEADERS | END_STREAM, 1, block(get()) + literal("x-kept", "kept", True) + literal("BAD", "x"))
    c.send(HEADERS, END_HEADERS | END_STREAM, 3, block(get()) + integer(62, 7, 0x80))
    if "x-kept: kept" not in c.expect_answer(3).text.lower():
        raise Failure("the field did not pass")


@case("4.3", "fields of trailers are in the table nevertheless")
def _(c):
    c.get(method="POST", end=False)
    c.send(HEADERS, END_HEADERS | END_STREAM, 1, literal("x-kept", "kept", True))
    c.send(HEADERS, END_HEADERS | END_STREAM, 3, block(get()) + integer(62, 7, 0x80))
    if "x-kept: kept" not in c.expect_answer(3).text.lower():
        raise Failure("the field did not pass")


@case("4.3", "fields of a refused stream's block are in the table nevertheless", acknowledges=False)
def _(c):
    c.read()
    limit = c.settings_from_peer[MAX_CONCURRENT_STREAMS]
    for _ in range(limit):
        c.get("/hold", method="POST", end=False)
    refused = c.next
    c.send(HEADERS, END_HEADERS | END_STREAM, refused, block(get()) + literal("x-kept", "kept", True))
    c.wait(lambda found: found.kind == RST_STREAM and found.stream == refused)
    c.send(RST_STREAM, 0, 1, struct.pack(">I", CANCEL))
    c.send(HEADERS, END_HEADERS | END_STREAM, refused + 2, block(get()) + integer(62, 7, 0x80))
    if "x-kept: kept" not in c.expect_answer(refused + 2).text.lower():
        raise Failure("the field did not pass")


@case("4.3", "a client that allows no dynamic table gets answers without one", own_settings=settings((1, 0)))
def _(c):
    c.decoder.max_allowed_table_size = 0
    for _ in range(3):
        c.expect_answer(c.get())


@table("4.3", "nothing comes between the frames of a header block", [
    ("DATA", frame(DATA, 0, 1, b"x")), ("PING", frame(PING, 0, 0, bytes(8))), ("SETTINGS", frame(SETTINGS, 0, 0)),
    ("RST_STREAM", frame(RST_STREAM, 0, 1, bytes(4))), ("PRIORITY", frame(PRIORITY, 0, 1, bytes(5))),
    ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 9))),
    ("HEADERS of another stream", frame(HEADERS, END_HEADERS | END_STREAM, 3, block(get()))),
    ("CONTINUATION of another stream", frame(CONTINUATION, END_HEADERS, 3, b"")),
    ("GOAWAY", frame(GOAWAY, 0, 0, bytes(8))), ("an unknown type", frame(0x77, 0, 1, b"x"))])
def _(c, sent):
    c.send(HEADERS, END_STREAM, 1, block(get()))
    c.raw(sent)
    c.expect_end(PROTOCOL_ERROR)


# 5: streams


@table("5.1", "on an idle stream only HEADERS and PRIORITY may come", [
    ("DATA", frame(DATA, 0, 1, b"x")), ("RST_STREAM", frame(RST_STREAM, 0, 1, bytes(4))),
    ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 9))),
    ("CONTINUATION", frame(CONTINUATION, END_HEADERS, 1, block(get())))])
def _(c, sent):
    c.raw(sent)
    c.expect_end(PROTOCOL_ERROR)


@table("5.1", "after END_STREAM nothing more belongs to the request", [
    ("DATA", frame(DATA, END_STREAM, 1, b"x"), (STREAM_CLOSED,)),
    ("HEADERS", frame(HEADERS, END_HEADERS | END_STREAM, 1, block(get())), (STREAM_CLOSED, PROTOCOL_ERROR))])
def _(c, sent, codes):
    c.get("/hold")
    c.raw(sent)
    found = c.wait(lambda found: found.kind in (RST_STREAM, GOAWAY))
    if found.number not in codes:
        raise Failure(f"{found}")


@table("5.1", "after END_STREAM the other frames may come", [
    ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 9))),
    ("PRIORITY", frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 15))),
    ("RST_STREAM", frame(RST_STREAM, 0, 1, struct.pack(">I", CANCEL)))])
def _(c, sent):
    c.get("/hold")
    c.raw(sent)
    c.expect_alive()


@table("5.1", "a stream that the client has reset takes nothing more", [
    ("DATA", frame(DATA, 0, 1, b"x")), ("HEADERS", frame(HEADERS, END_HEADERS | END_STREAM, 1, block(get())))])
def _(c, sent):
    c.get("/hold", method="POST", end=False)
    c.send(RST_STREAM, 0, 1, struct.pack(">I", CANCEL))
    c.raw(sent)
    c.expect_reset(1, STREAM_CLOSED)
    if c.answers[1].status:
        raise Failure("the stream was answered")


@table("5.1", "a stream that both sides have ended takes nothing more", [
    ("DATA", frame(DATA, 0, 1, b"x")), ("empty DATA", frame(DATA, 0, 1)),
    ("HEADERS", frame(HEADERS, END_HEADERS | END_STREAM, 1, block(get())))])
def _(c, sent):
    c.expect_answer(c.get())
    c.raw(sent)
    c.expect_end(STREAM_CLOSED)


@table("5.1", "frames that were under way when a stream closed are no error", [
    ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 9))),
    ("RST_STREAM", frame(RST_STREAM, 0, 1, struct.pack(">I", CANCEL))),
    ("PRIORITY", frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 15)))])
def _(c, sent):
    c.expect_answer(c.get())
    c.raw(sent)
    c.expect_alive()


@case("5.1", "DATA behind an early answer is dropped and counted against no one")
def _(c):
    c.get("/early", method="POST", end=False)
    c.expect_reset(1, NO_ERROR)
    for _ in range(8):
        c.send(DATA, 0, 1, bytes(10000))
    c.expect_alive()


@table("5.1.1", "a stream's number must be odd and new", [("even", 2), ("0", 0)])
def _(c, number):
    c.headers(number, get())
    c.expect_end(PROTOCOL_ERROR)


@case("5.1.1", "a lower number than the last one's is a connection error")
def _(c):
    c.headers(5, get())
    c.expect_answer(5)
    c.headers(3, get())
    c.expect_end(PROTOCOL_ERROR, STREAM_CLOSED)


@case("5.1", "HEADERS behind an early answer are dropped, since they were under way")
def _(c):
    c.get("/early", method="POST", end=False)
    c.expect_reset(1, NO_ERROR)
    c.headers(1, [("x-sum", "abc")])
    c.expect_alive()


@case("5.1.1", "numbers may be left out")
def _(c):
    for number in (1, 101, 0x7fffffff):
        c.headers(number, get())
        c.expect_answer(number)


@case("5.1.2", "more streams than were announced and acknowledged")
def _(c):
    c.read()
    for _ in range(c.settings_from_peer[MAX_CONCURRENT_STREAMS] + 1):
        c.get("/hold", method="POST", end=False)
    found = c.wait(lambda found: found.kind in (RST_STREAM, GOAWAY))
    if found.number not in (REFUSED_STREAM, PROTOCOL_ERROR):
        raise Failure(f"{found}")


@case("5.1.2", "more streams than announced, before that is acknowledged, are refused, and only they", acknowledges=False)
def _(c):
    c.read()
    limit = c.settings_from_peer[MAX_CONCURRENT_STREAMS]
    for _ in range(limit):
        c.get("/hold", method="POST", end=False)
    refused = c.get()
    c.wait(lambda found: found.kind == RST_STREAM and found.stream == refused)
    if c.answers[refused].reset != REFUSED_STREAM:
        raise Failure(f"{c.answers[refused].reset}")
    c.send(RST_STREAM, 0, 1, struct.pack(">I", CANCEL))
    c.expect_alive()


@case("5.2.2", "frames without content pass whatever the windows are", own_settings=settings((INITIAL_WINDOW_SIZE, 0)))
def _(c):
    stream = c.get()
    c.wait(lambda found: found.kind == HEADERS and found.stream == stream)
    c.send(PING, 0, 0, b"12345678")
    c.wait(lambda found: found.kind == PING)
    if c.answers[stream].content:
        raise Failure("content beyond the window")
    c.window(100_000, stream)
    c.expect_answer(stream)


@case("5.4.1", "GOAWAY names the last stream that was begun")
def _(c):
    for _ in range(3):
        c.expect_answer(c.get())
    c.send(PING, 0, 1, bytes(8))
    last = c.expect_end(PROTOCOL_ERROR)
    if struct.unpack(">I", last.payload[:4])[0] != 5:
        raise Failure(f"{last}")


@case("5.4.2", "a reset is not answered with a reset")
def _(c):
    c.get("/hold")
    c.send(RST_STREAM, 0, 1, struct.pack(">I", CANCEL))
    c.expect_alive()
    if any(found.kind == RST_STREAM for found in c.frames):
        raise Failure("RST_STREAM")


# 6: the frames one by one


@case("6.1", "DATA on stream 0")
def _(c):
    c.send(DATA, 0, 0, b"x")
    c.expect_end(PROTOCOL_ERROR)


@table("6.1", "padding is taken off", [("none", 0), ("one byte", 1), ("255 bytes", 255)])
def _(c, count):
    c.get(method="POST", end=False)
    c.send(DATA, END_STREAM | PADDED, 1, bytes([count]) + b"content" + bytes(count))
    if not c.expect_answer(1).text.endswith("\ncontent"):
        raise Failure(c.answers[1].text)


@case("6.1", "DATA of nothing but padding")
def _(c):
    c.get(method="POST", end=False)
    c.send(DATA, PADDED, 1, bytes([200]) + bytes(200))
    c.send(DATA, END_STREAM, 1, b"content")
    if not c.expect_answer(1).text.endswith("\ncontent"):
        raise Failure(c.answers[1].text)


@table("6.1", "padding as long as the frame or longer", [
    ("as long", bytes([5]) + b"xxxx"), ("longer", bytes([200]) + b"x"), ("no length at all", b"")])
def _(c, payload):
    c.get("/hold", method="POST", end=False)
    c.send(DATA, PADDED, 1, payload)
    c.expect_end(PROTOCOL_ERROR, FRAME_SIZE_ERROR)


@case("6.1", "padding counts against the windows, which open again by it")
def _(c):
    c.get(method="POST", end=False)
    for _ in range(300):
        c.send(DATA, PADDED, 1, bytes([255]) + b"x" + bytes(255))
        while c.buffer:
            c.read()
    c.send(DATA, END_STREAM, 1)
    if not c.expect_answer(1).text.endswith("x" * 300):
        raise Failure("the content did not pass")


@case("6.1", "empty DATA may end a stream")
def _(c):
    c.get(method="POST", end=False)
    c.send(DATA, 0, 1, b"content")
    c.send(DATA, END_STREAM, 1)
    c.expect_answer(1)


@case("6.2", "HEADERS on stream 0")
def _(c):
    c.headers(0, get())
    c.expect_end(PROTOCOL_ERROR)


@case("6.2", "padding and priority of HEADERS are taken off")
def _(c):
    payload = bytes([100]) + struct.pack(">IB", 0, 15) + block(get()) + bytes(100)
    c.send(HEADERS, END_HEADERS | END_STREAM | PADDED | PRIORITY_FLAG, 1, payload)
    c.expect_answer(1)


@case("6.2", "padding longer than the frame")
def _(c):
    c.send(HEADERS, END_HEADERS | END_STREAM | PADDED, 1, bytes([255]) + block(get()))
    c.expect_end(PROTOCOL_ERROR, FRAME_SIZE_ERROR)


@case("6.3", "PRIORITY on stream 0")
def _(c):
    c.send(PRIORITY, 0, 0, bytes(5))
    c.expect_end(PROTOCOL_ERROR)


@table("6.3", "PRIORITY of a wrong length", [("4 bytes", 4), ("6 bytes", 6)])
def _(c, count):
    c.get("/hold")
    c.send(PRIORITY, 0, 1, bytes(count))
    found = c.wait(lambda found: found.kind in (RST_STREAM, GOAWAY))
    if found.number != FRAME_SIZE_ERROR:
        raise Failure(f"{found}")


@case("6.3", "PRIORITY in every state of a stream")
def _(c):
    c.send(PRIORITY, 0, 1, struct.pack(">IB", 0, 15))
    c.get("/hold")
    c.send(PRIORITY, 0, 1, struct.pack(">IB", 0, 15))
    c.send(RST_STREAM, 0, 1, struct.pack(">I", CANCEL))
    c.send(PRIORITY, 0, 1, struct.pack(">IB", 0, 15))
    c.expect_alive()


@case("6.4", "RST_STREAM on stream 0")
def _(c):
    c.send(RST_STREAM, 0, 0, bytes(4))
    c.expect_end(PROTOCOL_ERROR)


@case("6.4", "a reset stream is not answered")
def _(c):
    c.get("/big/10000000")
    c.send(RST_STREAM, 0, 1, struct.pack(">I", CANCEL))
    c.expect_alive()
    count = len(c.frames)
    c.expect_alive()
    if any(found.stream == 1 for found in c.frames[count:]):
        raise Failure("frames of a reset stream")


@case("6.5", "SETTINGS are acknowledged")
def _(c):
    c.wait(lambda found: found.kind == SETTINGS and found.flags & ACK)


@case("6.5.3", "each SETTINGS is acknowledged")
def _(c):
    for _ in range(3):
        c.send(SETTINGS, 0, 0, settings((INITIAL_WINDOW_SIZE, 100_000)))
    for _ in range(4):
        c.wait(lambda found: found.kind == SETTINGS and found.flags & ACK)


@case("6.5", "SETTINGS on a stream")
def _(c):
    c.send(SETTINGS, 0, 1)
    c.expect_end(PROTOCOL_ERROR)


@table("6.5.2", "a value that a setting cannot have", [
    ("ENABLE_PUSH 2", ENABLE_PUSH, 2, PROTOCOL_ERROR),
    ("INITIAL_WINDOW_SIZE 2^31", INITIAL_WINDOW_SIZE, 1 << 31, FLOW_CONTROL_ERROR),
    ("INITIAL_WINDOW_SIZE 2^32-1", INITIAL_WINDOW_SIZE, (1 << 32) - 1, FLOW_CONTROL_ERROR),
    ("MAX_FRAME_SIZE 16383", MAX_FRAME_SIZE, 16383, PROTOCOL_ERROR),
    ("MAX_FRAME_SIZE 2^24", MAX_FRAME_SIZE, 1 << 24, PROTOCOL_ERROR),
    ("ENABLE_CONNECT_PROTOCOL 2", ENABLE_CONNECT_PROTOCOL, 2, PROTOCOL_ERROR)])
def _(c, key, value, code):
    c.send(SETTINGS, 0, 0, settings((key, value)))
    c.expect_end(code)


@table("6.5.2", "values at their bounds are taken", [
    ("ENABLE_PUSH 0", ENABLE_PUSH, 0), ("ENABLE_PUSH 1", ENABLE_PUSH, 1),
    ("INITIAL_WINDOW_SIZE 2^31-1", INITIAL_WINDOW_SIZE, (1 << 31) - 1),
    ("MAX_FRAME_SIZE 16384", MAX_FRAME_SIZE, 16384), ("MAX_FRAME_SIZE 2^24-1", MAX_FRAME_SIZE, (1 << 24) - 1),
    ("HEADER_TABLE_SIZE 2^32-1", HEADER_TABLE_SIZE, (1 << 32) - 1), ("MAX_CONCURRENT_STREAMS 0", 3, 0),
    ("MAX_HEADER_LIST_SIZE 1", MAX_HEADER_LIST_SIZE, 1 << 16), ("an unknown setting", 0xabcd, 1 << 31)])
def _(c, key, value):
    c.send(SETTINGS, 0, 0, settings((key, value)))
    c.expect_alive()


@case("6.5.3", "the last of several values of one setting counts")
def _(c):
    c.send(SETTINGS, 0, 0, settings((INITIAL_WINDOW_SIZE, 0), (INITIAL_WINDOW_SIZE, 100), (INITIAL_WINDOW_SIZE, 2000)))
    c.expect_alive()


@case("6.5.2", "frames are no longer than the client takes", own_settings=settings((INITIAL_WINDOW_SIZE, 1 << 20)))
def _(c):
    c.window(1 << 20)
    found = c.expect_answer(c.get("/big/200000"))
    if len(found.content) != 200_000 or max(len(each.payload) for each in c.frames) > 16384:
        raise Failure(f"{len(found.content)}")


@case("6.6", "a client does not push")
def _(c):
    c.get("/hold")
    c.send(PUSH_PROMISE, END_HEADERS, 1, struct.pack(">I", 2) + block(get()))
    c.expect_end(PROTOCOL_ERROR)


@case("6.7", "PING is answered with what it holds")
def _(c):
    c.send(PING, 0, 0, b"\x00\x01\x02\x03\xfc\xfd\xfe\xff")
    found = c.wait(lambda found: found.kind == PING)
    if found.payload != b"\x00\x01\x02\x03\xfc\xfd\xfe\xff" or not found.flags & ACK or found.stream:
        raise Failure(f"{found}")


@case("6.7", "an acknowledgement is not answered")
def _(c):
    c.send(PING, ACK, 0, b"12345678")
    c.expect_alive()
    if sum(found.kind == PING for found in c.frames) != 1:
        raise Failure("PING was answered")


@case("6.7", "PING on a stream")
def _(c):
    c.send(PING, 0, 1, bytes(8))
    c.expect_end(PROTOCOL_ERROR)


@case("6.8", "GOAWAY on a stream")
def _(c):
    c.send(GOAWAY, 0, 1, bytes(8))
    c.expect_end(PROTOCOL_ERROR)


@table("6.8", "streams that are open when the client says GOAWAY are answered", [
    ("no error", NO_ERROR, b""), ("with words", NO_ERROR, b"good-bye"), ("an unknown code", 0xabcdef, b"")])
def _(c, code, words):
    c.window(1 << 20)
    stream = c.get("/big/60000")
    c.send(GOAWAY, 0, 0, struct.pack(">II", 0, code) + words)
    if len(c.expect_answer(stream).content) != 60_000:
        raise Failure("not whole")


@case("6.9", "an increment of 0 on a stream")
def _(c):
    c.get("/hold")
    c.window(0, 1)
    found = c.wait(lambda found: found.kind in (RST_STREAM, GOAWAY))
    if found.number != PROTOCOL_ERROR:
        raise Failure(f"{found}")


@case("6.9", "an increment of 0 on the connection")
def _(c):
    c.window(0)
    c.expect_end(PROTOCOL_ERROR)


@case("6.9.1", "a stream's window beyond 2^31-1")
def _(c):
    c.get("/hold")
    c.window((1 << 31) - 1, 1)
    found = c.wait(lambda found: found.kind in (RST_STREAM, GOAWAY))
    if found.number != FLOW_CONTROL_ERROR:
        raise Failure(f"{found}")


@case("6.9.1", "the connection's window beyond 2^31-1")
def _(c):
    c.window((1 << 31) - 1)
    c.expect_end(FLOW_CONTROL_ERROR)


@table("6.9.1", "no byte beyond a stream's window", [("1", 1), ("100", 100), ("4096", 4096)])
def _(c, size):
    c.send(SETTINGS, 0, 0, settings((INITIAL_WINDOW_SIZE, size)))
    stream = c.get("/big/10000")
    while not c.answers.setdefault(stream, Answer()).is_whole:
        before = len(c.answers[stream].content)
        c.send(PING, 0, 0, bytes(8))
        c.wait(lambda found: found.kind == PING)
        if len(c.answers[stream].content) - before > size:
            raise Failure("more than the window")
        got = len(c.answers[stream].content) - before
        if got:
            size = 3000
            c.window(size, stream)
    if len(c.answers[stream].content) != 10_000:
        raise Failure("not whole")


@case("6.9.1", "no byte beyond the connection's window", own_settings=settings((INITIAL_WINDOW_SIZE, 1 << 20)))
def _(c):
    streams = [c.get("/big/100000") for _ in range(3)]
    total = lambda: sum(len(answer.content) for answer in c.answers.values())
    while total() < 65_535:
        c.read()
    c.send(PING, 0, 0, bytes(8))
    c.wait(lambda found: found.kind == PING)
    if total() != 65_535:
        raise Failure(f"{total()}")
    c.window(1 << 20)
    for stream in streams:
        if len(c.expect_answer(stream).content) != 100_000:
            raise Failure("not whole")


@case("6.9.2", "a smaller initial window makes those of open streams negative",
      own_settings=settings((INITIAL_WINDOW_SIZE, 1000)))
def _(c):
    stream = c.get("/big/5000")
    while len(c.answers.setdefault(stream, Answer()).content) < 1000:
        c.read()
    c.send(SETTINGS, 0, 0, settings((INITIAL_WINDOW_SIZE, 400)))
    c.window(600, stream)
    c.send(PING, 0, 0, bytes(8))
    c.wait(lambda found: found.kind == PING)
    if len(c.answers[stream].content) != 1000:
        raise Failure(f"{len(c.answers[stream].content)}")
    c.window(4000, stream)
    c.expect_answer(stream)


@case("6.9.2", "a larger initial window opens those of open streams", own_settings=settings((INITIAL_WINDOW_SIZE, 0)))
def _(c):
    stream = c.get("/big/5000")
    c.wait(lambda found: found.kind == HEADERS)
    c.send(SETTINGS, 0, 0, settings((INITIAL_WINDOW_SIZE, 5000)))
    c.expect_answer(stream)


@case("6.9.2", "an initial window that takes an open stream's beyond 2^31-1")
def _(c):
    stream = c.get("/hold")
    c.window(100, stream)
    c.send(SETTINGS, 0, 0, settings((INITIAL_WINDOW_SIZE, (1 << 31) - 1)))
    found = c.wait(lambda found: found.kind in (RST_STREAM, GOAWAY))
    if found.number != FLOW_CONTROL_ERROR:
        raise Failure(f"{found}")


@case("6.9", "a client that sends beyond a stream's window")
def _(c):
    c.get("/hold", method="POST", end=False)
    # More than the kernel keeps for the member.
    for _ in range(4000):
        c.send(DATA, 0, 1, bytes(16384))
    found = c.wait(lambda found: found.kind in (RST_STREAM, GOAWAY))
    if found.number != FLOW_CONTROL_ERROR:
        raise Failure(f"{found}")


@case("6.9", "the windows open again as a member takes the content")
def _(c):
    c.get(method="POST", end=False)
    left, room = 400_000, 65_535
    while left:
        while room < min(left, 16384):
            found = c.read()
            if found.kind == WINDOW_UPDATE and found.stream == 1:
                room += found.number
        part = min(left, 16384)
        c.send(DATA, END_STREAM if part == left else 0, 1, b"y" * part)
        left -= part
        room -= part
    c.window(1 << 20, 1)
    c.window(1 << 20)
    if not c.expect_answer(1).text.endswith("y" * 400_000):
        raise Failure("the content did not pass")


@case("6.9", "content that waits on a stream when it is reset gives the connection's window back")
def _(c):
    room = 65_535
    for stream in range(1, 80, 2):
        # The member never answers to it, so nothing of it may pass.
        c.headers(stream, get("/hold", (":protocol", "websocket"), method="CONNECT"), end=False)
        for part in (16384, 16384, 16384, 16383):
            while room < part:
                found = c.read()
                if found.kind == WINDOW_UPDATE and not found.stream:
                    room += found.number
            c.send(DATA, 0, stream, bytes(part))
            room -= part
        c.send(RST_STREAM, 0, stream, struct.pack(">I", CANCEL))
    c.next = 81
    c.expect_alive()


@case("6.10", "a block in many pieces")
def _(c):
    whole = block(get("/pieces", ("x-a", "1"), ("cookie", "a=b")))
    c.send(HEADERS, END_STREAM, 1, whole[:1])
    for offset in range(1, 7):
        c.send(CONTINUATION, 0, 1, whole[offset:offset + 1])
    c.send(CONTINUATION, END_HEADERS, 1, whole[7:])
    if not c.expect_answer(1).text.startswith("GET /pieces "):
        raise Failure(c.answers[1].text)


@case("6.10", "an empty CONTINUATION may end a block")
def _(c):
    c.send(HEADERS, END_STREAM, 1, block(get()))
    c.send(CONTINUATION, END_HEADERS, 1)
    c.expect_answer(1)


@table("6.10", "CONTINUATION where none may come", [
    ("behind a whole block", 1), ("on stream 0", 0), ("on another stream", 3)])
def _(c, stream):
    c.get("/hold")
    c.send(CONTINUATION, END_HEADERS, stream, block([("a", "b")]))
    c.expect_end(PROTOCOL_ERROR)


@case("6.10", "CONTINUATION behind DATA")
def _(c):
    c.get("/hold", method="POST", end=False)
    c.send(DATA, 0, 1, b"x")
    c.send(CONTINUATION, END_HEADERS, 1, block([("a", "b")]))
    c.expect_end(PROTOCOL_ERROR)


# 7: error codes


@case("7", "a reset with an unknown code is a reset")
def _(c):
    c.get("/hold")
    c.send(RST_STREAM, 0, 1, struct.pack(">I", 0xabcdef))
    c.expect_alive()


# 8: messages


@case("8.1", "trailers reach the member")
def _(c):
    c.get("/trailers", method="POST", end=False)
    c.send(DATA, 0, 1, b"content")
    c.send(HEADERS, END_HEADERS | END_STREAM, 1, block([("x-sum", "abc")]))
    if "trailer x-sum: abc" not in c.expect_answer(1).text.lower():
        raise Failure(c.answers[1].text)


@case("8.1", "trailers reach the client")
def _(c):
    found = c.expect_answer(c.get("/chunks"))
    if found.trailers != {"x-sum": "abc"} or found.text != "onetwo":
        raise Failure(f"{found.trailers} {found.text}")


@case("8.1", "interim answers reach the client")
def _(c):
    found = c.expect_answer(c.get("/interim"))
    if [each[":status"] for each in found.interim] != ["103"] or found.interim[0].get("link") != "</a.css>":
        raise Failure(f"{found.interim}")


@case("8.1", "a second header block must end the stream")
def _(c):
    c.get("/hold", method="POST", end=False)
    c.send(HEADERS, END_HEADERS, 1, block([("x-sum", "abc")]))
    found = c.wait(lambda found: found.kind in (RST_STREAM, GOAWAY))
    if found.number != PROTOCOL_ERROR:
        raise Failure(f"{found}")


@case("8.1", "trailers without pseudo-fields")
def _(c):
    c.get("/hold", method="POST", end=False)
    c.send(HEADERS, END_HEADERS | END_STREAM, 1, block([(":path", "/"), ("x-sum", "abc")]))
    refused(c, 1)


@case("8.1", "after an early answer the client is told to stop without an error")
def _(c):
    c.get("/early", method="POST", end=False)
    c.expect_answer(1)
    c.expect_reset(1, NO_ERROR)


def refused(c, stream):
    """A malformed request (section 8.1.1): 400 or a reset; the connection goes on."""
    while True:
        answer = c.answers.setdefault(stream, Answer())
        if answer.status == 400 and answer.is_whole or answer.reset == PROTOCOL_ERROR:
            break
        if answer.status not in (None, 400) or answer.reset not in (None, PROTOCOL_ERROR, NO_ERROR):
            raise Failure(f"status {answer.status}, reset {answer.reset}")
        found = c.read()
        if found is None:
            raise Failure("the connection ended")
        c.fails(found)
    c.expect_alive()


@table("8.1.1", "a length that is not the content's", [
    ("longer", "10", b"12345"), ("shorter", "3", b"12345"), ("content where none is", "0", b"1"),
    ("none where there is some", "5", b"")])
def _(c, length, content):
    c.headers(1, get("/hold", ("content-length", length), method="POST"), end=False)
    c.send(DATA, END_STREAM, 1, content)
    c.next = 3
    refused(c, 1)


@case("8.1.1", "a length, and an end at once")
def _(c):
    c.headers(1, get("/", ("content-length", "5"), method="POST"))
    c.next = 3
    refused(c, 1)


@table("8.1.1", "a length that is no number", [("words", "ten"), ("signed", "+5"), ("negative", "-1"), ("empty", ""),
                                               ("two numbers", "5, 6"), ("beyond 64 bits", "99999999999999999999")])
def _(c, length):
    c.headers(1, get("/", ("content-length", length), method="POST"), end=False)
    c.next = 3
    refused(c, 1)


@case("8.1.1", "two lengths")
def _(c):
    c.headers(1, get("/", ("content-length", "5"), ("content-length", "6"), method="POST"), end=False)
    c.next = 3
    refused(c, 1)


def malformed(section, words, rows):
    """Requests that are refused, each on a connection that goes on."""
    @table(section, words, rows)
    def _(c, fields):
        c.headers(1, fields)
        c.next = 3
        refused(c, 1)


malformed("8.2.1", "a field's name", [
    (words, get("/", (name, "v"))) for words, name in (
        ("in upper case", "X-Upper"), ("empty", ""), ("with a blank", "x a"), ("with a tab", "x\ta"),
        ("with a colon", "x:a"), ("with NUL", "x\0a"), ("with LF", "x\na"), ("with CR", "x\ra"),
        ("with DEL", "x\x7fa"), ("beyond ASCII", "x\xe9"), ("with a bracket", "x[a]"), ("with a quote", 'x"'))])
malformed("8.2.1", "a field's value", [
    (words, get("/", ("x-a", value))) for words, value in (
        ("with NUL", "a\0b"), ("with LF", "a\nb"), ("with CR", "a\rb"), ("with CR LF", "a\r\nb: c"),
        ("with a blank before", " a"), ("with a tab before", "\ta"), ("with a blank behind", "a "),
        ("with a tab behind", "a\t"))])
malformed("8.2.2", "a field about the connection", [
    (name, get("/", (name, value))) for name, value in (
        ("connection", "close"), ("keep-alive", "timeout=5"), ("proxy-connection", "keep-alive"),
        ("transfer-encoding", "chunked"), ("upgrade", "websocket"), ("te", "gzip"), ("te", "trailers, gzip"))])


@case("8.2.2", "te: trailers")
def _(c):
    c.headers(1, get("/", ("te", "trailers")))
    c.expect_answer(1)


@case("8.2.3", "cookie crumbs are one field")
def _(c):
    c.headers(1, get("/", ("cookie", "a=1"), ("x-between", "x"), ("cookie", "b=2"), ("cookie", "c=3")))
    found = c.expect_answer(1).text.lower()
    if "cookie: a=1; b=2; c=3" not in found or found.count("cookie:") != 1:
        raise Failure(found)


base = dict(get())
malformed("8.3", "a pseudo-field", [
    ("unknown", get() + [(":unknown", "x")]), (":status", get() + [(":status", "200")]),
    ("behind a field", [(":method", "GET"), (":scheme", "http"), ("x-a", "b"), (":path", "/"), (":authority", "a")]),
    ("in upper case", [(":METHOD", "GET")] + get()[1:]),
    ("without a name", get() + [(":", "x")])] + [
    (f"{name} twice", get() + [(name, base[name])]) for name in base] + [
    (f"{name} twice in a row", get()[:index + 1] + get()[index:]) for index, name in enumerate(base)])
malformed("8.3.1", "a request without", [
    (name, [field for field in get() if field[0] != name]) for name in (":method", ":scheme", ":path")] + [
    ("authority and host", [field for field in get() if field[0] != ":authority"]),
    ("any pseudo-field", [("host", "a")])])
malformed("8.3.1", "a pseudo-field's value", [
    ("an empty path", get("")), ("a path without a slash", get("a/b")), ("a path with a blank", get("/a b")),
    ("a path with a fragment", get("/a#b")), ("a path with a control", get("/a\x01")), ("a star for GET", get("*")),
    ("an empty method", get(method="")), ("a method with a blank", get(method="GE T")),
    ("a whole request line as method", get(method="GET / HTTP/1.1\r\nHost: b\r\n\r\nGET")),
    ("an empty authority", get(authority="")), ("an authority with user information", get(authority="user@a")),
    ("an authority with a path", get(authority="a/b")), ("an authority with a blank", get(authority="a b")),
    ("an authority with two ports", get(authority="a:1:2")), ("a scheme with a blank", get(scheme="ht tp")),
    ("an empty scheme", get(scheme=""))])
malformed("8.3.1", "a host that", [
    ("is not the authority", get("/", ("host", "b"))), ("comes twice", get("/", ("host", "a"), ("host", "b"))),
    ("comes twice without authority",
     [field for field in get() if field[0] != ":authority"] + [("host", "a"), ("host", "b")])])


@case("8.3.1", "authority becomes the host")
def _(c):
    c.headers(1, get(authority="name.example:8443"))
    if "host: name.example:8443" not in c.expect_answer(1).text.lower():
        raise Failure(c.answers[1].text)


@case("8.3.1", "a host without authority")
def _(c):
    c.headers(1, [field for field in get() if field[0] != ":authority"] + [("host", "b")])
    if "host: b" not in c.expect_answer(1).text.lower():
        raise Failure(c.answers[1].text)


@case("8.3.1", "a host that is the authority is said once")
def _(c):
    c.headers(1, get("/", ("host", "a")))
    if c.expect_answer(1).text.lower().count("host: a") != 2:  # `Host`, `X-Forwarded-Host`
        raise Failure(c.answers[1].text)


@case("8.3.1", "OPTIONS *")
def _(c):
    c.headers(1, get("*", method="OPTIONS"))
    if not c.expect_answer(1).text.startswith("OPTIONS * "):
        raise Failure(c.answers[1].text)


@case("8.3.1", "method, path and query reach the member as they came")
def _(c):
    c.headers(1, get("/a%20b;c?d=e&f=%ff", method="DELETE"))
    if not c.expect_answer(1).text.startswith("DELETE /a%20b;c?d=e&f=%ff HTTP/1.1"):
        raise Failure(c.answers[1].text)


@case("8.3.2", "the answer has one pseudo-field, and it comes first")
def _(c):
    stream = c.get()
    found = c.wait(lambda found: found.kind == HEADERS and found.stream == stream)
    names = list(c.answers[stream].fields)
    if names[0] != ":status" or any(name.startswith(":") for name in names[1:]):
        raise Failure(f"{names}")
    if any(name != name.lower() for name in names):
        raise Failure(f"{names}")


@case("8.2.2", "the answer has no field about the connection")
def _(c):
    names = set(c.expect_answer(c.get("/chunks")).fields)
    if names & {"connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection"}:
        raise Failure(f"{names}")


@case("8.1", "an answer to HEAD has no content")
def _(c):
    c.headers(1, get("/big/1000", method="HEAD"))
    found = c.expect_answer(1)
    if found.content or found.fields.get("content-length") != "1000":
        raise Failure(f"{found.fields}")


@case("8.5", "CONNECT is not what this server is for")
def _(c):
    c.headers(1, [(":method", "CONNECT"), (":authority", "a:443")], end=False)
    while c.answers.setdefault(1, Answer()).status is None:
        c.read()
    if c.answers[1].status != 405:
        raise Failure(f"{c.answers[1].status}")


malformed("8.5", "CONNECT with", [
    ("a path", [(":method", "CONNECT"), (":authority", "a:443"), (":path", "/")]),
    ("a scheme", [(":method", "CONNECT"), (":authority", "a:443"), (":scheme", "http")]),
    ("no authority", [(":method", "CONNECT")])])
malformed("RFC 8441 4", "extended CONNECT with", [
    ("no scheme", [(":method", "CONNECT"), (":protocol", "websocket"), (":path", "/"), (":authority", "a")]),
    ("no path", [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":authority", "a")]),
    ("another method", get() + [(":protocol", "websocket")])])


@case("RFC 8441 3", "extended CONNECT is announced")
def _(c):
    c.read()
    if c.settings_from_peer.get(ENABLE_CONNECT_PROTOCOL) != 1:
        raise Failure(f"{c.settings_from_peer}")


@case("RFC 8441 4", "a protocol that is not known is refused with 501")
def _(c):
    c.headers(1, get("/", (":protocol", "connect-udp"), method="CONNECT")[:4] + [(":protocol", "connect-udp")], end=False)
    while c.answers.setdefault(1, Answer()).status is None:
        c.read()
    if c.answers[1].status != 501:
        raise Failure(f"{c.answers[1].status}")


@case("8.6", "a member's Upgrade is no business of an HTTP/2 client's")
def _(c):
    c.headers(1, get("/upgrade"))
    if "upgrade" in c.expect_answer(1).fields:
        raise Failure("upgrade")


@case("8.4", "the server pushes nothing", own_settings=settings((ENABLE_PUSH, 1)))
def _(c):
    c.expect_answer(c.get("/interim"))
    if any(found.kind == PUSH_PROMISE for found in c.frames):
        raise Failure("PUSH_PROMISE")


@case("RFC 9218 7.1", "PRIORITY_UPDATE is taken")
def _(c):
    stream = c.get("/hold")
    c.send(PRIORITY_UPDATE, 0, 0, struct.pack(">I", stream) + b"u=0, i")
    c.expect_alive()


@table("RFC 9218 10", "the more urgent answer goes first", [("said in the request", True), ("said later", False)])
def _(c, at_once):
    c.send(SETTINGS, 0, 0, settings((INITIAL_WINDOW_SIZE, 1 << 20)))
    # The connection's window is used up first, so that the next two answers wait for it.
    size = lambda stream: len(c.answers.setdefault(stream, Answer()).content)
    c.get("/big/100000")
    while size(1) < 65_535:
        c.read()
    streams = []
    for urgency in ("u=5", "u=1"):
        more = [("priority", urgency)] if at_once else []
        streams.append(c.get("/big/200000", *more))
        if not at_once:
            c.send(PRIORITY_UPDATE, 0, 0, struct.pack(">I", streams[-1]) + urgency.encode())
    while not all(c.answers.setdefault(stream, Answer()).status for stream in streams):
        c.read()
    c.send(RST_STREAM, 0, 1, struct.pack(">I", CANCEL))
    c.window(10_000)
    while not size(streams[0]) + size(streams[1]):
        c.read()
    c.send(PING, 0, 0, bytes(8))
    c.wait(lambda found: found.kind == PING)
    if size(streams[0]) or size(streams[1]) != 10_000:
        raise Failure(f"{size(streams[1])} bytes of the urgent one, {size(streams[0])} of the other")
    c.window(1 << 20)
    for stream in streams:
        if len(c.expect_answer(stream).content) != 200_000:
            raise Failure("not whole")


@table("RFC 9218 7.1", "PRIORITY_UPDATE that is malformed", [
    ("on a stream", 1, struct.pack(">I", 1) + b"u=1"), ("of stream 0", 0, struct.pack(">I", 0) + b"u=1")])
def _(c, stream, payload):
    c.get("/hold")
    c.send(PRIORITY_UPDATE, 0, stream, payload)
    c.expect_end(PROTOCOL_ERROR)


@case("RFC 9218 2.1", "old priorities are switched off")
def _(c):
    c.read()
    if c.settings_from_peer.get(9) != 1:
        raise Failure(f"{c.settings_from_peer}")


def run(name, body, how):
    client = Client(options.connect, **how)
    try:
        body(client)
        print(f"ok {name}")
    except (Failure, OSError, AttributeError, KeyError, hpack.HPACKError) as failure:
        print(f"failed {name}: {type(failure).__name__} {failure}")
    finally:
        client.close()


for section, words, body, how in cases:
    if options.only in f"{section} {words}":
        run(f"{section} {words}", body, how)
