"""Servers that tell which place of a site they read a request's path as, each in a way of its own.

Prints a line for each: its name and its port. The answer's `X-Place` is the place, `X-Balancer` what the request's
`X-Balancer-Name` said. Path parameters that carry a session are taken out of what was read, as the site declares them
to be no part of a path.
"""

import posixpath
import re
import threading
import urllib.parse
import wsgiref.simple_server
import wsgiref.util
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

PLACES = {"admin": "/admin", "acme": "/.well-known/acme-challenge", "pub": "/pub", "inner": "/inner"}
SESSION = re.compile(r"(/[^/;]+)((?:;jsessionid=[A-Za-z0-9._~!$*+,:=@-]*)+)(?=/|\Z)")


def without_session(match):
    """A segment without its session, unless it is one of dots."""
    return match[0] if match[1] in ("/.", "/..") else match[1]


def place_of(path):
    """The place that a path is in which has been read."""
    path = SESSION.sub(without_session, path)
    for name, prefix in PLACES.items():
        if path == prefix or path.startswith(prefix + "/"):
            return name
    return "root"


class Handler(SimpleHTTPRequestHandler):
    """Reads a target by `read`, and answers with the place."""

    protocol_version = "HTTP/1.1"

    def read(self):
        raise NotImplementedError

    def do_GET(self):
        try:
            place = place_of(self.read())
        except ValueError:
            return self.send_error(400)
        self.send_response(200)
        self.send_header("X-Place", place)
        self.send_header("X-Balancer", self.headers.get("X-Balancer-Name", ""))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Files(Handler):
    """As Python's own server finds files."""

    def __init__(self, *arguments):
        super().__init__(*arguments, directory="/files")

    def read(self):
        return self.translate_path(self.path).removeprefix("/files") or "/"


class Parsed(Handler):
    """As one does who has the target parsed as a URL: what follows two slashes is a host."""

    def read(self):
        target = self.requestline.split(" ")[1]
        return posixpath.normpath(urllib.parse.unquote(urllib.parse.urlparse(target).path))


class Twice(Handler):
    """Decodes twice, takes backslashes for slashes and NUL for the end, and resolves dot segments."""

    def read(self):
        path = self.path.split("?")[0]
        path = urllib.parse.unquote(urllib.parse.unquote(path)).replace("\\", "/")
        path = re.split("[\0?#]", path)[0]
        return re.sub("^//+", "/", posixpath.normpath(self.parameters(path)))

    def parameters(self, path):
        return path


class TwiceWithoutParameters(Twice):
    """The same, and drops what follows a semicolon in a segment."""

    def parameters(self, path):
        return "/".join(segment.split(";")[0] for segment in path.split("/"))


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


def answer(environment, start_response, place):
    start_response("200 OK", [
        ("X-Place", place), ("X-Balancer", environment.get("HTTP_X_BALANCER_NAME", "")), ("Content-Length", "0")])
    return [b""]


def application(environment, start_response):
    """WSGI's path: decoded, and nothing else."""
    return answer(environment, start_response, place_of(environment["PATH_INFO"]))


def shifting(environment, start_response):
    """Goes from one segment to the next as wsgiref does for nested applications: without empty ones and dots."""
    path = ""
    while (segment := wsgiref.util.shift_path_info(environment)) is not None:
        path += "/" + segment
    return answer(environment, start_response, place_of(path))


def serve(name, server):
    """Lets a server answer from a thread of its own."""
    threading.Thread(target=server.serve_forever).start()
    print(name, server.server_address[1])


for name, handler in [("files", Files), ("parsed", Parsed), ("twice", Twice), ("all", TwiceWithoutParameters)]:
    serve(name, ThreadingHTTPServer(("127.0.0.1", 0), handler))
for name, app in [("wsgi", application), ("shifting", shifting)]:
    serve(name, wsgiref.simple_server.make_server("127.0.0.1", 0, app, handler_class=Quiet))
