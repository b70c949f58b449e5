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
port, source, counts_missed = int(sys.argv[1]), sys.argv[2], sys.argv[3] == "True"
seconds, interval = float(sys.argv[4]), float(sys.argv[5])
connection = socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(source, 0))
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
    wait = time.monotonic() - began
    waits.append(wait * 1000)
    while counts_missed and (wait := wait - interval) > 0:
        waits.append(wait * 1000)
    time.sleep(interval)
print(json.dumps(waits))
"""


class Innocent:
    """One keep-alive connection in cleartext, in a process of its own that runs before all others of its core: what it
    waits for is the server. `source` is its address. `counts_missed`: whether requests that would have been sent while
    an answer did not come have waited, too, each since its time: who stands still once in a while is not spared."""

    def __init__(self, port, cores, source="127.0.0.1", counts_missed=False):
        self.command = pinned(cores) + [sys.executable, "-c", PROGRAM, str(port), source, str(counts_missed)]

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
