"""A gRPC client of grpcio's: runs the cases of the arguments and prints `ok CASE`, or what was wrong."""

import argparse
import threading
import time

import grpc

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
parser.add_argument("cases", nargs="+")
options = parser.parse_args()

if options.ca:
    credentials = grpc.ssl_channel_credentials(open(options.ca, "rb").read())
    channel = grpc.secure_channel(
        options.connect, credentials, options=[("grpc.ssl_target_name_override", "shop.example.com")])
else:
    channel = grpc.insecure_channel(options.connect)


def expect(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r}, expected {wanted!r}")


def code_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return error.code().name, error.details()
    return "OK", ""


def unary():
    answer, call = channel.unary_unary("/t.T/Unary").with_call(b"hello", metadata=(("x-own", "mine"),), timeout=10)
    expect(answer, b"HELLO")
    expect(dict(call.initial_metadata())["x-seen"], "mine")
    trailing = dict(call.trailing_metadata())
    expect(trailing["x-trailer"], "end")
    expect(trailing["x-bytes-bin"], bytes(range(256)))


def many():
    calls = [channel.unary_unary("/t.T/Unary").future(b"n%d" % number, timeout=30) for number in range(500)]
    for number, call in enumerate(calls):
        expect(call.result(), b"N%d" % number)


def large():
    expect(len(channel.unary_unary("/t.T/Unary")(b"x" * 4_000_000, timeout=30)), 4_000_000)


def down():
    answers = list(channel.unary_stream("/t.T/Down")(b"1000 5000", timeout=30))
    expect([int(answer.split()[0]) for answer in answers], list(range(1000)))


def up():
    expect(channel.stream_unary("/t.T/Up")((b"y" * 10_000 for _ in range(300)), timeout=30), b"3000000")


def both():
    """The next message goes out only when the last one has come back."""
    turn = threading.Semaphore(1)

    def requests():
        for number in range(200):
            turn.acquire()
            yield b"%d" % number
    seen = []
    for answer in channel.stream_stream("/t.T/Both")(requests(), timeout=30):
        seen.append(int(answer))
        turn.release()
    expect(seen, list(range(200)))


def deadline():
    began = time.monotonic()
    expect(code_of(lambda: channel.unary_unary("/t.T/Wait")(b"deadline", timeout=1))[0], "DEADLINE_EXCEEDED")
    if time.monotonic() - began > 20:
        raise AssertionError("the deadline was not kept")


def cancel():
    call = channel.unary_unary("/t.T/Wait").future(b"cancel", timeout=50)
    input()
    call.cancel()
    expect(code_of(call.result)[0] if not call.cancelled() else "CANCELLED", "CANCELLED")


def fail():
    expect(code_of(lambda: channel.unary_unary("/t.T/Fail")(b"", timeout=10)), ("FAILED_PRECONDITION", "näher: 100%"))


def unknown():
    expect(code_of(lambda: channel.unary_unary("/t.T/Unknown")(b"", timeout=10))[0], "UNIMPLEMENTED")


def unavailable():
    expect(code_of(lambda: channel.unary_unary("/t.T/Unary")(b"", timeout=10)), ("UNAVAILABLE", "Service Unavailable"))


for name in options.cases:
    try:
        globals()[name]()
        print("ok", name, flush=True)
    except Exception as error:
        print(f"failed {name}: {error!r}", flush=True)
channel.close()
