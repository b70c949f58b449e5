"""The clients of a Martlet that is reloaded or replaced: nothing of theirs may fail at any time."""

import time

from lib import http2
from lib.soak_clients import Clients

STREAMS = 10
ANSWER_BYTES = 1024
PIECES = 40
PIECE_BYTES = 16 * 1024
PAUSE_SECONDS = 0.05


class LastingClients(Clients):
    """Those of a soak, but for HTTP/2, with a tunnel and an upload of some seconds; use it in a `with` statement."""

    def __init__(self, port, certificate):
        super().__init__(port, certificate)
        self._http2_context = http2.context(certificate)
        # Streams that a connection's end has left out, which have begun anew on the next one.
        self.left_out = 0

    def loops(self):
        return {"kept": self._kept, "new": self._new, "http2": self._http2, "upload": self._upload,
                "websocket": self._websocket, "long upload": self._long_upload, "long websocket": self._long_websocket}

    def _http2(self):
        """A connection on which ten streams are asked at once, again and again, until it is told to leave."""
        connection, answered = http2.Connection(self._port, self._http2_context), 0
        try:
            for _ in range(200):
                count = connection.ask(STREAMS, ANSWER_BYTES)
                self.left_out += STREAMS - count
                answered += count
                if connection.is_leaving or self._ending.wait(PAUSE_SECONDS / 5):
                    break
        finally:
            connection.close()
        return answered

    def _long_upload(self):
        """An upload that takes two seconds."""
        def pieces():
            for _ in range(PIECES):
                yield bytes(PIECE_BYTES)
                time.sleep(PAUSE_SECONDS)

        connection = self._connection()
        try:
            connection.request("POST", "/upload", body=pieces(), headers={"Content-Length": str(PIECES * PIECE_BYTES)})
            answer = connection.getresponse()
            told = answer.read()
            if answer.status != 200 or told != str(PIECES * PIECE_BYTES).encode():
                raise ValueError(f"status {answer.status}: {told[:100]}")
        finally:
            connection.close()
        return 1

    def _long_websocket(self):
        """A tunnel of three seconds."""
        return self._echoes(60, PAUSE_SECONDS)
