"""Thousands of WebSockets, over HTTP/1.1 and over streams of HTTP/2.

Commands on standard input: `echo WORD` sends a message through each and reads it back, `closes` waits until each has
been closed with 1001.
"""

import argparse
import resource
import struct
import sys
import threading

from websocket import CLOSE, TEXT, Connection, OverHTTP1, OverHTTP2

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca", required=True)
parser.add_argument("--http1", type=int, required=True, help="WebSockets with a connection of their own")
parser.add_argument("--http2", type=int, required=True, help="connections with 100 WebSockets each")
options = parser.parse_args()

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
sockets = []


def open_some(count):
    for _ in range(count):
        sockets.append(OverHTTP1(options.connect, options.ca, "/tunnel"))


def for_each(sockets, do):
    """How many of them it works for; what goes wrong is said."""
    count = 0
    for socket in sockets:
        try:
            do(socket)
            count += 1
        except Exception as error:
            print(f"failed {type(socket).__name__} {type(error).__name__}: {error}", flush=True)
    return count


def hear_the_end(socket):
    socket.expect_close(1001)
    try:
        socket.send(CLOSE, struct.pack(">H", 1001))
    except Exception:
        # Nobody listens any more.
        pass
    socket.expect_end()


threads = [threading.Thread(target=open_some, args=(options.http1 // 4,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for _ in range(options.http2):
    connection = Connection(options.connect, options.ca)
    sockets += [OverHTTP2(connection, "/tunnel") for _ in range(100)]
print(f"opened {len(sockets)}", flush=True)

for line in sys.stdin:
    words = line.split()
    if words[0] == "echo":
        word = words[1].encode()
        for_each(sockets, lambda socket: socket.send(TEXT, word))
        print(f"echoed {for_each(sockets, lambda socket: socket.expect(TEXT, word))}", flush=True)
    elif words[0] == "closes":
        print(f"closed {for_each(sockets, hear_the_end)}", flush=True)
