"""Load that misses no failure: keep-alive connections that must live, and fresh ones whose certificate is looked at.

Commands on standard input, each answered by its own words: `any` (any certificate will do from now on),
`expect SERIAL` (every handshake begun from now on must show it), `mark` (tells the counts so far), `stop`.
The last line on standard output is a JSON summary.
"""

import argparse
import json
import sys
import threading
import time

from wire import Connection, Context


class Load:
    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.expected = (0, None)
        self.failures = []
        self.latencies = []
        self.counts = {
            "requests": 0, "handshakes": 0, "checked": 0, "resumed": 0, "notResumed": 0, "closed": 0, "keepAlive": 0}
        self.wrong = []

    def context(self):
        return Context(self.options.connect, self.options.ca, self.options.name)

    def count(self, name):
        with self.lock:
            self.counts[name] += 1

    def fail(self, kind, error, start):
        with self.lock:
            self.failures.append({
                "kind": kind, "error": f"{type(error).__name__}: {error}", "start": start, "end": time.monotonic()})

    def ask(self, connection, close=False):
        start = time.monotonic()
        status, _, content = connection.request(self.options.path, close=close)
        if status != 200:
            raise ValueError(f"status {status}")
        if self.options.length is not None and len(content) != self.options.length:
            raise ValueError(f"{len(content)} bytes of content")
        with self.lock:
            self.counts["requests"] += 1
            self.latencies.append(time.monotonic() - start)

    def keep_alive(self):
        context = self.context()
        connection = None
        while not self.stopping.is_set():
            start = time.monotonic()
            try:
                if connection is None:
                    connection = Connection(context)
                    self.count("handshakes")
                self.ask(connection)
                self.count("keepAlive")
                if connection.announced_close:
                    self.count("closed")
                    connection.close()
                    connection = None
            except Exception as error:
                self.fail("keep-alive", error, start)
                connection = None
        if connection:
            connection.close()

    def fresh(self):
        """Every second connection takes the session of the one before it."""
        context = self.context()
        session = None
        while not self.stopping.is_set():
            start = time.monotonic()
            try:
                epoch, expected = self.expected
                connection = Connection(context, session=session)
                self.count("handshakes")
                if context.tls:
                    resumed = connection.socket.session_reused
                    if session is not None:
                        self.count("resumed" if resumed else "notResumed")
                    if not resumed and expected is not None and self.expected[0] == epoch:
                        self.count("checked")
                        if connection.serial() != expected:
                            with self.lock:
                                self.wrong.append({"expected": expected, "shown": connection.serial()})
                self.ask(connection, close=True)
                if connection.to_end():
                    raise ValueError("bytes behind the answer")
                session = connection.socket.session if context.tls and session is None else None
                connection.close()
            except Exception as error:
                self.fail("fresh", error, start)
                session = None

    def summary(self):
        with self.lock:
            latencies = sorted(self.latencies) or [0]
            return dict(
                self.counts, failures=self.failures, wrong=self.wrong,
                median=latencies[len(latencies) // 2], percentile99=latencies[len(latencies) * 99 // 100],
                longest=latencies[-1])

    def run(self):
        threads = [threading.Thread(target=self.keep_alive, daemon=True) for _ in range(self.options.keep_alive)]
        threads += [threading.Thread(target=self.fresh, daemon=True) for _ in range(self.options.fresh)]
        for thread in threads:
            thread.start()
        print("started", flush=True)
        for line in sys.stdin:
            words = line.split()
            if words[0] == "stop":
                break
            if words[0] == "mark":
                with self.lock:
                    marks = dict(self.counts)
                print(json.dumps(marks), flush=True)
                continue
            self.expected = (self.expected[0] + 1, int(words[1]) if words[0] == "expect" else None)
            print(line.strip(), flush=True)
        self.stopping.set()
        for thread in threads:
            thread.join(30)
        print(json.dumps(self.summary()), flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
parser.add_argument("--name", default="shop.example.com")
parser.add_argument("--path", default="/")
parser.add_argument("--length", type=int)
parser.add_argument("--keep-alive", type=int, default=4)
parser.add_argument("--fresh", type=int, default=2)
Load(parser.parse_args()).run()
