"""Members for endurance runs: processes of their own that can be killed, stopped and started again at the same port."""

import os
import signal
import sys
import time

from lib import machine
from lib.farm import HERE, wait_until_open
from lib.processes import ProcessGroup

# One process, so that a signal stops all of it. What is asked of it, beside its health, is written down.
NGINX = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 100000000;
    client_body_temp_path {folder}/temp;
    proxy_temp_path {folder}/temp;
    fastcgi_temp_path {folder}/temp;
    uwsgi_temp_path {folder}/temp;
    scgi_temp_path {folder}/temp;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location = /health {{ return {health}; }}
        location / {{ {log} return 200 "{content}"; }}
    }}
}}
"""
CONTENT = "x" * 1024


class Member:
    """A process at a port; `start` it before it is used, and again after `kill`."""

    def __init__(self, name, command, port, folder):
        self.name = name
        self.port = port
        self._command = command
        self._folder = folder
        self._group = None

    def start(self):
        """Starts it; returns when it takes connections."""
        self._group = ProcessGroup(self.name, self._command, os.sched_getaffinity(0), self._folder)
        wait_until_open(self._group, [self.port], seconds=60)

    def kill(self):
        """Ends it without a word."""
        self.signal(signal.SIGKILL)
        self._group.leader.wait(timeout=10)

    def signal(self, number):
        """Sends it a signal."""
        os.kill(self._group.leader.pid, number)

    def end(self):
        """Ends it, whatever it is doing."""
        if self._group:
            if self._group.leader.poll() is None:
                self.signal(signal.SIGCONT)
            self._group.stop()


class Nginx(Member):
    """An nginx whose answers have 1 KiB.

    `health` is the status of its health, and with `counts` what it is asked beside that is counted.
    """

    def __init__(self, name, port, folder, health=200, counts=False):
        folder.mkdir()
        (folder / "temp").mkdir()
        self._hits = folder / "hits.log"
        file = folder / "nginx.conf"
        file.write_text(NGINX.format(
            folder=folder, port=port, health=health, content=CONTENT, user="user root;" if os.getuid() == 0 else "",
            log=f"access_log {self._hits};" if counts else ""))
        super().__init__(
            name, [machine.tool("nginx"), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(file)], port,
            folder)

    def hits(self):
        """How many requests it was given so far, those for its health apart."""
        return self._hits.read_bytes().count(b"\n") if self._hits.exists() else 0


class Echo(Member):
    """A member that takes uploads and WebSockets too (soak_member.py)."""

    def __init__(self, name, port, folder):
        folder.mkdir()
        super().__init__(name, [sys.executable, str(HERE / "lib" / "soak_member.py"), str(port)], port, folder)


class InTurn:
    """What befalls members in turn, each second one, until a load is over; counts how often it was done."""

    def __init__(self, members):
        self._members = members
        self.count = 0

    def run(self, is_over, befall):
        """Calls `befall` with a member each second."""
        due = time.monotonic() + 1
        while not is_over():
            time.sleep(max(0, min(due - time.monotonic(), 0.1)))
            if time.monotonic() < due:
                continue
            befall(self._members[self.count % len(self._members)])
            self.count += 1
            due = max(due + 1, time.monotonic())


def kill(members):
    """Members are gone for 0.4 s, and the time that they take to start."""
    for member in members:
        member.kill()
    time.sleep(0.4)
    for member in members:
        member.start()


def stop(member):
    """A member stands still for 0.8 s."""
    member.signal(signal.SIGSTOP)
    time.sleep(0.8)
    member.signal(signal.SIGCONT)
