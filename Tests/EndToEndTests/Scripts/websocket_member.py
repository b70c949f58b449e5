"""A member that speaks WebSocket by the websockets library: echoes, or does what a message says.

Prints its port first, then a line for each connection when it has ended: its path, cookies, and the close code it saw.
Messages that begin with a slash are commands: `/close CODE REASON` closes, `/abort` ends TCP without a word, `/ping`
sends a ping and answers when the pong has come, `/pieces A B C` answers in one message of three frames, `/big N` with
N bytes, `/name` with the member's name, `/pause` reads no more from this connection until another one says `/go`.
"""

import argparse
import asyncio
import logging

import websockets
from websockets.exceptions import ConnectionClosed

parser = argparse.ArgumentParser()
parser.add_argument("--name", default="member")
parser.add_argument("--deflate", action="store_true")
options = parser.parse_args()
logging.disable(logging.CRITICAL)
paused = []


async def obey(socket, words):
    """Does what a command says."""
    if words[0] == "/close":
        await socket.close(int(words[1]), " ".join(words[2:]))
    elif words[0] == "/abort":
        socket.transport.abort()
    elif words[0] == "/ping":
        await (await socket.ping(b"from the member"))
        await socket.send("pong came")
    elif words[0] == "/pieces":
        await socket.send(words[1:])
    elif words[0] == "/big":
        await socket.send(bytes(index * 7 % 251 for index in range(int(words[1]))))
    elif words[0] == "/pause":
        socket.transport.pause_reading()
        paused.append(socket.transport)
        await socket.send("paused")
    elif words[0] == "/go":
        paused.pop().resume_reading()
    elif words[0] == "/name":
        await socket.send(options.name)


async def serve(socket):
    try:
        async for message in socket:
            if isinstance(message, str) and message.startswith("/"):
                await obey(socket, message.split(" "))
            else:
                await socket.send(message)
    except ConnectionClosed:
        pass
    await socket.wait_closed()
    print("ended", socket.path, socket.request_headers.get("Cookie", "-"), socket.close_code, socket.close_reason,
          flush=True)


async def main():
    compression = "deflate" if options.deflate else None
    async with websockets.serve(serve, "127.0.0.1", 0, max_size=1 << 26, compression=compression, ping_interval=None,
                                close_timeout=30) as server:
        print("port", server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
