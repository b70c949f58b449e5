"""Reads a coded event stream and prints every line the moment it can be read, as a browser would."""

import argparse

import h2.config
import h2.connection
import h2.events

from codings import DECODERS
from wire import Connection, Context

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
parser.add_argument("--accept", default="gzip")
parser.add_argument("--http2", action="store_true", help="with prior knowledge")
options = parser.parse_args()


def over_http1(connection):
    """Yields the head's fields, then pieces of content."""
    lines = ["GET /events HTTP/1.1", "Host: shop.example.com", f"Accept-Encoding: {options.accept}", "", ""]
    connection.socket.sendall("\r\n".join(lines).encode())
    head = connection.until(b"\r\n\r\n").decode("latin-1").lower()
    yield dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    while size := int(connection.until(b"\r\n").split(b";")[0], 16):
        yield connection.exactly(size + 2)[:-2]


def over_http2(connection):
    """The same."""
    state = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    state.initiate_connection()
    fields = [(":method", "GET"), (":scheme", "http"), (":path", "/events"), (":authority", "shop.example.com"),
              ("accept-encoding", options.accept)]
    state.send_headers(1, fields, end_stream=True)
    connection.socket.sendall(state.data_to_send())
    while True:
        for event in state.receive_data(connection.socket.recv(65536)):
            if isinstance(event, h2.events.ResponseReceived):
                yield dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                yield event.data
            elif isinstance(event, h2.events.StreamEnded):
                return
            elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
                raise SystemExit(f"ended: {event}")
        connection.socket.sendall(state.data_to_send())


connection = Connection(Context(options.connect, options.ca))
pieces = (over_http2 if options.http2 else over_http1)(connection)
coding = next(pieces).get("content-encoding", "")
print(f"head coding={coding}", flush=True)
decoder = DECODERS[coding]()
text = b""
for piece in pieces:
    text += decoder.decode(piece)
    *complete, text = text.split(b"\n")
    for line in complete:
        if line:
            print(line.decode(), flush=True)
print("end", flush=True)
