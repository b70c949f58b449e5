"""A syslog that writes each message that it gets as a line: a datagram, or over TCP what has its length in front
(RFC 6587, section 3.4.1).

    syslog.py unix PATH | udp | tcp

Says first where it is. With --held nothing is read until a line comes on standard input.
"""

import os
import socket
import sys
import threading

kind = sys.argv[1]
if kind == "unix":
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    if os.path.exists(sys.argv[2]):
        os.unlink(sys.argv[2])
    server.bind(sys.argv[2])
    print("at", sys.argv[2], flush=True)
else:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", 0))
    print("at", server.getsockname()[1], flush=True)
if kind == "udp":
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
if kind == "tcp":
    server.listen(16)
if "--held" in sys.argv:
    sys.stdin.readline()


def tell(message):
    sys.stdout.write(message.decode("utf-8").replace("\n", "<line feed>") + "\n")
    sys.stdout.flush()


def serve(connection):
    reader = connection.makefile("rb")
    while True:
        digits = b""
        while True:
            byte = reader.read(1)
            if byte == b"":
                return
            if byte == b" ":
                break
            if byte not in b"0123456789":
                tell(b"malformed length: " + digits + byte)
                return
            digits += byte
        length = int(digits)
        message = reader.read(length)
        if len(message) < length:
            return
        tell(message)


while True:
    if kind == "tcp":
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()
    else:
        tell(server.recv(1 << 20))
