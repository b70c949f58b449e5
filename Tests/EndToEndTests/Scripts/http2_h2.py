"""The h2 library as the client of an edge: one line for each case that went well."""

import argparse
import gzip as codec
import select
import socket
import ssl

import h2.config
import h2.connection
import h2.errors
import h2.events

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca", required=True)
parser.add_argument("--pattern", required=True)
options = parser.parse_args()
pattern = open(options.pattern, "rb").read()
host, port = options.connect.split(":")


class Stream:
    def __init__(self, content):
        self.left = None if content is None else memoryview(content)
        self.content = bytearray()
        self.fields = {}
        self.interim = []
        self.trailers = None
        self.has_ended = False


class Client:
    """A connection with its streams; every event of the library is handled in one loop."""

    def __init__(self):
        context = ssl.create_default_context(cafile=options.ca)
        context.set_alpn_protocols(["h2"])
        self.socket = context.wrap_socket(socket.create_connection((host, int(port)), 60), server_hostname="localhost")
        assert self.socket.selected_alpn_protocol() == "h2"
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.streams = {}

    def begin(self, path, method="GET", content=None, fields=(), is_length_known=True):
        """Begins a request and returns its stream's number."""
        number = self.h2.get_next_available_stream_id()
        head = [(":method", method), (":scheme", "https"), (":path", path), (":authority", "shop.example.com"), *fields]
        if content is not None and is_length_known:
            head.append(("content-length", str(len(content))))
        self.h2.send_headers(number, head, end_stream=content is None)
        self.streams[number] = Stream(content)
        return number

    def send_content(self):
        for number, stream in self.streams.items():
            while stream.left is not None and not stream.has_ended:
                room = min(self.h2.local_flow_control_window(number), self.h2.max_outbound_frame_size)
                if room == 0 and stream.left:
                    break
                piece, stream.left = stream.left[:room], stream.left[room:]
                self.h2.send_data(number, bytes(piece), end_stream=not stream.left)
                if not stream.left:
                    stream.left = None

    def turn(self):
        """Sends what may be sent and handles what has come."""
        self.send_content()
        out = self.h2.data_to_send()
        # Never more than fits, or both sides might wait for the other to read.
        for offset in range(0, len(out), 16_384):
            self.socket.sendall(out[offset:offset + 16_384])
            if self.is_readable():
                self.receive()
        # What was received may have to be acknowledged before more comes.
        if not out:
            self.receive()

    def is_readable(self):
        return self.socket.pending() or select.select([self.socket], [], [], 0)[0]

    def receive(self):
        data = self.socket.recv(1 << 16)
        assert data, "the connection ended"
        for event in self.h2.receive_data(data):
            assert not isinstance(event, h2.events.ConnectionTerminated), event
            stream = self.streams.get(getattr(event, "stream_id", None))
            if stream is None:
                continue
            if isinstance(event, h2.events.InformationalResponseReceived):
                stream.interim.append(dict(event.headers)[":status"])
            elif isinstance(event, h2.events.ResponseReceived):
                stream.fields = dict(event.headers)
            elif isinstance(event, h2.events.TrailersReceived):
                stream.trailers = dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                stream.content += event.data
                if not stream.has_ended:
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                stream.has_ended = True
            assert not isinstance(event, h2.events.StreamReset) or stream.has_ended, event

    def answers(self, *numbers):
        """The whole answers of streams."""
        while not all(self.streams[number].has_ended for number in numbers):
            self.turn()
        return [self.streams.pop(number) for number in numbers]

    def ask(self, *arguments, **keywords):
        return self.answers(self.begin(*arguments, **keywords))[0]


def expect(answer, content):
    assert answer.fields[":status"] == "200", answer.fields
    assert answer.content == content, f"{len(answer.content)} bytes"


def get(client):
    expect(client.ask("/bytes/1000"), pattern[:1000])


def head(client):
    answer = client.ask("/bytes/1000", "HEAD")
    expect(answer, b"")
    assert answer.fields["content-length"] == "1000"


def parallel(client):
    numbers = [client.begin(f"/bytes/{number * 997}") for number in range(100)]
    for number, answer in enumerate(client.answers(*numbers)):
        expect(answer, pattern[:number * 997])


def post(client):
    expect(client.ask("/echo", "POST", b"some content"), b"some content")


def upload(client):
    expect(client.ask("/echo", "POST", pattern), pattern)


def upload_of_unknown_length(client):
    expect(client.ask("/echo", "POST", pattern, is_length_known=False), pattern)


def download(client):
    expect(client.ask(f"/bytes/{len(pattern)}"), pattern)


def uploads_and_downloads(client):
    numbers = [client.begin("/echo", "POST", pattern[:1_000_000]) for _ in range(4)]
    numbers += [client.begin("/bytes/1000000") for _ in range(4)]
    for answer in client.answers(*numbers):
        expect(answer, pattern[:1_000_000])


def cancel(client):
    number = client.begin("/endless")
    while not client.streams[number].content:
        client.turn()
    del client.streams[number]
    client.h2.reset_stream(number, h2.errors.ErrorCodes.CANCEL)
    for _ in range(20):
        get(client)


def crumbs(client):
    answer = client.ask("/fields", fields=[("cookie", "a=1"), ("cookie", "b=2"), ("cookie", "c=3")])
    lines = [line for line in answer.content.decode().lower().split("\r\n") if line.startswith("cookie:")]
    assert lines == ["cookie: a=1; b=2; c=3"], lines


def affinity(client):
    first = client.ask("/name")
    cookie = first.fields["set-cookie"].split(";")[0]
    for _ in range(20):
        expect(client.ask("/name", fields=[("cookie", cookie)]), first.content)


def gzip(client):
    answer = client.ask("/text/100000", fields=[("accept-encoding", "gzip")])
    assert answer.fields["content-encoding"] == "gzip"
    answer.content = codec.decompress(answer.content)
    expect(answer, b"<p>compressible text</p>\n" * 4000)


def trailers(client):
    answer = client.ask("/trailers")
    expect(answer, b"onetwo")
    assert answer.trailers == {"x-sum": "abc"}, answer.trailers


def hints(client):
    answer = client.ask("/hints")
    expect(answer, b"hinted")
    assert answer.interim == ["103"], answer.interim


client = Client()
for case in (get, head, parallel, post, upload, upload_of_unknown_length, download, uploads_and_downloads, cancel,
             crumbs, affinity, gzip, trailers, hints):
    case(client)
    print("ok", case.__name__, flush=True)
