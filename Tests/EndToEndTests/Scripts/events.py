"""Reads a gzipped event stream and prints every line the moment it can be read, as a browser would."""

import argparse
import zlib

from wire import Connection, Context

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
options = parser.parse_args()

connection = Connection(Context(options.connect, options.ca))
lines = ["GET /events HTTP/1.1", "Host: shop.example.com", "Accept-Encoding: gzip", "", ""]
connection.socket.sendall("\r\n".join(lines).encode())
head = connection.until(b"\r\n\r\n").decode("latin-1").lower()
gzipped = "content-encoding: gzip" in head
chunked = "transfer-encoding: chunked" in head
print(f"head gzipped={gzipped} chunked={chunked}", flush=True)
decoder = zlib.decompressobj(31)
text = b""
while chunked:
    size = int(connection.until(b"\r\n").split(b";")[0], 16)
    if size == 0:
        break
    bytes_of_chunk = connection.exactly(size + 2)[:-2]
    text += decoder.decompress(bytes_of_chunk) if gzipped else bytes_of_chunk
    *complete, text = text.split(b"\n")
    for line in complete:
        if line:
            print(line.decode(), flush=True)
print("end", flush=True)
