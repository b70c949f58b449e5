"""A member with thousands of WebSockets: echoes frames without a library between.

Prints its port first. A text `/half` is answered with half a frame. For each connection that has ended, the file that
is named holds a line: the handshake's path, the code of a close frame or `-`, and how many bytes of a frame were left
over. Commands on standard input: `count` says how many connections are open and how many ended with which code.
"""

import argparse
import asyncio
import base64
import collections
import hashlib
import resource
import struct
import sys

from websocket import CLOSE, frame, mask

parser = argparse.ArgumentParser()
parser.add_argument("--ends", help="where the lines of ended connections go")
options = parser.parse_args()
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
opened = set()
ends = collections.Counter()


class Tunnel(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.buffer = b""
        self.path = None
        self.code = "-"

    def data_received(self, data):
        self.buffer += data
        if self.path is None and not self.handshake():
            return
        while self.take_frame():
            pass

    def handshake(self):
        head, blank, rest = self.buffer.partition(b"\r\n\r\n")
        if not blank:
            return False
        first, *lines = head.decode().split("\r\n")
        fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        key = fields["sec-websocket-key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accepted = base64.b64encode(hashlib.sha1(key).digest()).decode()
        self.transport.write(
            f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accepted}\r\n\r\n".encode())
        self.path, self.buffer = first.split(" ")[1], rest
        opened.add(self)
        return True

    def take_frame(self):
        """Handles a frame of at most 125 bytes, if it is whole."""
        if len(self.buffer) < 6 or len(self.buffer) < 6 + (self.buffer[1] & 0x7F):
            return False
        assert self.buffer[1] & 0x80, "not masked"
        size = self.buffer[1] & 0x7F
        opcode, key, coded = self.buffer[0] & 0x0F, self.buffer[2:6], self.buffer[6:6 + size]
        self.buffer = self.buffer[6 + size:]
        payload = mask(coded, key) if size else b""
        if opcode == CLOSE:
            self.code = struct.unpack(">H", payload[:2])[0] if payload else "none"
            self.transport.write(frame(CLOSE, payload, masked=False))
            self.transport.close()
            return False
        if payload == b"/half":
            self.transport.write(frame(opcode, b"1234567890", masked=False)[:5])
        else:
            self.transport.write(frame(opcode, payload, masked=False))
        return True

    def connection_lost(self, error):
        if self.path is None:
            return
        opened.discard(self)
        ends[str(self.code)] += 1
        if options.ends:
            with open(options.ends, "a") as file:
                print(self.path, self.code, len(self.buffer), file=file)


def obey():
    if not sys.stdin.readline():
        sys.exit()
    print("count", len(opened), *(f"{code}:{count}" for code, count in sorted(ends.items())), flush=True)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Tunnel, "127.0.0.1", 0, backlog=4096)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    loop.add_reader(sys.stdin, obey)
    await asyncio.Future()


asyncio.run(main())
