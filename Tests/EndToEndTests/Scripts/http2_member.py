"""A member that speaks HTTP/2 in cleartext, frame by frame, and does what the paths of requests ask for.

Prints `listening PORT`, then a line for each thing that happens: `connection N`, `request N METHOD PATH`,
`reset N CODE`, `end N`, `sent BYTES`. What a path asks for:

/echo          the request's fields and content as text, and its trailers as trailers
/big/N         N bytes, as the window allows; says how many were sent when nothing more may be
/refuse/K      REFUSED_STREAM for the first K streams with this path, then 200
/goaway/K      waits for K requests, then takes the first only: GOAWAY
/reset/CODE    RST_STREAM
/length        fewer bytes than Content-Length says
/long          more bytes than Content-Length says
/badfield      a field with a line feed in its value
/noStatus      a head without :status
/upper         a name in upper case
/connection    a field of HTTP/1.1's connections
/huge          a head of 100 KB
/trailers      a pseudo-field among trailers
/interim       103, then 200
/interims      103 for ever
/early         an answer before the request's content
/close         the end of the connection, without an answer
/half          half of an answer, then the end of the connection
/cut           half of an answer, then RST_STREAM
/whole         an answer of its declared length, then RST_STREAM in place of its end
/wholly        the same before the request's content
/hold          nothing
/call          300 bytes at once, and 4 when the request has ended with content
/empty         200 in one frame, without content
"""

import argparse
import socket
import sys
import threading

from http2 import *

parser = argparse.ArgumentParser()
parser.add_argument("--streams", type=int, default=100, help="MAX_CONCURRENT_STREAMS")
parser.add_argument("--speaks", default="h2c", choices=["h2c", "http/1.1", "nothing"])
parser.add_argument("--websockets", action="store_true", help="takes extended CONNECT")
parser.add_argument("--late", action="store_true", help="tells its settings when a line is written to it")
options = parser.parse_args()

lock = threading.Lock()
refused = {}


def say(*words):
    with lock:
        print(*words, flush=True)


class Stream:
    def __init__(self, fields):
        self.fields = dict(fields)
        self.list = fields
        self.content = b""
        self.trailers = []
        self.window = 65535
        self.is_tunnel = False


