"""A client that asks for a small file now and then, and notes how long each answer took."""

import json
import os
import subprocess
import sys

from lib.failure import Failure
from lib.processes import pinned

INTERVAL_SECONDS = 0.002

PROGRAM = r"""
import json, socket, sys, time
port, seconds, interval = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
connection = socket.create_connection(("127.0.0.1", port), timeout=10)
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def ask():
    connection.sendall(b"GET /small.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = b""
    while b"\r\n\r\n" not in answer or len(answer.split(b"\r\n\r\n", 1)[1]) < 1024:
        part = connection.recv(65536)
        if not part:
            sys.exit("the connection ended")
        answer += part


waits, end = [], time.monotonic() + seconds
while time.monotonic() < end:
    began = time.monotonic()
    try:
        ask()
    except TimeoutError:
        end = 0
    waits.append((time.monotonic() - began) * 1000)
    time.sleep(interval)
print(json.dumps(waits))
"""


class Innocent:
    """One keep-alive connection in cleartext, in a process of its own that runs before all others of its core: what it
    waits for is the server."""

    def __init__(self, port, cores):
        self.command = pinned(cores) + [sys.executable, "-c", PROGRAM, str(port)]

    def waits(self, seconds):
        """Milliseconds that each request took; an answer that does not come within 10 s is the last one."""
        def first():
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(2))

        result = subprocess.run(
            [*self.command, str(seconds), str(INTERVAL_SECONDS)], capture_output=True, text=True, preexec_fn=first,
            timeout=seconds + 60)
        if result.returncode != 0:
            raise Failure(f"the innocent client: {result.stderr.strip()[-200:]}")
        return json.loads(result.stdout)
