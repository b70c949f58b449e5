"""A member of FastCGI or AJP that does what the query of a request says: `record_member.py fcgi|ajp`.

Prints the port that it listens on, and `left` with the mode whenever it cannot say on what it says again and again.
`?mode` is one of those below; each connection is a thread of its own.
"""
import socket
import struct
import sys
import threading


def fcgi(kind, content=b"", padding=0):
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), padding, 0) + content + bytes(padding)


def ajp(body):
    return b"AB" + struct.pack(">H", len(body)) + body


def text(value):
    return struct.pack(">H", len(value)) + value + b"\0"


FCGI_END = fcgi(3, bytes(8))
FCGI_HEAD = b"Content-Type: text/plain\r\n\r\n"
AJP_HEAD = ajp(b"\x04" + struct.pack(">H", 200) + text(b"OK") + struct.pack(">H", 0))
AJP_END = ajp(b"\x05\x01")


def chunk(content):
    return ajp(b"\x03" + struct.pack(">H", len(content)) + content + b"\0")


# What is said, and what is said again and again behind that.
FCGI = {
    "fine": (fcgi(6, FCGI_HEAD + b"hello") + FCGI_END, b""),
    "padded": (fcgi(6, FCGI_HEAD + b"hello", 255) + fcgi(6, b"", 255) + fcgi(3, bytes(8), 255), b""),
    "cut": (struct.pack(">BBHHBB", 1, 6, 1, 65535, 0, 0) + FCGI_HEAD[:10], None),
    "cut-behind": (fcgi(6, FCGI_HEAD) + struct.pack(">BBHHBB", 1, 6, 1, 65535, 0, 0) + b"abc", None),
    "end-first": (FCGI_END, b""),
    "end-twice": (fcgi(6, FCGI_HEAD + b"hello") + FCGI_END + FCGI_END, b""),
    "behind-end": (fcgi(6, FCGI_HEAD + b"hello") + FCGI_END + fcgi(6, b"Status: 500\r\n\r\n"), b""),
    "other-id": (struct.pack(">BBHHBB", 1, 6, 2, 5, 0, 0) + b"hello", b""),
    "management": (struct.pack(">BBHHBB", 1, 10, 0, 0, 0, 0), b""),
    "version": (b"\x02" + fcgi(6, FCGI_HEAD)[1:], b""),
    "endless-line": (fcgi(6, b"X: "), fcgi(6, b"x" * 60000)),
    "endless-fields": (b"", fcgi(6, b"X: 1\r\n" * 10000)),
    "endless-errors": (b"", fcgi(7, b"e" * 60000)),
    "endless-empty": (b"", fcgi(6)),
    "zero": (fcgi(6, b"X: a\0b\r\n\r\n") + FCGI_END, b""),
    "return": (fcgi(6, b"X: a\rb\r\n\r\n") + FCGI_END, b""),
    "short": (fcgi(6, b"Content-Length: 10\r\n\r\nabc") + FCGI_END, b""),
    "beyond": (fcgi(6, b"Content-Length: 3\r\n\r\nabcdef") + FCGI_END, b""),
    "endless": (fcgi(6, FCGI_HEAD), fcgi(6, b"x" * 60000)),
}
AJP = {
    "fine": (AJP_HEAD + chunk(b"hello") + AJP_END, b""),
    "cut": (AJP_HEAD[:10], None),
    "cut-behind": (AJP_HEAD + chunk(b"x" * 5000)[:100], None),
    "end-first": (AJP_END, b""),
    "end-twice": (AJP_HEAD + chunk(b"hello") + AJP_END + AJP_END, b""),
    "behind-end": (AJP_HEAD + chunk(b"hello") + AJP_END + AJP_HEAD, b""),
    "head-twice": (AJP_HEAD + AJP_HEAD, b""),
    "magic": (b"\x12\x34" + AJP_HEAD[2:], b""),
    "too-large": (b"AB\xff\xff\x03", b""),
    "string": (ajp(b"\x04\x00\xc8\xff\xfe"), b""),
    "count": (ajp(b"\x04\x00\xc8" + text(b"OK") + b"\xff\xff" + text(b"a") * 2), b""),
    "code": (ajp(b"\x04\x00\xc8" + text(b"OK") + b"\0\x01\xa0\x0c" + text(b"a")), b""),
    "chunk-past": (AJP_HEAD + ajp(b"\x03\x40\x00abc\0"), b""),
    "endless-flushes": (AJP_HEAD, chunk(b"")),
    "endless-wishes": (b"", ajp(b"\x06\x1f\xfa")),
    "wish-of-none": (ajp(b"\x06\0\0"), b""),
    "pong": (ajp(b"\x09"), b""),
    "endless": (AJP_HEAD, chunk(b"x" * 8000)),
}


def serve(connection, modes):
    try:
        received = b""
        while True:
            piece = connection.recv(65536)
            if not piece:
                return
            received += piece
            # What a mode is called is followed by a byte that no name has.
            found = [name for name in modes if b"mode-%s." % name.encode() in received]
            if not found:
                continue
            received = b""
            first, again = modes[found[0]]
            connection.sendall(first)
            if again is None:
                return
            try:
                while again:
                    connection.sendall(again)
            except OSError:
                print("left", found[0], flush=True)
                return
    except OSError:
        pass
    finally:
        connection.close()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    modes = FCGI if sys.argv[1] == "fcgi" else AJP
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, modes), daemon=True).start()


main()
