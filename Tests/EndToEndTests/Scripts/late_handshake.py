"""Connects, begins its TLS handshake when a line comes on standard input, and waits for the end without asking."""

import socket
import ssl
import sys

host, _, port = sys.argv[1].rpartition(":")
context = ssl.create_default_context(cafile=sys.argv[2])
context.set_alpn_protocols([sys.argv[3]])
connection = socket.create_connection((host, int(port)), timeout=30)
print("connected")
sys.stdin.readline()
with context.wrap_socket(connection, server_hostname="shop.example.com") as secured:
    print(f"speaks {secured.selected_alpn_protocol()}")
    if sys.argv[3] == "h2":
        # The preface and empty SETTINGS (RFC 9113, section 3.4).
        secured.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
    while secured.recv(65536):
        pass
print("ended")
