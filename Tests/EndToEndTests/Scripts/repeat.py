"""Sends the same request on one keep-alive connection as often as told by numbers on standard input."""

import argparse
import sys

from wire import Connection, Context

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
parser.add_argument("--path", default="/")
parser.add_argument("--field", action="append", default=[])
parser.add_argument("--chunked", action="store_true", help="POST with chunked content")
options = parser.parse_args()

connection = Connection(Context(options.connect, options.ca))
fields = list(options.field)
body = b""
method = "GET"
if options.chunked:
    method = "POST"
    fields.append("Transfer-Encoding: chunked")
    body = b"400\r\n" + b"x" * 1024 + b"\r\n0\r\n\r\n"
lines = [f"{method} {options.path} HTTP/1.1", "Host: shop.example.com", *fields, "", ""]
message = "\r\n".join(lines).encode() + body

for line in sys.stdin:
    answered = 0
    for _ in range(int(line)):
        connection.socket.sendall(message)
        status, _, _ = connection.response()
        answered += status == 200
    print(f"answered {answered}", flush=True)
