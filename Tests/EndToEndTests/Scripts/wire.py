"""A small HTTP/1.1 client over TLS or cleartext that hides nothing: no retries, no reconnecting, every error is told."""

import socket
import ssl


class Failure(Exception):
    """An exchange that did not go well, in words."""


class Context:
    """Where to connect to, and how."""

    def __init__(self, address, authority=None, name="shop.example.com"):
        host, _, port = address.rpartition(":")
        self.address = (host.strip("[]"), int(port))
        self.name = name
        self.tls = None
        if authority:
            self.tls = ssl.create_default_context(cafile=authority)
            self.tls.check_hostname = True


class Connection:
    """One connection; raises on a reset, on an end that nobody announced, and on TLS that ends without close_notify."""

    def __init__(self, context, session=None, timeout=30):
        self.context = context
        plain = socket.create_connection(context.address, timeout=timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = plain
        if context.tls:
            try:
                self.socket = context.tls.wrap_socket(
                    plain, server_hostname=context.name, session=session, suppress_ragged_eofs=False)
            except Exception:
                plain.close()
                raise
        self.buffer = b""
        self.announced_close = False

    def serial(self):
        """The serial number of the certificate shown in this handshake."""
        return int(self.socket.getpeercert()["serialNumber"], 16)

    def request(self, target="/", method="GET", fields=(), body=b"", close=False):
        """Sends a request and reads its answer: status, fields (names in lower case) and content."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.context.name}", *fields]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        if close:
            lines.append("Connection: close")
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode() + body)
        return self.response()

    def response(self):
        head = self.until(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest if line)]
        values = dict(fields)
        if "close" in values.get("connection", ""):
            self.announced_close = True
        status = int(first.split(" ")[1])
        if values.get("transfer-encoding") == "chunked":
            content = b""
            while True:
                size = int(self.until(b"\r\n").split(b";")[0], 16)
                if size == 0:
                    break
                content += self.exactly(size + 2)[:-2]
            while self.until(b"\r\n") != b"":
                pass
        elif "content-length" in values:
            content = self.exactly(int(values["content-length"]))
        else:
            content = self.to_end()
        return status, fields, content

    def until(self, mark):
        while mark not in self.buffer:
            self.fill()
        found, _, self.buffer = self.buffer.partition(mark)
        return found

    def exactly(self, count):
        while len(self.buffer) < count:
            self.fill()
        found, self.buffer = self.buffer[:count], self.buffer[count:]
        return found

    def to_end(self):
        while True:
            more = self.socket.recv(65536)
            if not more:
                found, self.buffer = self.buffer, b""
                return found
            self.buffer += more

    def fill(self):
        more = self.socket.recv(262144)
        if not more:
            raise Failure("the connection ended before the answer was complete")
        self.buffer += more

    def close(self):
        self.socket.close()
