"""A member that answers whatever it is asked and keeps its connections, at the address that it is given."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST = answer

    def log_message(self, *words):
        pass


server = ThreadingHTTPServer((sys.argv[1], 0), Handler)
print("listening", server.server_address[1])
server.serve_forever()