class Connection(Receiver):
    def __init__(self, number, connected):
        super().__init__(connected)
        self.number = number
        self.decoder = hpack.Decoder(max_header_list_size=1 << 20)
        self.streams = {}
        self.window = 65535
        self.initial = 65535
        self.pending = {}
        self.held = []

    def send(self, kind, flags, stream, payload=b""):
        self.socket.sendall(frame(kind, flags, stream, payload))

    def run(self):
        say("connection", self.number)
        try:
            if options.speaks == "nothing":
                while self.socket.recv(1 << 16):
                    pass
                return
            if options.speaks == "http/1.1":
                self.socket.recv(1 << 16)
                self.socket.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            if options.late:
                sys.stdin.readline()
            pairs = [(MAX_CONCURRENT_STREAMS, options.streams)]
            if options.websockets:
                pairs.append((ENABLE_CONNECT_PROTOCOL, 1))
            self.send(SETTINGS, 0, 0, settings(*pairs))
            if self.take(len(PREFACE)) != PREFACE:
                say("no preface", self.number)
                return
            while self.step():
                pass
        except OSError:
            pass
        finally:
            say("end", self.number)
            self.socket.close()

    def step(self):
        kind, flags, stream, payload = self.take_frame()
        if kind == SETTINGS and not flags & ACK:
            for offset in range(0, len(payload), 6):
                key, value = struct.unpack(">HI", payload[offset:offset + 6])
                if key == INITIAL_WINDOW_SIZE:
                    self.initial = value
                if key == ENABLE_PUSH:
                    say("push", value)
            self.send(SETTINGS, ACK, 0)
        elif kind == PING and not flags & ACK:
            self.send(PING, ACK, 0, payload)
        elif kind == WINDOW_UPDATE:
            increment = struct.unpack(">I", payload)[0]
            if stream:
                if stream in self.streams:
                    self.streams[stream].window += increment
            else:
                self.window += increment
            for waiting in list(self.pending):
                self.pour(waiting)
        elif kind == RST_STREAM:
            self.pending.pop(stream, None)
            self.streams.pop(stream, None)
            say("reset", self.number, struct.unpack(">I", payload)[0])
        elif kind == GOAWAY:
            say("goaway", struct.unpack(">I", payload[4:8])[0])
        elif kind == HEADERS:
            return self.on_headers(stream, flags, payload)
        elif kind == DATA:
            return self.on_data(stream, flags, payload)
        return True

    def on_headers(self, stream, flags, payload):
        while not flags & END_HEADERS:
            head = self.take(9)
            payload += self.take(int.from_bytes(head[:3], "big"))
            flags |= head[4] & END_HEADERS
        fields = [(bytes(name).decode(), bytes(value).decode("latin-1"))
                  for name, value in self.decoder.decode(payload, raw=True)]
        if stream in self.streams:
            self.streams[stream].trailers = fields
            return self.respond(stream)
        found = self.streams[stream] = Stream(fields)
        found.window = self.initial
        say("request", self.number, found.fields[":method"], found.fields[":path"])
        if found.fields[":method"] == "CONNECT":
            found.is_tunnel = True
            self.headers(stream, [(":status", "200"), ("sec-websocket-protocol", "chat")], end=False)
            return True
        if found.fields[":path"].startswith(("/early", "/hold", "/reset", "/close", "/call", "/wholly")):
            return self.respond(stream)
        return self.respond(stream) if flags & END_STREAM else True

    def on_data(self, stream, flags, payload):
        if payload:
            self.send(WINDOW_UPDATE, 0, 0, struct.pack(">I", len(payload)))
        found = self.streams.get(stream)
        if found is None:
            return True
        if payload and not flags & END_STREAM:
            self.send(WINDOW_UPDATE, 0, stream, struct.pack(">I", len(payload)))
        if found.is_tunnel:
            self.send(DATA, flags & END_STREAM, stream, payload)
            return True
        found.content += payload
        return self.respond(stream) if flags & END_STREAM else True

    def headers(self, stream, fields, end=True):
        content = block(fields)
        first, rest = content[:16000], content[16000:]
        self.send(HEADERS, (END_STREAM if end else 0) | (0 if rest else END_HEADERS), stream, first)
        while rest:
            first, rest = rest[:16000], rest[16000:]
            self.send(CONTINUATION, 0 if rest else END_HEADERS, stream, first)

    def answer(self, stream, content, *more):
        self.headers(stream, [(":status", "200"), *more], end=False)
        self.send(DATA, END_STREAM, stream, content)

    def pour(self, stream):
        """Sends what the windows allow of a large answer."""
        left = self.pending[stream]
        sent = 0
        while left > 0:
            size = min(left, 16384, self.window, self.streams[stream].window)
            if size <= 0:
                break
            left -= size
            sent += size
            self.window -= size
            self.streams[stream].window -= size
            self.send(DATA, 0 if left else END_STREAM, stream, b"b" * size)
        if left:
            self.pending[stream] = left
        else:
            del self.pending[stream]
        say("sent", sent, "left", left)

    def respond(self, stream):
        found = self.streams[stream]
        path = found.fields[":path"]
        verb, _, argument = path[1:].partition("?")[0].partition("/")
        ok = [(":status", "200")]
        if verb == "echo":
            text = "".join(f"{name}: {value}\n" for name, value in found.list) + "\n" + found.content.decode("latin-1")
            self.headers(stream, ok + [("content-type", "text/plain")], end=False)
            self.send(DATA, 0 if found.trailers else END_STREAM, stream, text.encode("latin-1")[:16384])
            if found.trailers:
                self.headers(stream, found.trailers)
        elif verb == "big":
            self.headers(stream, ok, end=False)
            self.pending[stream] = int(argument)
            self.pour(stream)
        elif verb == "refuse":
            with lock:
                count = refused[path] = refused.get(path, 0) + 1
            if count <= int(argument):
                self.send(RST_STREAM, 0, stream, struct.pack(">I", REFUSED_STREAM))
            else:
                self.answer(stream, b"taken")
        elif verb == "goaway":
            self.held.append(stream)
            with lock:
                is_first = not refused.get("goaway")
                if is_first and len(self.held) == int(argument):
                    refused["goaway"] = True
            if not is_first:
                self.answer(stream, b"again")
            elif len(self.held) == int(argument):
                self.send(GOAWAY, 0, 0, struct.pack(">II", self.held[0], NO_ERROR))
                self.answer(self.held[0], b"first")
        elif verb == "reset":
            self.send(RST_STREAM, 0, stream, struct.pack(">I", int(argument)))
        elif verb == "length":
            self.answer(stream, b"abc", ("content-length", "5"))
        elif verb == "long":
            self.answer(stream, b"abcdefg", ("content-length", "5"))
        elif verb == "badfield":
            self.answer(stream, b"x", ("x-bad", "a\nb"))
        elif verb == "noStatus":
            self.headers(stream, [("content-type", "text/plain")])
        elif verb == "upper":
            self.answer(stream, b"x", ("X-Upper", "a"))
        elif verb == "connection":
            self.answer(stream, b"x", ("connection", "close"))
        elif verb == "huge":
            self.answer(stream, b"x", *((f"x-{number}", "y" * 10000) for number in range(10)))
        elif verb == "trailers":
            self.headers(stream, ok, end=False)
            self.send(DATA, 0, stream, b"x")
            self.headers(stream, [(":status", "200")])
        elif verb == "interim":
            self.headers(stream, [(":status", "103"), ("link", "</a.css>")], end=False)
            self.answer(stream, b"x")
        elif verb == "interims":
            for _ in range(10000):
                self.headers(stream, [(":status", "103")], end=False)
        elif verb == "early":
            self.answer(stream, b"early")
        elif verb == "call" and not found.content:
            self.headers(stream, ok, end=False)
            self.send(DATA, 0, stream, b"m" * 300)
        elif verb == "call":
            self.send(DATA, END_STREAM, stream, b"done")
        elif verb == "close":
            return False
        elif verb == "half":
            self.headers(stream, ok + [("content-length", "10")], end=False)
            self.send(DATA, 0, stream, b"half")
            return False
        elif verb in ("cut", "whole", "wholly"):
            self.headers(stream, ok + [("content-length", "10" if verb == "cut" else "4")], end=False)
            self.send(DATA, 0, stream, b"half")
            self.send(RST_STREAM, 0, stream, struct.pack(">I", 2))
        elif verb == "empty":
            self.headers(stream, ok + [("grpc-status", "5")])
        elif verb != "hold":
            self.answer(stream, b"ok")
        return True


listening = socket.create_server(("127.0.0.1", 0))
say("listening", listening.getsockname()[1])
count = 0
while True:
    connected, _ = listening.accept()
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=Connection(count, connected).run, daemon=True).start()
    count += 1
