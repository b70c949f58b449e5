"""A gRPC server of grpcio's on a free port that answers grpc.health.v1.Health/Check. Prints `listening PORT`.

Each line on standard input is the status that it answers from then on: 1 is SERVING, 2 NOT_SERVING, 5 fails with
NOT_FOUND. Prints `asked SERVICE` for each service that was not asked for before, and `now STATUS` for each line.
"""

import sys
import threading
from concurrent import futures

import grpc

lock = threading.Lock()
status = 1
asked = set()


def check(request, context):
    with lock:
        service = request[2:].decode()
        if service not in asked:
            asked.add(service)
            print("asked", service or "-", flush=True)
        answer = status
    if answer == 5:
        context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
    return bytes([8, answer])


handlers = grpc.method_handlers_generic_handler(
    "grpc.health.v1.Health", {"Check": grpc.unary_unary_rpc_method_handler(check)})
server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
server.add_generic_rpc_handlers((handlers,))
print("listening", server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
for line in sys.stdin:
    with lock:
        status = int(line)
        print("now", status, flush=True)
server.stop(None)
