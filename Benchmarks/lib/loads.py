"""Loads: each takes one sample of a running server, in CPU time or in memory, and refuses it if anything failed."""

import json
import re
import resource
import signal
import shutil
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field

from lib import machine
from lib.checks import check_logged, open_descriptors, series, told
from lib.failure import Failure
from lib.farm import HERE
from lib.processes import pinned, process_time, writes

MEBIBYTE = 1024 * 1024

# Parts of a wrk run that do not count: 64 handshakes take it 0.1 s, and it must not end before the meter does.
START_SECONDS = 0.3
END_SECONDS = 0.1


@dataclass
class Sample:
    """One measurement. `cost` is per unit: seconds of CPU time, or bytes. The shares are of one core (`busy`: used by
    the server) and of all cores (`others`: used by neither server, origin nor load: above a few percent the machine
    was not left alone). `opened` are new upstream connections, per unit. `facts` are for the reader."""

    cost: float
    rate: float = 0.0
    busy: float = 0.0
    others: float = 0.0
    opened: float = 0.0
    facts: dict = field(default_factory=dict)


class Meter:
    """Counters of server, origin (None: the server needs none) and machine between `start` and `stop`."""

    def __init__(self, server, origin):
        self.server = server
        self.origin = origin

    def start(self, client):
        """Reads all counters; called by a load right before the work that counts. `client` is its process."""
        self._client = client
        self._before = self._read()

    def stop(self):
        """Reads them again and sets what was used in between; seconds, unless the name says otherwise."""
        before, after = self._before, self._read()
        self.wall, own, busy = (after[key] - before[key] for key in ("wall", "own", "busy"))
        self.server_time = _used(self.server, before["server"], after["server"])
        origin_time = _used(self.origin, before["origin"], after["origin"]) if self.origin else 0
        self.others = max(0.0, busy - self.server_time - origin_time - own)
        self.opened = after["counters"][0] - before["counters"][0]
        # The second question to the origin is no request of the load.
        self.requests = after["counters"][1] - before["counters"][1] - (1 if self.origin else 0)

    def _read(self):
        own = sum(usage.ru_utime + usage.ru_stime
                  for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
        # A client that has ended is among the children.
        own += sum(process_time(self._client.pid).values()) / 1e9
        # First, as the question waits in the origin behind what the load has sent it, up to 0.1 s.
        counters = self.origin.counters() if self.origin else (0, writes(self._client.pid))
        return {
            "counters": counters, "wall": time.monotonic(), "own": own, "busy": machine.busy_seconds(),
            "server": self.server.processor_time(), "origin": self.origin.processor_time() if self.origin else {},
        }


def _used(group, before, after):
    ended = before.keys() - after.keys()
    if ended:
        raise Failure(f"{group.name}: {len(ended)} tasks ended during a run, their CPU time is not known")
    return sum(nanoseconds - before.get(task, 0) for task, nanoseconds in after.items()) / 1e9


class ProcessorLoad:
    """A load that costs CPU time. Subclasses run it and return (units of work, requests, facts)."""

    fresh_server = False
    # Whether there are far fewer connections to the origin than requests.
    keeps = True

    def origin(self, farm):
        """Who is behind the server."""
        return farm.origin

    def run(self, server, farm, meter, seconds):
        """Puts load on `server` for `seconds`, with `meter` running while the work counts."""
        raise NotImplementedError

    def sample(self, server, farm, seconds):
        """Runs the load and returns the CPU time of one unit of work."""
        origin = self.origin(farm)
        meter = Meter(server, origin)
        # What needs no origin must not reach one.
        counted = origin or farm.origin
        before = counted.settled_counters()
        units, requests, facts = self.run(server, farm, meter, seconds)
        after = counted.counters()
        server.check_alive()
        if units <= 0:
            raise Failure(f"{server.name}: nothing was done in {seconds} s")
        if not origin:
            # The question before the load is in neither.
            self._check_own(server, units, requests, after[1] - before[1] - 1)
        else:
            self._check_origin(server, requests, after[0] - before[0], after[1] - before[1])
        return Sample(meter.server_time / units, units / meter.wall, meter.server_time / meter.wall,
                      meter.others / meter.wall / len(farm.all_cores), meter.opened / units, facts)

    def _check_own(self, server, units, requests, served):
        """The server has answered by itself, and no more than was counted."""
        if served or units > requests + self.connections:
            raise Failure(f"{server.name}: {requests} requests counted, {units} written, {served} reached the origin")

    def _check_origin(self, server, requests, opened, served):
        """Each counted request reached the origin once (those under way at the end too), on kept connections."""
        spare = 2 * self.connections + 8
        if not requests <= served <= requests + spare:
            raise Failure(f"{server.name}: {requests} requests counted, {served} reached the origin")
        if not self.keeps and opened < requests:
            raise Failure(f"{server.name} uses connections again: {opened} new ones for {requests} requests")
        if self.keeps and opened > requests / 100 + spare + 2 * len(server.members):
            raise Failure(f"{server.name} does not keep its upstream connections: {opened} new ones for {requests} "
                          "requests")


class ClientLoad(ProcessorLoad):
    """Keep-alive requests from a client of its own, which counts them. The meter runs while all connections are open
    and busy, without the handshakes at the start, so the unit of work is a request that reached the origin meanwhile,
    or where there is none one that the client has written; its own totals tell of errors. `extra_start` are whole
    seconds more before it."""

    extra_start = 0

    def start(self, server, farm, seconds):
        """Starts the client."""
        raise NotImplementedError

    def finish(self, server, client):
        """Waits for its end: how many requests it has counted."""
        raise NotImplementedError

    def settle(self, server, requests):
        """What is to be done when nothing is measured any more: nothing."""

    def run(self, server, farm, meter, seconds):
        client = self.start(server, farm, seconds + self.extra_start)
        try:
            time.sleep(START_SECONDS + self.extra_start)
            meter.start(client)
            time.sleep(seconds - START_SECONDS - END_SECONDS)
            meter.stop()
            requests = self.finish(server, client)
        finally:
            client.kill()
            client.wait()
        return meter.requests, requests, {}


class Wrk(ClientLoad):
    """Requests from wrk. `script` is one under load/; `origin` is the farm's name of who is behind the server (None:
    nobody); `keeps`: whether connections to it are used again."""

    def __init__(self, path, tls=True, connections=64, threads=1, fields=None, extra_start=0, script="totals.lua",
                 origin="origin", keeps=True):
        self.path, self.tls, self.connections, self.threads = path, tls, connections, threads
        self.fields, self.extra_start, self.script = fields or {}, extra_start, script
        self._origin, self.keeps = origin, keeps

    def origin(self, farm):
        return getattr(farm, self._origin) if self._origin else None

    def start(self, server, farm, seconds):
        """Starts wrk."""
        fields = self.fields(server, farm) if callable(self.fields) else self.fields
        command = pinned(farm.load_cores) + [
            machine.tool("wrk"), "-t", str(self.threads), "-c", str(self.connections), "-d", f"{seconds}s",
            "--timeout", "10s", "-s", str(HERE / "load" / self.script)]
        for name, value in fields.items():
            command += ["-H", f"{name}: {value}"]
        command.append(f"http{'s' if self.tls else ''}://localhost:{server.port(self.tls)}{self.path}")
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def finish(self, server, client):
        """Waits for wrk's end: how many requests it has counted."""
        output = client.communicate(timeout=30)[0]
        if client.returncode != 0:
            raise Failure(f"{server.name}: {' '.join(client.args)}: {output}")
        totals = json.loads(output.splitlines()[-1])
        errors = {name: totals[name] for name in ("connect", "read", "write", "status", "timeout") if totals[name]}
        if errors:
            raise Failure(f"{server.name}: wrk counted errors on {self.path}: {errors}\n{server.last_words()}")
        return totals["requests"]


def sample_together(entries, farm, seconds):
    """Puts the loads of `entries`, each a ClientLoad with its server, on all of them at once, so that they share a core
    in slices of milliseconds, and whatever slows it slows all. Returns a sample for each; the handshakes at the start
    are in it."""
    before = [server.clock_time() for _, server in entries]
    counters, began = farm.origin.counters(), time.monotonic()
    clients = []
    try:
        for load, server in entries:
            clients.append(load.start(server, farm, seconds))
        requests = [load.finish(server, client) for (load, server), client in zip(entries, clients)]
    finally:
        for client in clients:
            client.kill()
            client.wait()
    wall = time.monotonic() - began
    times = [_used(server, mine, server.clock_time()) for (_, server), mine in zip(entries, before)]
    served = farm.origin.counters()[1] - counters[1]
    spare = sum(2 * load.connections + 8 for load, _ in entries)
    if not sum(requests) <= served <= sum(requests) + spare:
        raise Failure(f"{sum(requests)} requests counted, {served} reached the origin")
    for (load, server), count in zip(entries, requests):
        server.check_alive()
        load.settle(server, count)
    return [Sample(time / count, count / wall, time / wall) for time, count in zip(times, requests)]


class Watched(Wrk):
    """Wrk's requests to a Martlet with an access log, or with metrics, which are scraped once a second, as its health
    is asked for, or both. Of each sample all lines are there; then the log is emptied."""

    def __init__(self, path, is_logged, is_measured):
        super().__init__(path)
        self.is_logged, self.is_measured = is_logged, is_measured

    def start(self, server, farm, seconds):
        """Starts wrk and who watches."""
        self._faults = []
        self._watch = threading.Thread(target=self._look, args=(server, seconds), daemon=True)
        self._watch.start()
        return super().start(server, farm, seconds)

    def finish(self, server, client):
        """Waits for both: how many requests wrk has counted."""
        requests = super().finish(server, client)
        self._watch.join()
        if self._faults:
            raise self._faults[0]
        return requests

    def settle(self, server, requests):
        """What is to be done when nothing is measured any more."""
        if self.is_logged:
            check_logged(server, requests)

    def sample(self, server, farm, seconds):
        """Warms the server up: it is measured beside another one."""
        client = self.start(server, farm, seconds)
        try:
            self.settle(server, self.finish(server, client))
        finally:
            client.kill()
            client.wait()

    def _look(self, server, seconds):
        try:
            for _ in range(seconds if self.is_measured else 0):
                told(server, "/metrics")
                told(server, "/healthz")
                time.sleep(1)
        except Failure as failure:
            self._faults.append(failure)


class Scrape:
    """Scrapes one after the other of a Martlet that does nothing else; costs CPU time a scrape."""

    fresh_server = False
    interval_seconds = 15
    share_target, milliseconds_target = 0.01, 100

    def __init__(self, count=5):
        self.count = count
        self._times = {}

    def sample(self, server, farm, seconds):
        """Returns the CPU time of a scrape; `seconds` is of no account here."""
        before, began = server.clock_time(), time.monotonic()
        times = self._times.setdefault(server, [])
        for _ in range(self.count):
            start = time.monotonic()
            page = told(server, "/metrics")
            times.append((time.monotonic() - start) * 1000)
        wall = time.monotonic() - began
        used = _used(server, before, server.clock_time())
        server.check_alive()
        cost, middle = used / self.count, statistics.median(times)
        return Sample(cost, self.count / wall, used / wall, facts={
            "series": f"{series(page):,} in {len(page):,} bytes",
            "a scrape took": f"{middle:.1f} ms{self._verdict(middle, self.milliseconds_target)}",
            f"each {self.interval_seconds} s that is": f"{cost / self.interval_seconds:.2%} of a core"
            + self._verdict(cost / self.interval_seconds, self.share_target),
        })

    def _verdict(self, value, target):
        return f" {'≤' if value <= target else '**above**'} {target:.0%}" if target < 1 else (
            f" {'≤' if value <= target else '**above**'} {target}")


class H2load(ClientLoad):
    """Requests over HTTP/2 from h2load, so many streams at a time on each connection."""

    def __init__(self, path, clients, streams):
        self.path, self.clients, self.streams = path, clients, streams
        # What may be under way at the origin when the load ends.
        self.connections = clients * streams

    def start(self, server, farm, seconds):
        """Starts h2load."""
        command = pinned(farm.load_cores) + [
            machine.tool("h2load"), "-c", str(self.clients), "-m", str(self.streams), "-D", str(seconds),
            f"https://localhost:{server.port(True)}{self.path}"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def finish(self, server, client):
        """Waits for h2load's end: how many requests it has counted."""
        output = client.communicate(timeout=30)[0]
        totals = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored", output)
        if client.returncode != 0 or not totals or "Application protocol: h2\n" not in output:
            raise Failure(f"{server.name}: {' '.join(client.args)}: {output}")
        done, succeeded, failed, errored = map(int, totals.groups())
        if failed or errored or succeeded != done:
            raise Failure(f"{server.name}: h2load counted errors on {self.path}: {totals[0]}\n{server.last_words()}")
        return done


class _Client:
    """load/handshakes.c, running: `ready` once it has prepared, `totals` after it was let go."""

    def __init__(self, mode, server, farm, threads, amount):
        self.server = server
        self.process = subprocess.Popen(
            pinned(farm.load_cores) + [str(farm.handshakes), mode, str(server.tls_port), "localhost", "/small.bin",
                                       "1024", str(threads), str(amount)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def wait_until_ready(self):
        if self.process.stdout.readline() != "ready\n":
            raise Failure(f"{self.server.name}: {self.process.stderr.read()}\n{self.server.last_words()}")

    def totals(self, seconds):
        output, errors = self.process.communicate("\n", timeout=seconds)
        if self.process.returncode != 0:
            raise Failure(f"{self.server.name}: {errors}\n{self.server.last_words()}")
        return json.loads(output)


class Handshakes(ProcessorLoad):
    """A TLS 1.3 connection for each request, closed by the server after the answer; all of them full, or all resumed
    from the newest ticket."""

    connections = 8

    def __init__(self, resumed):
        self.resumed = resumed

    def run(self, server, farm, meter, seconds):
        with _Client("resumed" if self.resumed else "full", server, farm, self.connections, seconds) as client:
            client.wait_until_ready()
            meter.start(client.process)
            totals = client.totals(seconds + 30)
            time.sleep(0.05)
            meter.stop()
        connections = totals["connections"]
        expected = connections if self.resumed else 0
        if totals["reused"] != expected or totals["version"] != "TLSv1.3":
            raise Failure(f"{server.name}: {totals['reused']} of {connections} sessions were resumed, {expected} "
                          f"should be, over {totals['version']}")
        facts = {"tickets a handshake": f"{totals['tickets'] / max(connections, 1):.1f}"}
        if totals["unclean_closes"]:
            facts["closed without close_notify"] = f"{totals['unclean_closes'] / connections:.0%}"
        return connections, connections, facts


class Idle:
    """TLS keep-alive connections that have had one answer each and then lie idle; costs memory, in bytes a
    connection. Each sample wants a server of its own, since freed memory of an earlier one would be used again."""

    fresh_server = True

    def __init__(self, connections, settle_seconds):
        self.count, self.settle_seconds = connections, settle_seconds

    def sample(self, server, farm, seconds):
        """Returns the memory of one idle connection; `seconds` is of no account here."""
        Wrk("/small.bin").sample(server, farm, 1)
        before = _settled(server, 1)
        with _Client("idle", server, farm, 8, self.count) as client:
            client.wait_until_ready()
            after = _settled(server, self.settle_seconds)
            if open_descriptors(server) < self.count:
                raise Failure(f"{server.name} does not hold {self.count} idle connections")
            client.totals(30)
        return Sample((after - before) / self.count, facts={"before": f"{before / MEBIBYTE:.1f} MiB"})


class Breath:
    """Resident size of a fresh server: at rest, at its largest under keep-alive requests in cleartext, which is the
    cost, and a while after them, each beside the open descriptors."""

    fresh_server = True

    def __init__(self, connections, seconds, rest_seconds):
        self.connections, self.seconds, self.rest_seconds = connections, seconds, rest_seconds

    def sample(self, server, farm, _):
        """Returns the memory under load in bytes."""
        facts = {"at rest": self._fact(*self._reading(server))}
        load = Wrk("/small.bin", tls=False, connections=self.connections)
        client = load.start(server, farm, self.seconds)
        readings = []
        try:
            while client.poll() is None:
                readings.append(self._reading(server))
                time.sleep(0.2)
            load.finish(server, client)
        finally:
            client.kill()
            client.wait()
        largest, descriptors = map(max, zip(*readings))
        facts[f"under {self.connections:,} connections"] = self._fact(largest, descriptors)
        time.sleep(self.rest_seconds)
        server.check_alive()
        facts[f"{self.rest_seconds} s later"] = self._fact(*self._reading(server))
        return Sample(largest, facts=facts)

    def _reading(self, server):
        return server.memory("Rss"), open_descriptors(server)

    def _fact(self, memory, descriptors):
        return f"{memory / MEBIBYTE:.1f} MiB and {descriptors:,} descriptors"


def _settled(server, at_least_seconds):
    """The server's memory once it has not moved by more than 64 KiB for 1.5 s; waits up to 30 s longer."""
    start = time.monotonic()
    readings = []
    while True:
        readings = readings[-3:] + [server.memory()]
        waited = time.monotonic() - start
        if waited >= at_least_seconds and len(readings) == 4 and max(readings) - min(readings) <= 64 * 1024:
            return readings[-1]
        if waited > at_least_seconds + 30:
            raise Failure(f"{server.name}: memory does not settle, last readings {readings}")
        time.sleep(0.5)


def futex_calls(server, farm, load, seconds):
    """futex system calls of the server for each 1,000 requests under `load`, as text; counted by perf's tracepoint,
    else by strace, which slows the server down so much that it can only hint."""
    processes = [str(process) for process in server.processes()]
    if shutil.which("perf"):
        command = ["perf", "stat", "-x", ",", "-e", "syscalls:sys_enter_futex", "-p", ",".join(processes)]
    elif shutil.which("strace"):
        command = ["strace", "-f", "-c", "-e", "trace=futex"] + [f"--attach={process}" for process in processes]
    else:
        return "not counted (install linux-perf or strace)"
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(0.3)
        requests = load.run(server, farm, Meter(server, load.origin(farm)), seconds)[1]
        tracer.send_signal(signal.SIGINT)
        output = tracer.communicate(timeout=10)[1]
    finally:
        tracer.kill()
        tracer.wait()
    calls = _futex_count(output)
    if calls is None:
        return "not counted (no permission to trace)"
    return f"{calls * 1000 / requests:.2f} by {command[0]}"


def _futex_count(output):
    """The count in what perf or strace printed; None if there is none."""
    for line in output.splitlines():
        if "sys_enter_futex" in line:
            count = line.split(",")[0]
            return int(count) if count.isdigit() else None
        if line.endswith(" futex"):
            return int(line.split()[3])
    return 0 if "attached" in output else None
