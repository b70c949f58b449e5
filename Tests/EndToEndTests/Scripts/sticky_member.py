"""A member that counts in its session, as an application server with a jvmRoute.

usage: sticky_member.py PORT ROUTE; it says `listening` when it does. Head and content leave in two writes, so that the
second may come a while later.
"""

import http.server
import itertools
import sys

PORT, ROUTE = int(sys.argv[1]), sys.argv[2]
counts, numbers = {}, itertools.count(1)


class Member(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        cookies = dict(part.strip().partition("=")[::2] for part in self.headers.get("Cookie", "").split(";"))
        session = cookies.get("JSESSIONID")
        is_new = session not in counts
        if is_new:
            session = f"{next(numbers)}.{ROUTE}"
        counts[session] = counts.get(session, 0) + 1
        content = f"session={session} count={counts[session]}\n".encode()
        self.send_response(200)
        if is_new:
            self.send_header("Set-Cookie", f"JSESSIONID={session}; Path=/")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Member)
print("listening", flush=True)
server.serve_forever()
