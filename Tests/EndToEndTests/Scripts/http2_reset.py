"""Resets a stream in the middle of its answer, and asks for something else on its connection when it is told to."""

import argparse
import struct
import sys

from http2 import CANCEL, DATA, RST_STREAM, Client

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
options = parser.parse_args()

client = Client(options.connect)
stream = client.get("/events/silent")
client.wait(lambda found: found.kind == DATA and found.stream == stream)
client.send(RST_STREAM, 0, stream, struct.pack(">I", CANCEL))
print("reset", flush=True)
sys.stdin.readline()
print(client.expect_answer(client.get("/alive")).text, flush=True)
