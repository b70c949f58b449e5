"""A gRPC server of grpcio's on a free port. Prints `listening PORT`, and `cancelled NAME` when a call is given up.

Messages are bytes as they are. /t.T/Unary upper-cases, /t.T/Down sends as many as it is asked for, /t.T/Up counts
bytes, /t.T/Both echoes each message before it takes the next, /t.T/Wait never answers, /t.T/Fail fails.
"""

import os
import threading
from concurrent import futures

import grpc

lock = threading.Lock()


def say(*words):
    with lock:
        print(*words, flush=True)


def unary(request, context):
    context.send_initial_metadata((("x-seen", dict(context.invocation_metadata()).get("x-own", "")),))
    context.set_trailing_metadata((("x-trailer", "end"), ("x-bytes-bin", bytes(range(256)))))
    return request.upper()


def down(request, context):
    count, size = map(int, request.split())
    for number in range(count):
        yield (b"%d " % number).ljust(size, b".")


def up(requests, context):
    return b"%d" % sum(len(request) for request in requests)


def both(requests, context):
    for request in requests:
        yield request


def wait(request, context):
    ended = threading.Event()
    context.add_callback(ended.set)
    remaining = context.time_remaining()
    say("waiting", "no deadline" if remaining is None or remaining > 10 ** 6 else round(remaining))
    ended.wait(60)
    say("cancelled", request.decode())
    return b""


def fail(request, context):
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "näher: 100%")


handlers = grpc.method_handlers_generic_handler("t.T", {
    "Unary": grpc.unary_unary_rpc_method_handler(unary),
    "Down": grpc.unary_stream_rpc_method_handler(down),
    "Up": grpc.stream_unary_rpc_method_handler(up),
    "Both": grpc.stream_stream_rpc_method_handler(both),
    "Wait": grpc.unary_unary_rpc_method_handler(wait),
    "Fail": grpc.unary_unary_rpc_method_handler(fail),
})
server = grpc.server(futures.ThreadPoolExecutor(max_workers=64))
server.add_generic_rpc_handlers((handlers,))
say("listening", server.add_insecure_port("127.0.0.1:0"))
server.start()
server.wait_for_termination()
