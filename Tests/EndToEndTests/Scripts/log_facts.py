"""Sends exchanges of many kinds to one address, byte by byte as HTTP/1.1, and writes what it saw of each as a line of
JSON: its port, bytes sent and received, and bytes of content.

A target's number tells the exchanges of a kind apart.
"""

import argparse
import json
import socket

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--rounds", type=int, required=True)
options = parser.parse_args()
host, port = options.connect.rsplit(":", 1)

KINDS = [
    "plain", "chunked", "head", "none", "post", "postchunked", "gzip", "fixed", "old", "denied", "limit", "broken",
    "dies", "continue", "elsewhere", "malformed", "gone",
]


class Client:
    def __init__(self):
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        self.port = self.socket.getsockname()[1]
        self.buffer = b""
        self.received = 0

    def fill(self):
        piece = self.socket.recv(65536)
        self.buffer += piece
        self.received += len(piece)
        return piece != b""

    def take(self, count):
        while len(self.buffer) < count and self.fill():
            pass
        piece, self.buffer = self.buffer[:count], self.buffer[count:]
        return piece

    def head(self):
        while b"\r\n\r\n" not in self.buffer and self.fill():
            pass
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        return int(lines[0].split(" ")[1]) if len(lines[0].split(" ")) > 1 else 0, fields

    def answer(self, method):
        """The status, the bytes of content, and whether the connection stays."""
        status, fields = self.head()
        while 100 <= status < 200:
            status, fields = self.head()
        stays = fields.get("connection", "").lower() != "close"
        if method == "HEAD" or status in (204, 304):
            return status, 0, stays
        if fields.get("transfer-encoding", "").lower() == "chunked":
            total = 0
            while True:
                while b"\r\n" not in self.buffer and self.fill():
                    pass
                line, _, self.buffer = self.buffer.partition(b"\r\n")
                size = int(line, 16)
                total += len(self.take(size))
                self.take(2)
                if size == 0:
                    return status, total, stays
        length = int(fields.get("content-length", "0"))
        content = len(self.take(length))
        return status, content, stays and content == length


def request(kind, number):
    """The request's bytes, its method, and the bytes of its content."""
    target, site, fields, content = f"/{kind}?n={number}", "shop.example.com", "", b""
    method = "HEAD" if kind == "head" else "GET"
    if kind in ("post", "postchunked", "limit", "continue"):
        method = "POST"
    if kind == "elsewhere":
        site = "elsewhere.example.org"
    if kind == "gzip":
        fields = "Accept-Encoding: gzip\r\n"
    if kind == "malformed":
        return f"GET {target} HTTP/1.1\r\nHost : {site}\r\n\r\n".encode(), method, 0
    if kind == "postchunked":
        fields = "Transfer-Encoding: chunked\r\n"
        content = b"".join(b"%x\r\n%s\r\n" % (size, b"c" * size) for size in (1, 300, 5000)) + b"0\r\n\r\n"
    elif method == "POST":
        content = b"p" * (3000 + number)
        fields = f"Content-Length: {len(content)}\r\n"
        if kind == "continue":
            fields += "Expect: 100-continue\r\n"
    text = f"{method} {target} HTTP/1.1\r\nHost: {site}\r\n{fields}\r\n".encode()
    return text + content, method, 5301 if kind == "postchunked" else len(content)


client = None
for number in range(options.rounds):
    for kind in KINDS:
        if client is None or kind in ("malformed", "gone"):
            client = Client()
        client.received = len(client.buffer)
        data, method, length = request(kind, number)
        seen = {"kind": kind, "target": f"/{kind}?n={number}", "port": client.port, "sent": len(data), "length": length}
        client.socket.sendall(data)
        if kind == "gone":
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.socket.close()
            status, content, stays = 0, 0, False
        else:
            status, content, stays = client.answer(method)
        if not stays and kind != "gone":
            while client.fill():
                pass
            client.socket.close()
        seen.update(status=status, received=client.received, content=content)
        if not stays:
            client = None
        print(json.dumps(seen), flush=True)
print("done", flush=True)
