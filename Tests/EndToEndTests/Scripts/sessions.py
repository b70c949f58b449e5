"""Browsers with a cookie jar each, asking a page that counts in its session until told to stop.

With --visits a browser logs out (`?logout`) after so many requests, forgets its cookies and begins anew. Prints one
JSON object a request: jar, method, start, end (time.monotonic), status, session and count, or error.
"""

import argparse
import json
import sys
import threading
import time

from wire import Connection, Context


class Browser:
    def __init__(self, number, options, stopping, out):
        self.number = number
        self.options = options
        self.stopping = stopping
        self.out = out
        self.cookies = {}

    def keep(self, fields):
        for name, value in fields:
            if name == "set-cookie":
                pair = value.split(";")[0]
                key, _, content = pair.partition("=")
                self.cookies[key] = content

    def run(self):
        context = Context(self.options.connect, self.options.ca)
        connection = None
        turn = visits = 0
        while not self.stopping.wait(self.options.pause):
            turn += 1
            visits += 1
            is_last = visits == self.options.visits
            path = self.options.path + ("?logout" if is_last else "")
            method = "POST" if turn % 3 == 0 else "GET"
            event = {"jar": self.number, "method": method, "start": time.monotonic()}
            try:
                if connection is None:
                    connection = Connection(context)
                fields = []
                if self.cookies:
                    fields.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
                body = b"field=value" if method == "POST" else b""
                status, answer, content = connection.request(path, method, fields, body)
                self.keep(answer)
                if is_last:
                    self.cookies, visits = {}, 0
                event["status"] = status
                words = dict(word.split("=", 1) for word in content.decode("latin-1").split() if "=" in word)
                event["session"] = words.get("session", "")
                event["count"] = int(words.get("count", 0))
                event["server"] = words.get("server", "")
                # A new connection now and then, so that another worker gets a turn.
                if connection.announced_close or turn % 10 == 0:
                    connection.close()
                    connection = None
            except Exception as error:
                event["error"] = f"{type(error).__name__}: {error}"
                connection = None
            event["end"] = time.monotonic()
            with self.out:
                print(json.dumps(event), flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
parser.add_argument("--path", required=True)
parser.add_argument("--jars", type=int, default=20)
parser.add_argument("--pause", type=float, default=0, help="seconds between two requests of a browser")
parser.add_argument("--visits", type=int, help="requests of a session; without an end if left out")
options = parser.parse_args()
stopping = threading.Event()
out = threading.Lock()
threads = [
    threading.Thread(target=Browser(number, options, stopping, out).run, daemon=True)
    for number in range(options.jars)]
for thread in threads:
    thread.start()
sys.stdin.readline()
stopping.set()
for thread in threads:
    thread.join(30)
