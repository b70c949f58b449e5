"""Loads of h2load whose failures are counted to the last one."""

import re
import subprocess
from dataclasses import dataclass

from lib import machine
from lib.failure import Failure

CONTENT_BYTES = 3000


@dataclass(frozen=True)
class Kind:
    """Requests of one kind, which may all be repeated: over which protocol, on how many connections."""

    name: str
    options: tuple
    # How many of a hundred requests are of this kind.
    percent: int


# 9,000 a second in all: a million takes two minutes, in which a hundred members are killed.
KINDS = (
    Kind("GET over HTTP/1.1", ("--h1", "-c", "32", "--rps", "170"), 60),
    Kind("GET over HTTP/2", ("-c", "4", "-m", "8", "--rps", "680"), 30),
    Kind("PUT over HTTP/1.1", ("--h1", "-c", "8", "--rps", "114", "-H", ":method: PUT", "-d", "content"), 10),
)


class ExactLoads:
    """Loads of all kinds, from now on; `requests` is the sum of theirs."""

    def __init__(self, port, requests, folder):
        (folder / "content").write_bytes(bytes(CONTENT_BYTES))
        self._running = {}
        for kind in KINDS:
            command = [machine.tool("h2load"), "-n", str(requests * kind.percent // 100), *kind.options,
                       f"http://127.0.0.1:{port}/"]
            self._running[kind] = subprocess.Popen(
                command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def is_over(self):
        """Whether all have ended."""
        return all(one.poll() is not None for one in self._running.values())

    def end(self):
        """Ends those that have not."""
        for one in self._running.values():
            one.kill()
            one.wait()

    def counts(self):
        """(requests, what failed in words), when all have ended."""
        total, failed = 0, []
        for kind, one in self._running.items():
            text = one.communicate(timeout=60)[0]
            numbers = re.search(r"requests: (\d+) total, \d+ started, (\d+) done, (\d+) succeeded", text)
            statuses = re.search(r"status codes: (\d+) 2xx", text)
            if not numbers or not statuses:
                raise Failure(f"{kind.name}: h2load does not tell what it has done: {text[-500:]}")
            wanted, good = int(numbers.group(1)), min(int(numbers.group(3)), int(statuses.group(1)))
            total += wanted
            if good != wanted:
                told = " ".join(re.findall(r"(?:requests|status codes): .*", text))
                failed.append((wanted - good, f"{kind.name}: {told}"))
        return total, failed
