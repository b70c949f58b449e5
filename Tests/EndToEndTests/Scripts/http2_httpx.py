"""httpx as the client of an edge: one line for each case that went well."""

import argparse
import asyncio
import ssl

import httpx

parser = argparse.ArgumentParser()
parser.add_argument("--url", required=True)
parser.add_argument("--ca", required=True)
parser.add_argument("--pattern", required=True)
options = parser.parse_args()
pattern = open(options.pattern, "rb").read()


async def in_pieces(content):
    for offset in range(0, len(content), 50_000):
        yield content[offset:offset + 50_000]


def expect(answer, content):
    assert answer.status_code == 200, answer.status_code
    assert answer.http_version == "HTTP/2", answer.http_version
    assert answer.content == content, f"{len(answer.content)} bytes"


async def get(client):
    expect(await client.get("/bytes/1000"), pattern[:1000])


async def head(client):
    answer = await client.head("/bytes/1000")
    expect(answer, b"")
    assert answer.headers["content-length"] == "1000"


async def parallel(client):
    sizes = [number * 997 for number in range(100)]
    answers = await asyncio.gather(*(client.get(f"/bytes/{size}") for size in sizes))
    for size, answer in zip(sizes, answers):
        expect(answer, pattern[:size])


async def post(client):
    expect(await client.post("/echo", content=b"some content"), b"some content")


async def upload(client):
    expect(await client.post("/echo", content=pattern), pattern)


async def upload_of_unknown_length(client):
    expect(await client.post("/echo", content=in_pieces(pattern)), pattern)


async def download(client):
    expect(await client.get(f"/bytes/{len(pattern)}"), pattern)


async def uploads_and_downloads(client):
    requests = [client.post("/echo", content=pattern[:1_000_000]) for _ in range(4)]
    requests += [client.get("/bytes/1000000") for _ in range(4)]
    for answer in await asyncio.gather(*requests):
        expect(answer, pattern[:1_000_000])


async def cancel(client):
    # httpx does not reset a stream that it gives up: what still comes uses up the connection's window of 16 MiB.
    async with client.stream("GET", "/bytes/5000000") as answer:
        async for piece in answer.aiter_bytes():
            assert piece == pattern[:len(piece)]
            break
    for _ in range(20):
        await get(client)


async def crumbs(client):
    client.cookies.clear()
    answer = await client.get("/fields", headers=[("cookie", "a=1"), ("cookie", "b=2"), ("cookie", "c=3")])
    lines = [line for line in answer.text.lower().split("\r\n") if line.startswith("cookie:")]
    assert lines == ["cookie: a=1; b=2; c=3"], lines


async def affinity(client):
    client.cookies.clear()
    name = (await client.get("/name")).text
    assert list(client.cookies), "no cookie was set"
    for _ in range(20):
        expect(await client.get("/name"), name.encode())


async def gzip(client):
    answer = await client.get("/text/100000")
    assert answer.headers["content-encoding"] == "gzip"
    line = b"<p>compressible text</p>\n"
    expect(answer, (line * 100_000)[:100_000])


async def main():
    context = ssl.create_default_context(cafile=options.ca)
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(
            http1=False, http2=True, verify=context, base_url=options.url, limits=limits, timeout=60,
            trust_env=False) as client:
        for case in (get, head, parallel, post, upload, upload_of_unknown_length, download, uploads_and_downloads,
                     cancel, crumbs, affinity, gzip):
            await case(client)
            print("ok", case.__name__, flush=True)


asyncio.run(main())
