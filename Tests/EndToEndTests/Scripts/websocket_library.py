"""The websockets library on both sides of an edge, one line for each case that went well."""

import argparse
import asyncio
import ssl

import websockets
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
options = parser.parse_args()
port = options.connect.rpartition(":")[2]
context = ssl.create_default_context(cafile=options.ca) if options.ca else None


def connect(compression="deflate"):
    secured = {"ssl": context, "server_hostname": "localhost"} if context else {}
    return websockets.connect(f"{'wss' if context else 'ws'}://localhost:{port}/library", compression=compression,
                              max_size=1 << 26, host="127.0.0.1", **secured)


async def echoes(compression):
    async with connect(compression) as socket:
        for size in (0, 125, 126, 65_535, 65_536, 1 << 20, 16 << 20):
            for message in ("\u00fc" * (size // 2), bytes(size)):
                await socket.send(message)
                assert await socket.recv() == message, size


async def compressed():
    async with connect() as socket:
        assert "permessage-deflate" in socket.response_headers["Sec-WebSocket-Extensions"]
    await echoes("deflate")


async def uncompressed():
    await echoes(None)


async def fragmented():
    async with connect() as socket:
        await socket.send(f"part {number} " for number in range(100))
        assert await socket.recv() == "".join(f"part {number} " for number in range(100))


async def pings():
    async with connect() as socket:
        await asyncio.gather(*[await socket.ping() for _ in range(20)])
        await socket.send("/ping")
        assert await socket.recv() == "pong came"


async def close():
    for code in (1000, 1001, 3000):
        async with connect() as socket:
            await socket.close(code, "reason")
            assert (socket.close_code, socket.close_reason) == (code, "reason")


async def close_by_the_member():
    for code in (1000, 1001, 1011, 4000):
        async with connect() as socket:
            await socket.send(f"/close {code} reason")
            try:
                await socket.recv()
                raise AssertionError("no close")
            except ConnectionClosed as closed:
                assert (closed.rcvd.code, closed.rcvd.reason) == (code, "reason")
                assert isinstance(closed, ConnectionClosedOK) == (code in (1000, 1001))


async def abort_by_the_member():
    async with connect() as socket:
        await socket.send("/abort")
        try:
            await socket.recv()
            raise AssertionError("no end")
        except ConnectionClosedError as closed:
            assert closed.rcvd is None


async def many():
    async def talk(number):
        async with connect() as socket:
            for count in range(20):
                await socket.send(f"{number} {count}")
                assert await socket.recv() == f"{number} {count}"
    await asyncio.gather(*(talk(number) for number in range(50)))


async def main():
    for case in (compressed, uncompressed, fragmented, pings, close, close_by_the_member, abort_by_the_member, many):
        await case()
        print("ok", case.__name__, flush=True)


asyncio.run(main())
