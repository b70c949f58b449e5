"""Asks some times over HTTP/2, each on a connection of its own, and prints of each answer its status, 0 without a head,
and `whole` or `cut`.
"""

import argparse

from http2 import *

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("method")
parser.add_argument("cookie")
parser.add_argument("count", type=int)
options = parser.parse_args()

CONTENT = b"a=b"


def ask():
    client = Client(options.connect, seconds=20)
    has_content = options.method == "POST"
    more = [("cookie", options.cookie)] + ([("content-length", str(len(CONTENT)))] if has_content else [])
    stream = client.get("/", *more, method=options.method, end=not has_content)
    if has_content:
        client.send(DATA, END_STREAM, stream, CONTENT)
    answer = client.answers.setdefault(stream, Answer())
    while not answer.is_whole and answer.reset is None and client.read():
        pass
    client.close()
    return f"{answer.status or 0} {'whole' if answer.is_whole else 'cut'}"


for _ in range(options.count):
    print(ask(), flush=True)
