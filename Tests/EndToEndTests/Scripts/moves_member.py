"""A member of a site that is moved: what it does says the last segment of the path, and everything else it echoes.

Takes its name, and prints its port. An echo has the type `application/x-told`: the request line, the fields in the
order of their names, and behind an empty line the content.
"""

import base64
import hashlib
import http.server
import socketserver
import sys
import threading

NAME = sys.argv[1]
PAGE = b"<!DOCTYPE html><title>Page</title>" + b"<p>A line that can be compressed.</p>\n" * 100
released = threading.Event()


class Member(http.server.BaseHTTPRequestHandler):
    """Answers by the last segment."""

    protocol_version = "HTTP/1.1"
    server_version = "Member"
    sys_version = ""
    disable_nagle_algorithm = True

    def answer(self, status, content=b"", *fields, kind="text/plain"):
        self.send_response(status)
        if status not in (204, 304):
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        for field in fields:
            self.send_header(*field)
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(content)

    def content(self):
        """The request's content."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        content = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return content

    def chunk(self, text):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(text), text))

    def do(self):
        content = self.content()
        word = self.path.split("?")[0].split(";")[0].rsplit("/", 1)[-1].rsplit(".", 1)[0]
        known = getattr(self, "do_" + word.replace("-", "_"), None) if word.islower() else None
        if word.startswith("fail-"):
            self.answer(int(word[5:]), b"the application's own words\n")
        elif known:
            known(content)
        else:
            told = sorted(f"{name.title()}: {value}" for name, value in self.headers.items())
            lines = [f"{self.command} {self.path} {self.request_version}", *told, "", content.decode("latin-1")]
            self.answer(200, "\n".join(lines).encode("latin-1"), kind="application/x-told")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_PROPFIND = do

    def do_name(self, _):
        self.answer(200, NAME.encode(), ("X-Powered-By", "Servlet"))

    def do_login(self, _):
        session = ("Set-Cookie", f"JSESSIONID=abc.{NAME}; Path=/app; HttpOnly")
        self.answer(200, b"welcome", session, ("Set-Cookie", "theme=dark; Path=/app"))

    def do_logout(self, _):
        self.answer(200, b"bye", ("Set-Cookie", "JSESSIONID=; Path=/app; Max-Age=0"))

    def do_foreign(self, _):
        self.answer(200, b"ok", ("Set-Cookie", "a=1; Domain=app.internal; Path=/inner"), ("Set-Cookie", "b=2; Path=/"))

    def do_moved(self, _):
        self.answer(302, b"", ("Location", f"http://{self.headers['Host']}/app/there?x=1"))

    def do_inside(self, _):
        self.answer(303, b"", ("Location", "/inner/there"))

    def do_elsewhere(self, _):
        self.answer(302, b"", ("Location", "https://pay.example.net/checkout"))

    def do_page(self, _):
        fields = [
            ("ETag", '"page-1"'), ("Last-Modified", "Mon, 02 Nov 2026 10:00:00 GMT"), ("X-Powered-By", "Servlet"),
            ("Cache-Control", "max-age=60"),
        ]
        if self.headers.get("If-None-Match") == '"page-1"':
            self.answer(304, b"", *fields)
        elif self.headers.get("Range") == "bytes=0-9":
            self.answer(206, PAGE[:10], ("Content-Range", f"bytes 0-9/{len(PAGE)}"), *fields, kind="text/html")
        else:
            self.answer(200, PAGE, *fields, kind="text/html")

    def do_logo(self, _):
        self.answer(200, bytes(range(256)) * 8, ("ETag", '"logo-1"'), kind="image/png")

    def do_chunks(self, _):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if self.command != "HEAD":
            for text in [b"one ", b"two ", b"three", b""]:
                self.chunk(text)

    def do_nothing(self, _):
        self.answer(204)

    def do_upload(self, content):
        self.answer(201, f"{len(content)} bytes, {hashlib.sha256(content).hexdigest()[:16]}".encode())

    def do_go(self, _):
        released.set()
        self.answer(204)

    def do_events(self, _):
        """An event, and the other ones once the first one has been seen."""
        released.clear()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.chunk(b"data: one\n\n")
        released.wait(10)
        self.chunk(b"data: two\n\n")
        self.chunk(b"")

    def do_chat(self, _):
        """Echoes frames of a WebSocket until it is closed."""
        key = self.headers.get("Sec-WebSocket-Key")
        if self.headers.get("Upgrade", "").lower() != "websocket" or not key:
            return self.answer(426, b"a WebSocket is needed\n")
        digest = hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
        self.end_headers()
        self.close_connection = True
        while head := self.rfile.read(2):
            mask = self.rfile.read(4)
            text = bytes(byte ^ mask[index % 4] for index, byte in enumerate(self.rfile.read(head[1] & 127)))
            self.wfile.write(bytes([head[0], len(text)]) + text)
            if head[0] & 15 == 8:
                break

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Member)
print("port", server.server_port, flush=True)
server.serve_forever()
