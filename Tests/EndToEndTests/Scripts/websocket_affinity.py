"""Opens WebSockets with the cookies of sessions, and shows that each leads to the session's member."""

import argparse

from websocket import TEXT, Connection, OverHTTP1, OverHTTP2

parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--ca")
parser.add_argument("--over", choices=["http1", "http2"], required=True)
parser.add_argument("--route", help="the cookie of the application; without it the edge's own is used")
options = parser.parse_args()
connection = Connection(options.connect, options.ca) if options.over == "http2" else None
MEMBERS = ["node1", "node2", "node3"]


def begin(cookies=None):
    """A WebSocket, and its member's name."""
    # Clients over HTTP/2 may send cookies one by one (RFC 9113, section 8.2.3).
    crumbs = cookies or [] if connection else ["; ".join(cookies)] if cookies else []
    fields = [("Cookie", crumb) for crumb in crumbs]
    if connection:
        socket = OverHTTP2(connection, "/", fields)
    else:
        socket = OverHTTP1(options.connect, options.ca, "/", fields)
    socket.send(TEXT, b"/name")
    return socket, socket.receive()[2].decode()


sessions = {}
while len(sessions) < len(MEMBERS) and not options.route:
    socket, name = begin()
    cookie = socket.fields["set-cookie"].split(";")[0]
    assert sessions.get(name, cookie) == cookie, "two cookies for one member"
    sessions[name] = cookie
if options.route:
    sessions = {name: f"{options.route}=0123456789ABCDEF.{name}" for name in MEMBERS}

for name in MEMBERS:
    for _ in range(10):
        socket, found = begin(["other=1", sessions[name], "more=2"])
        assert found == name, f"{found} instead of {name}"
        assert "set-cookie" not in socket.fields
    print("ok", name, flush=True)
