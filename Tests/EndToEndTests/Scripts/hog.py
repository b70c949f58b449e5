"""Keeps a balancer as busy as one connection can, and never ends; or plays the member that keeps up with it.

`member` prints its port; a hostile client prints `busy` when a first megabyte has passed, or what stands for it.
"""

import argparse
import base64
import hashlib
import os
import socket
import threading

MEGABYTE = 1 << 20

parser = argparse.ArgumentParser()
parser.add_argument("--connect")
parser.add_argument("kind")
options = parser.parse_args()


def read_head(connection):
    """The head of a message, with what came behind it left out."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(1 << 16)
        if not more:
            raise ConnectionResetError
        head += more
    return head[:head.index(b"\r\n\r\n")]


def discard(connection, tell=lambda: None):
    """Reads all that comes."""
    room = bytearray(MEGABYTE)
    count = 0
    while more := connection.recv_into(room):
        if count < MEGABYTE <= count + more:
            tell()
        count += more


def pour(connection, piece, tell=lambda: None):
    """Sends a piece again and again."""
    block = piece * max(1, MEGABYTE // len(piece))
    connection.sendall(block)
    tell()
    while True:
        connection.sendall(block)


def fields(head):
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def serve(connection):
    """Answers one request after the other; some of them without an end."""
    try:
        while True:
            head = read_head(connection)
            target = head.split(b" ")[1]
            if target == b"/download":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1000000000000\r\n\r\n")
                pour(connection, bytes(1 << 16))
            elif target == b"/upload":
                discard(connection)
            elif target == b"/tunnel":
                key = fields(head)["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
                accept = base64.b64encode(hashlib.sha1(key.encode()).digest())
                connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                   b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
                threading.Thread(target=quietly(discard), args=(connection,), daemon=True).start()
                pour(connection, b"\x82\x7e\xff\xff" + bytes(0xffff))
            else:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    except OSError:
        connection.close()


def quietly(body):
    """What ends without a word when its connection does."""
    def run(*arguments):
        try:
            body(*arguments)
        except OSError:
            pass
    return run


def member():
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print("port", listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def request(method, target, *more):
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: a", *more, "", ""]).encode()


def connect():
    host, _, port = options.connect.rpartition(":")
    return socket.create_connection((host, int(port)))


def busy():
    print("busy", flush=True)


def both_ways(connection, piece):
    """Sends without an end and reads what is answered."""
    threading.Thread(target=quietly(discard), args=(connection,), daemon=True).start()
    pour(connection, piece, busy)


def pipelined(target, method="GET"):
    both_ways(connect(), request(method, target))


def upload():
    connection = connect()
    connection.sendall(request("POST", "/upload", "Content-Length: 1000000000000"))
    pour(connection, bytes(1 << 16), busy)


def download():
    connection = connect()
    connection.sendall(request("GET", "/download"))
    discard(connection, busy)


def tunnel():
    connection = connect()
    connection.sendall(request(
        "GET", "/tunnel", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()))
    read_head(connection)
    both_ways(connection, b"\x82\xfe\xff\xff" + bytes(4) + bytes(0xffff))


KINDS = {
    "member": member,
    "pipelined 405": lambda: pipelined("/", "TRACE"),
    "pipelined 404": lambda: pipelined("/nowhere"),
    "upload": upload,
    "download": download,
    "tunnel": tunnel,
}

quietly(KINDS[options.kind])()
