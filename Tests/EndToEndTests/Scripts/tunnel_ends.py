"""Tunnels that stand at the border of frames and within them, and how each ends.

Prints `open` and, once all have ended, a line for each: the code of a close frame, or how the tunnel ended without one.
"""

import argparse
import struct

from websocket import CLOSE, TEXT, Connection, Ended, OverHTTP1, OverHTTP2, frame

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
parser.add_argument("--over", choices=["http1", "http2"], required=True)
options = parser.parse_args()


def begin(path):
    if options.over == "http2":
        # A connection of its own, so that what one suffers does not end another.
        return OverHTTP2(Connection(options.connect, options.ca), path)
    return OverHTTP1(options.connect, options.ca, path)


def end(socket):
    """How the tunnel ends."""
    try:
        flags, opcode, payload = socket.receive()
        if opcode != CLOSE:
            return f"opcode {opcode}"
        socket.expect_end()
        return struct.unpack(">H", payload)[0]
    except Ended:
        return "cut"


sockets = {}
for name in ("border", "client", "member"):
    sockets[name] = begin(f"/{name}")
    sockets[name].send(TEXT, b"echo")
    sockets[name].expect(TEXT, b"echo")
# Half a frame of the client's, behind a whole one whose echo shows that it has passed.
sockets["client"].write(frame(TEXT, b"passed") + frame(TEXT, b"half of this")[:9])
sockets["client"].expect(TEXT, b"passed")
sockets["member"].send(TEXT, b"/half")
while not sockets["member"].buffer:
    sockets["member"].fill()
print("open", flush=True)
for name, socket in sockets.items():
    print(name, end(socket), flush=True)
