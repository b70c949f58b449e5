"""Opens many TLS connections, asks once on each, and then holds them idle.

Commands on standard input: `ask N` asks again on N of them, spread over all; `open` counts those that nobody closed.
"""

import argparse
import resource
import select
import sys
import threading

from wire import Connection, Context

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
parser.add_argument("--count", type=int, required=True)
options = parser.parse_args()

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
context = Context(options.connect, options.ca)
held = []
failures = []


def open_some(count):
    for _ in range(count):
        try:
            connection = Connection(context)
            status, _, _ = connection.request("/")
            if status != 200 or connection.announced_close:
                raise ValueError(f"status {status}")
            held.append(connection)
        except Exception as error:
            failures.append(f"{type(error).__name__}: {error}")
            if len(failures) > 10:
                return


threads = [threading.Thread(target=open_some, args=(options.count // 4,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"held {len(held)} {failures}", flush=True)

for line in sys.stdin:
    words = line.split()
    if words[0] == "ask":
        answered = 0
        for connection in held[::max(1, len(held) // int(words[1]))][:int(words[1])]:
            try:
                answered += connection.request("/")[0] == 200
            except Exception as error:
                print(f"failed {type(error).__name__}: {error}", flush=True)
        print(f"answered {answered}", flush=True)
    elif words[0] == "open":
        watch = select.poll()
        for connection in held:
            watch.register(connection.socket, select.POLLIN | select.POLLHUP)
        print(f"open {len(held) - len(watch.poll(0))}", flush=True)
