"""A member that speaks HTTP/2 in cleartext and, when a line is written to it, pours out frames that mean nothing.

Prints `listening PORT`, `asked PATH` for each request, and `pouring` when the first of them are on their way: frames of
an unknown type and, after each 99 of them, a PING. `/hold` is not answered. A request for `/after` is told with the
number of PINGs whose acknowledgements came before it, and with how many there are in all: `after N of M`.
"""

import socket
import sys
import threading

from http2 import *

ROUNDS = 1_000
PIECE = frame(0x55, 0, 0) * 99 + frame(PING, 0, 0, bytes(8))

lock = threading.Lock()


class Connection(Receiver):
    def __init__(self, connected):
        super().__init__(connected)
        self.decoder = hpack.Decoder()
        self.acknowledged = 0

    def send(self, data):
        with lock:
            self.socket.sendall(data)

    def pour(self):
        sys.stdin.readline()
        try:
            for number in range(ROUNDS):
                self.send(PIECE)
                if number == 20:
                    print("pouring", flush=True)
        except OSError:
            pass

    def run(self):
        self.send(frame(SETTINGS, 0, 0))
        self.take(len(PREFACE))
        threading.Thread(target=self.pour, daemon=True).start()
        while True:
            kind, flags, stream, payload = self.take_frame()
            if kind == SETTINGS and not flags & ACK:
                self.send(frame(SETTINGS, ACK, 0))
            elif kind == PING and flags & ACK:
                self.acknowledged += 1
            elif kind == HEADERS:
                self.on_request(stream, payload)

    def on_request(self, stream, payload):
        path = dict(self.decoder.decode(payload))[":path"]
        print("asked", path, flush=True)
        if path == "/after":
            print("after", self.acknowledged, "of", ROUNDS, flush=True)
        if path != "/hold":
            answer = frame(HEADERS, END_HEADERS, stream, block([(":status", "200")]))
            self.send(answer + frame(DATA, END_STREAM, stream, b"after"))


listening = socket.create_server(("127.0.0.1", 0))
print("listening", listening.getsockname()[1], flush=True)
connected, _ = listening.accept()
connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
try:
    Connection(connected).run()
except OSError:
    pass
