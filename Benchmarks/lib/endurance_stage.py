"""Martlet before members that can be killed, for endurance runs, and what it says of itself."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from lib import machine
from lib.endurance_members import Echo, Nginx
from lib.failure import Failure
from lib.farm import wait_until_open
from lib.processes import ProcessGroup

CONFIGURATION = """\
listeners:
{listeners}
sites:
  - paths: {{ /: farm }}
balancers:
  farm:
{balancer}
    members:
{members}
workers: 2
timeouts: {{ keepalive: {keepalive}s, drain: 30s }}
metrics: 127.0.0.1:{metrics}
control: {{ socket: "{folder}/control.sock" }}
"""
CLEARTEXT = """\
  - {{ address: "127.0.0.1:{port}", protocols: [h2c, http/1.1] }}"""
TLS = """\
  - {{ address: "127.0.0.1:{port}", tls: {{ certificates: "{folder}/certificates" }} }}"""


class Stage:
    """Martlet and its members, in a folder of its own; use it in a `with` statement.

    A subclass declares members, the lines of the balancer and those of the listener.
    """

    listeners = CLEARTEXT
    balancer = ""
    member_keys = "retry: 1s"

    def __init__(self, binary):
        if not os.access(binary, os.X_OK):
            raise Failure(f"no program at {binary}: swift build -c release")
        machine.check_installed(["nginx", "h2load", "openssl", "taskset"])
        self._binary = str(binary)
        self.folder = Path(tempfile.mkdtemp(prefix="martlet-endurance-"))
        self.port, self._metrics = machine.free_ports(2)
        self._configurations = 0
        self.members = self.make_members()
        self._server = None

    def make_members(self):
        """The members, not started."""
        return [Nginx(f"node{number}", port, self.folder / f"node{number}")
                for number, port in enumerate(machine.free_ports(2), 1)]

    def __enter__(self):
        try:
            for member in self.members:
                member.start()
            self._make_certificate()
            self.write()
            self._server = ProcessGroup(
                "martlet", [self._binary, "run", str(self.folder / "martlet.yaml")], os.sched_getaffinity(0),
                self.folder)
            wait_until_open(self._server, [self.port, self._metrics], seconds=60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._server:
            # After an upgrade the one that was started here is gone, and the one that serves has its session.
            for process in self._server.processes():
                _signal(process, signal.SIGTERM)
            self._server.stop()
        for member in self.members:
            member.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def certificate(self):
        """The certificate that clients trust."""
        return self.folder / "certificates" / "localhost.crt"

    def write(self):
        """Writes the configuration, which differs from the one before in `keepalive`."""
        self._configurations += 1
        text = CONFIGURATION.format(
            listeners=self.listeners.format(port=self.port, folder=self.folder), balancer=self.balancer,
            members="\n".join(f"      {one.name}: {{ url: \"http://127.0.0.1:{one.port}\", {self.member_keys} }}"
                              for one in self.members),
            keepalive=60 + self._configurations % 2, metrics=self._metrics, folder=self.folder)
        (self.folder / "next.yaml").write_text(text)
        (self.folder / "next.yaml").replace(self.folder / "martlet.yaml")

    def control(self, *arguments):
        """What a verb prints, which must succeed."""
        result = subprocess.run(
            [self._binary, *arguments, "--control", str(self.folder / "control.sock")], capture_output=True, text=True,
            timeout=90)
        if result.returncode != 0:
            raise Failure(f"martlet {' '.join(arguments)} ended with {result.returncode}: {result.stdout}"
                          f"{result.stderr}\n{self._server.last_words()}")
        return result.stdout

    def status(self):
        """What `martlet status` tells."""
        return json.loads(self.control("status", "--json"))

    def state(self, member):
        """A member's state in words."""
        members = self.status()["balancers"][0]["members"]
        return next(one["state"] for one in members if one["name"] == member)

    def processes(self):
        """The processes of Martlet that have not ended."""
        self._server.leader.poll()
        return self._server.processes()

    def log(self):
        """What Martlet has said so far."""
        return self._server.output.read_text(errors="replace")

    def metrics(self, family):
        """The samples of a family that are not 0, by their labels."""
        connection = http.client.HTTPConnection("127.0.0.1", self._metrics, timeout=10)
        try:
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
        finally:
            connection.close()
        found = re.findall(rf"^{family}(\{{.*\}})? (\S+)$", text, re.MULTILINE)
        return {labels: round(float(value)) for labels, value in found if float(value)}

    def retries(self):
        """How many requests were sent anew, or to a further member."""
        return sum(self.metrics("martlet_retries_total").values())

    def _make_certificate(self):
        self.certificate.parent.mkdir()
        subprocess.run(
            [machine.tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "3",
             "-keyout", self.certificate.with_suffix(".key"), "-out", self.certificate],
            check=True, capture_output=True, timeout=20)


class Checked(Stage):
    """Three members that are checked, so that one that comes and goes is left alone for a while."""

    balancer = "    check: { path: /health, interval: 100ms, fall: 2, rise: 1 }"

    def make_members(self):
        return [Nginx(f"node{number}", port, self.folder / f"node{number}")
                for number, port in enumerate(machine.free_ports(3), 1)]


class Standing(Stage):
    """Members that may stand still: who does not answer in time is in error, and its requests go to another one."""

    balancer = "    fail-on-timeout: true"
    member_keys = "retry: 1s, timeout: 500ms, connection-timeout: 500ms"


class Known(Stage):
    """Two members that serve, one whose checks fail, and one that drains without a session."""

    listeners = TLS
    balancer = "    check: { path: /health, interval: 500ms, timeout: 5s, fall: 2 }"

    def make_members(self):
        ports = machine.free_ports(4)
        return [*(Echo(f"node{number}", ports[number], self.folder / f"node{number}") for number in (1, 2)),
                Nginx("node3", ports[3], self.folder / "node3", health=503, counts=True),
                Nginx("node4", ports[0], self.folder / "node4", counts=True)]

    def __enter__(self):
        super().__enter__()
        try:
            self.control("drain", "farm/node4")
            deadline = time.monotonic() + 30
            while self.state("node3") != "down":
                if time.monotonic() > deadline:
                    raise Failure(f"the checks of node3 do not fail:\n{self.log()[-2000:]}")
                time.sleep(0.1)
        except BaseException:
            self.__exit__()
            raise
        return self

    def hits(self):
        """How many requests those were given that are known not to be there for them."""
        return sum(member.hits() for member in self.members[2:])

    def wait_until_alone(self, seconds):
        """Waits for the processes that were replaced to end; returns whether they have."""
        deadline = time.monotonic() + seconds
        while len(self.processes()) > 1:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True


def _signal(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass
