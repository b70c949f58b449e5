"""Asks a front what a line on standard input says, and prints a line with the answer; both are JSON.

Of a question: `port`, `from` (the client's address), `authority` (whom to trust; cleartext without it) and `name` (the
name asked for by SNI), `head` and `content`, `times` (on as many connections, one after the other), `kind` (`socket`:
a WebSocket follows; `events`: the next event is due when the first one is there), `members` (whom `events` tells).
"""

import gzip
import json
import select
import socket
import ssl
import struct
import sys

WAIT = 15


class Front:
    """A connection to a front."""

    def __init__(self, question):
        source = (question.get("from") or "127.0.0.1", 0)
        self.socket = socket.create_connection(("127.0.0.1", question["port"]), WAIT, source)
        if question.get("authority"):
            context = ssl.create_default_context(cafile=question["authority"])
            context.check_hostname = False
            self.socket = context.wrap_socket(self.socket, server_hostname=question["name"])
        self.socket.setblocking(False)
        self.unsent = b""
        self.buffer = b""
        self.ended = False

    def move(self):
        """Sends and receives what can be; an early answer is seen while content is on its way."""
        reading = [self.socket]
        pending = isinstance(self.socket, ssl.SSLSocket) and self.socket.pending()
        writing = [self.socket] if self.unsent else []
        if not pending and not any(select.select(reading, writing, [], WAIT)):
            raise TimeoutError(f"nothing for {WAIT} s behind {self.buffer[:200]!r}")
        try:
            received = self.socket.recv(65536)
            self.buffer += received
            self.ended = self.ended or not received
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self.ended = True
        try:
            if self.unsent and not self.ended:
                self.unsent = self.unsent[self.socket.send(self.unsent):]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self.unsent = b""

    def until(self, there):
        """Waits for `there` to find something, or for the end."""
        while not (found := there()) and not self.ended:
            self.move()
        return found or there()

    def take(self, count):
        self.until(lambda: len(self.buffer) >= count)
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def line(self):
        self.until(lambda: b"\n" in self.buffer)
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def head(self):
        self.until(lambda: b"\r\n\r\n" in self.buffer)
        head, end, self.buffer = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return 0, []
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = [[name, value.strip()] for name, _, value in (line.partition(":") for line in lines)]
        return int(first.split(" ")[1]), fields


def chunks(front):
    """The content of a chunked answer, piece by piece."""
    while size := int(front.line().split(b";")[0] or b"0", 16):
        yield front.take(size)
        front.line()
    while front.line().strip():
        pass


def conversation(front):
    """A message to and fro over a WebSocket, and the end of it: what came back."""
    frames = []
    for kind, text in [(0x81, b"hello"), (0x88, struct.pack("!H", 1000))]:
        front.unsent += bytes([kind, 0x80 | len(text)]) + bytes(4) + text
        head = front.take(2)
        frames.append(f"{head.hex()} {front.take(head[1] & 127).hex()}" if len(head) == 2 else "ended")
    return frames


def release(question):
    for port in question["members"]:
        with socket.create_connection(("127.0.0.1", port), WAIT) as member:
            member.sendall(b"GET /go HTTP/1.1\r\nHost: member\r\nConnection: close\r\n\r\n")
            while member.recv(4096):
                pass


def ask(question):
    front = Front(question)
    method = question["head"].split(" ")[0]
    front.unsent = question["head"].encode("latin-1") + question["content"].encode("latin-1") * question["repeat"]
    answer = {"interim": [], "extra": []}
    status, fields = front.head()
    while 100 <= status < 200 and status != 101:
        answer["interim"].append(status)
        status, fields = front.head()
    named = {name.lower(): value for name, value in fields}
    content = b""
    if status == 101:
        answer["extra"] = conversation(front)
    elif status == 0 or method == "HEAD" or status in (204, 304):
        pass
    elif named.get("transfer-encoding") == "chunked":
        for piece in chunks(front):
            content += piece
            if question["kind"] == "events" and not answer["extra"] and b"one" in content:
                answer["extra"].append("live" if b"two" not in content else "late")
                release(question)
    elif "content-length" in named:
        content = front.take(int(named["content-length"]))
    else:
        while not front.ended:
            front.move()
        content = front.buffer
    if named.get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    front.socket.close()
    return answer | {"status": status, "fields": fields, "content": content.decode("latin-1")}


for line in sys.stdin:
    asked = json.loads(line)
    answers = [ask(asked) for _ in range(asked["times"])]
    answers[-1]["statuses"] = [answer["status"] for answer in answers]
    print(json.dumps(answers[-1]), flush=True)
