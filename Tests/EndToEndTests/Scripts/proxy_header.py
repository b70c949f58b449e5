"""Puts a PROXY header before TLS, in the packet of the ClientHello or cut anywhere from it, and asks for something.

    proxy_header.py PORT AUTHORITY HEADER

HEADER is in hexadecimal. Writes a line for each offset at which header and ClientHello are cut: it, and the content of
the answer.
"""

import socket
import ssl
import sys

REQUEST = b"GET / HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n"


class Client:
    def __init__(self, port, context):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="shop.example.com")

    def begin(self, header, offset):
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        data = header + self.outgoing.read()
        for piece in (data[:offset], data[offset:]):
            if piece:
                self.socket.sendall(piece)

    def until_done(self, step):
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self.flush()
                data = self.socket.recv(65536)
                if data:
                    self.incoming.write(data)
                else:
                    self.incoming.write_eof()

    def flush(self):
        data = self.outgoing.read()
        if data:
            self.socket.sendall(data)

    def ask(self):
        self.until_done(self.tls.do_handshake)
        self.tls.write(REQUEST)
        self.flush()
        answer = b""
        while True:
            try:
                data = self.until_done(lambda: self.tls.read(65536))
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                data = b""
            if not data:
                return answer.split(b"\r\n\r\n", 1)[1].decode()
            answer += data


def main():
    port, authority, header = int(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3])
    context = ssl.create_default_context(cafile=authority)
    for offset in range(len(header) + 8):
        client = Client(port, context)
        with client.socket:
            client.begin(header, offset)
            print(offset, client.ask())


main()
