"""A call whose client takes the first message late, and then is as silent as its member, for longer than another request
on its connection may be."""

import argparse

from http2 import *

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
options = parser.parse_args()

client = Client(options.connect, own_settings=settings((INITIAL_WINDOW_SIZE, 100)))
call = client.get("/call", ("content-type", "application/grpc"), ("te", "trailers"), method="POST", end=False)
while len(client.answers.setdefault(call, Answer()).content) < 100:
    client.read()
client.window(1000, call)
while len(client.answers[call].content) < 300:
    client.read()

other = client.get("/hold", method="POST", end=False)
client.window(1000, other)
client.expect_answer(other, 408)

client.send(DATA, END_STREAM, call, b"more")
if not client.expect_answer(call).text.endswith("mdone"):
    raise Failure(client.answers[call].text)
