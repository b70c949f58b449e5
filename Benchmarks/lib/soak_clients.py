"""The clients of a soak: each loops until it is told to end, and counts what it has done and what went wrong."""

import base64
import http.client
import os
import re
import ssl
import subprocess
import threading
import time

from lib import machine

UPLOAD_BYTES = 256 * 1024
# How long after a member was ended what may not be repeated may fail.
EXCUSED_SECONDS = 2


class Clients:
    """All clients of a run; use it in a `with` statement.

    A request that may be repeated must not fail, whatever happens to members. Uploads and WebSockets may fail for two
    seconds after a member was ended, which `on_member_end` notes.
    """

    def __init__(self, port, certificate):
        self._port = port
        self._context = ssl.create_default_context(cafile=certificate)
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._member_end = 0.0
        self.done = {}
        self.failed = {}
        self.excused = 0
        self.causes = []
        self._threads = [threading.Thread(target=self._loop, args=item, daemon=True) for item in self.loops().items()]

    def loops(self):
        """What each client does over and over, by its name; it returns how much it has done."""
        return {"kept": self._kept, "new": self._new, "http2": self._http2, "upload": self._upload,
                "websocket": self._websocket}

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._ending.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def on_member_end(self):
        """Notes that a member is ended now."""
        self._member_end = time.monotonic()

    def _loop(self, name, once):
        while not self._ending.is_set():
            began = time.monotonic()
            try:
                count = once()
            except (OSError, http.client.HTTPException, ValueError, subprocess.SubprocessError) as error:
                may_repeat = name not in ("upload", "websocket")
                is_excused = not may_repeat and self._member_end > began - EXCUSED_SECONDS
                with self._lock:
                    if is_excused:
                        self.excused += 1
                    else:
                        self.failed[name] = self.failed.get(name, 0) + 1
                        self.causes.append(f"{name}: {error!r}")
                self._ending.wait(0.1)
                continue
            with self._lock:
                self.done[name] = self.done.get(name, 0) + count

    def _connection(self):
        return http.client.HTTPSConnection("localhost", self._port, timeout=20, context=self._context)

    def _get(self, connection):
        connection.request("GET", "/")
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200 or len(content) != 1024:
            raise ValueError(f"status {answer.status} with {len(content)} bytes")
        self._ending.wait(0.005)

    def _kept(self):
        """A connection with many requests."""
        connection = self._connection()
        try:
            for _ in range(200):
                self._get(connection)
        finally:
            connection.close()
        return 200

    def _new(self):
        """A TLS connection with one request."""
        connection = self._connection()
        try:
            self._get(connection)
        finally:
            connection.close()
        return 1

    def _http2(self):
        """Four connections of HTTP/2 with ten streams each."""
        result = subprocess.run(
            [machine.tool("h2load"), "-n", "400", "-c", "4", "-m", "10", f"https://127.0.0.1:{self._port}/"],
            capture_output=True, text=True, timeout=60)
        numbers = re.search(r"(\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", result.stdout)
        if not numbers or numbers.groups() != ("400", "0", "0", "0"):
            raise ValueError(numbers.group() if numbers else result.stdout[-300:] + result.stderr[-300:])
        self._ending.wait(0.5)
        return 400

    def _upload(self):
        """A content whose length is declared, and one in chunks."""
        connection = self._connection()
        try:
            for content in (bytes(UPLOAD_BYTES), iter([bytes(16 * 1024)] * 16)):
                connection.request("POST", "/upload", body=content)
                answer = connection.getresponse()
                told = answer.read()
                if answer.status != 200 or told != str(UPLOAD_BYTES).encode():
                    raise ValueError(f"status {answer.status}: {told[:100]}")
        finally:
            connection.close()
        self._ending.wait(0.02)
        return 2

    def _websocket(self):
        """Messages to and fro, then a closing handshake."""
        return self._echoes(50, 0.01)

    def _echoes(self, count, seconds):
        connection = self._connection()
        try:
            connection.request("GET", "/", headers={
                "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()})
            wire = connection.sock
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                byte = wire.recv(1)
                if not byte:
                    raise ValueError("closed in the head")
                head += byte
            if not head.startswith(b"HTTP/1.1 101 "):
                raise ValueError(head.split(b"\r\n")[0].decode("latin-1"))
            for number in range(count):
                _echoed(wire, 0x82, number.to_bytes(4, "big") * 20)
                self._ending.wait(seconds)
            _echoed(wire, 0x88, b"\x03\xe8")
        finally:
            connection.close()
        return count


def _echoed(wire, first, payload):
    """Sends a frame with a mask of zeros and reads what comes back, which must be the same."""
    wire.sendall(bytes([first, 0x80 | len(payload)]) + bytes(4) + payload)
    expected = bytes([first, len(payload)]) + payload
    got = b""
    while len(got) < len(expected):
        piece = wire.recv(len(expected) - len(got))
        if not piece:
            raise ValueError("closed in a frame")
        got += piece
    if got != expected:
        raise ValueError("another message came back")
