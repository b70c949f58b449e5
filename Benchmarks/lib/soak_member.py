"""A member for soaks: answers GET with 1 KiB, POST with what came, and echoes WebSocket messages; ends on SIGTERM.

    soak_member.py PORT
"""

import base64
import hashlib
import signal
import socketserver
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = b"x" * 1024
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # An answer leaves at once or, where the member is ended, not at all.
    wbufsize = 64 * 1024

    def do_GET(self):
        if self.headers.get("Upgrade", "").lower() == "websocket":
            return self._echo()
        self._answer(CONTENT)

    def do_POST(self):
        if self.headers.get("Transfer-Encoding"):
            count = 0
            while size := int(self.rfile.readline(), 16):
                count += len(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
        else:
            count = len(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(str(count).encode())

    def log_message(self, *_):
        """Says nothing."""

    def _answer(self, content):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _echo(self):
        key = base64.b64encode(hashlib.sha1(self.headers["Sec-WebSocket-Key"].encode() + GUID).digest()).decode()
        self.send_response(101)
        for name, value in (("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Accept", key)):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        while len(start := self.rfile.read(2)) == 2:
            mask, payload = self.rfile.read(4), self.rfile.read(start[1] & 127)
            plain = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
            self.wfile.write(bytes([start[0], len(plain)]) + plain)
            self.wfile.flush()
            if start[0] & 15 == 8:
                return


class Member(ThreadingHTTPServer):
    """The listener."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024

    def handle_error(self, *_):
        """Clients may leave when they like."""

    def server_bind(self):
        # Without a look-up of the host's name.
        socketserver.TCPServer.server_bind(self)


def main():
    """Serves until it is told to end."""
    server = Member(("127.0.0.1", int(sys.argv[1])), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
