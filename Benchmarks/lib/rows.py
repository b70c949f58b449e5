"""The rows: what is measured, on which servers, against which target."""

import statistics
import sys
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from lib import kinds
from lib.checks import (
    check_ajp, check_fastcgi, check_files, check_guarded, check_inserted, check_measured, check_route, check_ruled,
    check_silent, check_tied, coded_bytes, learned_session, sealed_session)
from lib.loads import Breath, H2load, Handshakes, Idle, Scrape, Watched, Wrk, futex_calls, sample_together
from lib.servers import PRODUCTS, RIVALRY, Server

SESSION = {"Cookie": "JSESSIONID=0123456789ABCDEF0123456789ABCDEF.node1"}
INSERTED = {"Cookie": "JSESSIONID=0123456789ABCDEF0123456789ABCDEF; MARTLET_farm=node1"}
PREFIXED = {"Cookie": "JSESSIONID=node1~0123456789ABCDEF0123456789ABCDEF"}

# Descriptors of a process under 4,000 connections: as many clients, as many members, and for the origin those that the
# servers before still hold; nginx, as server and as origin, wants some free.
GROWTH_DESCRIPTORS = 16384


@dataclass(frozen=True)
class Entry:
    """One of the things compared in a row: a server, its settings, its load, and what to check of it besides."""

    label: str
    product: str
    load: object
    settings: dict = field(default_factory=dict)
    check: object = None  # (server, farm) -> None
    count_futex: bool = False
    is_open: bool = True  # whether it lets in strangers, as which all servers are asked whether they do the same work
    is_silent: bool = True  # whether none of its files grows while it serves


@dataclass(frozen=True)
class Comparison:
    """A quotient that the row is about: `label` over `against`, and the largest one that will do (None: any)."""

    label: str
    against: str
    target: float | None = None


@dataclass(frozen=True)
class Row:
    """A line of the cost table. `scale` turns a cost into what `unit` says. `spread`: server, origin and load share
    all cores. `together`: the two entries of a comparison, each loaded by a ClientLoad, are measured at once and not one
    after the other, and their quotient is the median of those of the rounds. `rounds_divisor`: it has so many times
    fewer rounds than others. `descriptors`: what a process must be allowed. `opened_target`: new upstream connections
    a request that Martlet may open, where they are told."""

    name: str
    title: str
    unit: str
    entries: list
    comparisons: list
    scale: float = 1e6
    spread: bool = False
    together: bool = False
    rounds_divisor: int = 1
    descriptors: int = 0
    opened_target: float | None = None


@dataclass
class Outcome:
    """What a row gave: samples of each entry in the order of the rounds, facts of each entry, and by the first label of
    a comparison the samples of its other entry that were taken at once with its own."""

    row: Row
    samples: dict
    facts: dict
    partners: dict = field(default_factory=dict)

    def ratio(self, comparison):
        """(quotient of the medians, or median of the quotients where both were measured at once; least and greatest
        quotient within one round; quotient of the least costs), or None if one was not measured."""
        partners = self.partners.get(comparison.label, self.samples.get(comparison.against, []))
        mine, other = ([sample.cost for sample in samples]
                       for samples in (self.samples.get(comparison.label, []), partners))
        if not mine or not other:
            return None
        quotients = [a / b for a, b in zip(mine, other)]
        middle = (statistics.median(quotients) if self.row.together
                  else statistics.median(mine) / statistics.median(other))
        return middle, min(quotients), max(quotients), min(mine) / min(other)

    def median(self, label):
        """The middle cost of an entry, in seconds or bytes."""
        return statistics.median(sample.cost for sample in self.samples[label])


def rivals_row(name, title, unit, load, targets, products, scale=1e6):
    """A row in which each product does the same; `targets` are Martlet's against nginx, HAProxy and Apache; there is
    none against a newer HAProxy."""
    rivals = [product for product in RIVALRY if product != "martlet"]
    comparisons = [Comparison("martlet", rival, target) for rival, target in zip_longest(rivals, targets)]
    if "before" in products:
        comparisons.append(Comparison("martlet", "before", 1.02))
    return Row(name, title, unit, [Entry(product, product, load) for product in products], comparisons, scale)


def all_rows(products, quick):
    """Every row, in the order of the report, with the `products` (names) that take part."""
    keepalive = Wrk("/small.bin")
    idle = Idle(1000, 3) if quick else Idle(2000, 6)
    gzip = Wrk("/page.html", connections=16, fields={"Accept-Encoding": "gzip"})
    rows = [
        rivals_row("tls-keepalive", "TLS 1.3 keep-alive, 1 KiB answers, 64 connections", "µs of CPU a request",
                   keepalive, (0.85, 0.65, 0.35), products),
        rivals_row("cleartext", "The same in cleartext", "µs of CPU a request",
                   Wrk("/small.bin", tls=False), (0.85, 0.80, 0.35), products),
        rivals_row("handshake", "Full TLS 1.3 handshake and one request", "µs of CPU a connection",
                   Handshakes(resumed=False), (0.85, 0.70, 0.70), products),
        rivals_row("resumed", "Resumed TLS 1.3 handshake and one request", "µs of CPU a connection",
                   Handshakes(resumed=True), (1.00, 0.50, 0.50), products),
        _http2_row(products),
        rivals_row("download", "1 MiB downloads over TLS, 16 connections", "µs of CPU a download",
                   Wrk("/large.bin", connections=16), (1.00, 1.00, 0.65), products),
        rivals_row("gzip", "A 100 KB page gzipped with zlib at level 1 (HAProxy: slz), over TLS",
                   "µs of CPU a page", gzip, (0.90, None, 0.65), products),
        _igzip_row(products, gzip),
        _idle_memory_row(products, idle),
    ]
    if "martlet" in products:
        rows += [_codings_row(), _affinity_row(), _ruled_row(), _guarded_row(), _watched_row(), _scrape_row()]
    rows += _files_rows(products) + _records_rows(products)
    rows += [_two_workers_row(products), _connections_row(products, quick), _members_row(products, quick)]
    if "martlet" in products:
        rows.append(_memory_row(quick))
    return rows


def _idle_memory_row(products, idle):
    row = rivals_row("idle-memory", f"Memory of an idle TLS keep-alive connection ({idle.count:,} of them)",
                     "KiB a connection", idle, (0.90, 0.85, 0.25), products, scale=1 / 1024)
    # Memory hardly varies, and each of its samples takes a fresh server and ten seconds.
    return replace(row, rounds_divisor=5)


def _igzip_row(products, load):
    """Martlet by igzip, whose page may not be larger than zlib's, beside the rivals as they are."""
    row = rivals_row("igzip", "The same with Martlet's igzip", "µs of CPU a page", load, (0.35, 0.90, 0.25), products)
    return replace(row, entries=[
        replace(entry, settings={"COMPRESSION": "engine: igzip"}) if entry.product == "martlet" else entry
        for entry in row.entries])


def _codings_row():
    """For the record: what the codings cost at their default levels, and what they give."""
    def entry(label, coding, settings):
        load = Wrk("/page.html", connections=16, fields={"Accept-Encoding": coding})
        return Entry(label, "martlet", load, {"COMPRESSION": settings})

    return Row(
        "codings", "The same page in each of Martlet's codings", "µs of CPU a page",
        [
            entry("gzip by zlib, level 1", "gzip", "engine: zlib"),
            entry("gzip by igzip, level 2", "gzip", "engine: igzip"),
            entry("brotli, level 5", "br", "codings: [br, gzip]"),
            entry("zstd, level 2", "zstd", "codings: [zstd, gzip]"),
        ],
        [Comparison(label, "gzip by zlib, level 1")
         for label in ("gzip by igzip, level 2", "brotli, level 5", "zstd, level 2")])


def _http2_row(products):
    """HTTP/2 beside all rivals and, for what its library costs by itself, nghttpx."""
    row = rivals_row("http2", "HTTP/2 over TLS, 16 connections of 32 streams, 1 KiB answers", "µs of CPU a request",
                     H2load("/small.bin", 16, 32), (0.90, 0.70, 0.15), [*products, "nghttpx"])
    return replace(row, comparisons=row.comparisons + [Comparison("martlet", "nghttpx")])


def _affinity_row():
    session, inserted = Wrk("/small.bin", fields=SESSION), Wrk("/small.bin", fields=INSERTED)
    insert = {"AFFINITY": "affinity: insert"}
    return Row(
        "affinity", "Martlet's affinity on top of TLS keep-alive", "µs of CPU a request",
        [
            Entry("none", "martlet", session),
            Entry("route", "martlet", session, {"AFFINITY": "affinity: { cookie: JSESSIONID }"},
                  lambda server, farm: check_route(server, farm, SESSION)),
            Entry("hash", "martlet", session, {"AFFINITY": "affinity: { mode: hash, cookie: JSESSIONID }"},
                  lambda server, farm: check_tied(server, farm, SESSION)),
            Entry("hash on a ring", "martlet", session,
                  {"AFFINITY": "affinity: { mode: hash, cookie: JSESSIONID }", "METHOD": "consistent-hash"},
                  lambda server, farm: check_tied(server, farm, SESSION)),
            Entry("learn", "martlet", Wrk("/small.bin", fields=learned_session),
                  {"AFFINITY": "affinity: { mode: learn, cookie: JSESSIONID }"},
                  lambda server, farm: check_route(server, farm, learned_session(server, farm))),
            Entry("insert, cookie set in each answer", "martlet", session, insert,
                  lambda server, farm: check_inserted(server, farm, SESSION)),
            Entry("insert, cookie known", "martlet", inserted, insert,
                  lambda server, farm: check_route(server, farm, INSERTED)),
            Entry("insert with limits, cookie set in each answer", "martlet", inserted,
                  {"AFFINITY": "affinity: { mode: insert, idle: 30m, life: 8h }"},
                  lambda server, farm: check_inserted(server, farm, INSERTED)),
            Entry("prefix", "martlet", Wrk("/small.bin", fields=PREFIXED),
                  {"AFFINITY": "affinity: { mode: prefix, cookie: JSESSIONID }"},
                  lambda server, farm: check_route(server, farm, PREFIXED)),
            Entry("sealed", "martlet", Wrk("/small.bin", fields=sealed_session),
                  {"AFFINITY": "affinity: { mode: sealed, cookie: JSESSIONID, key-file: affinity.keys }"},
                  lambda server, farm: check_route(server, farm, sealed_session(server, farm))),
        ],
        [Comparison(label, "none", 1.03)
         for label in ("route", "hash", "hash on a ring", "learn", "insert, cookie set in each answer",
                       "insert, cookie known", "prefix")]
        + [Comparison("insert with limits, cookie set in each answer", "none"), Comparison("sealed", "none", 1.06)],
        together=True)


def _ruled_row():
    """What rules cost, over the same requests without any."""
    return Row(
        "ruled", "TLS keep-alive, 1 KiB answers: ten rules of fields, a rate limit and users over none",
        "µs of CPU a request",
        [
            Entry("none", "martlet", Wrk("/small.bin")),
            Entry("rules", "martlet", Wrk("/small.bin", fields=kinds.USER), kinds.RULED,
                  lambda server, farm: check_ruled(server, farm, kinds.USER), is_open=False),
        ],
        [Comparison("rules", "none", 1.06)], together=True)


def _guarded_row():
    """What it costs that a farm is kept up, over the same requests while nothing is set."""
    path = "/small.bin"
    loads = {"cleartext": Wrk(path, tls=False), "TLS": Wrk(path), "HTTP/2": H2load(path, 16, 32)}
    entries, comparisons = [], []
    for name, load in loads.items():
        guarded = f"{name}, guarded"
        entries += [Entry(name, "martlet", load), Entry(guarded, "martlet", load, kinds.GUARDED, check_guarded)]
        comparisons.append(Comparison(guarded, name, 1.03))
    return Row(
        "guarded", "Keep-alive, 1 KiB answers: checks, ejection, limits, rates and metrics over none",
        "µs of CPU a request", entries, comparisons, together=True)


def _watched_row():
    """What it costs that a node is looked at, over the same requests while nobody does."""
    def entry(label, is_logged, is_measured, settings):
        return Entry(label, "martlet", Watched("/small.bin", is_logged, is_measured), settings,
                     check_measured if is_measured else None, is_silent=not is_logged)

    return Row(
        "watched", "TLS keep-alive, 1 KiB answers: access log as JSON, metrics and /healthz once a second over none",
        "µs of CPU a request",
        [
            Entry("none", "martlet", Wrk("/small.bin")),
            entry("access log", True, False, kinds.LOGGED),
            entry("metrics", False, True, kinds.MEASURED),
            entry("both", True, True, kinds.WATCHED),
        ],
        [Comparison("access log", "none"), Comparison("metrics", "none"), Comparison("both", "none", 1.05)],
        together=True)


def _scrape_row():
    """For the record: what a scrape of a large farm takes."""
    large = kinds.scraped(balancers=10, members_each=1000, sites=1000, series=520_000)
    return Row(
        "scrape", "A scrape of Martlet's metrics", "ms of CPU a scrape",
        [
            Entry("2 members", "martlet", Scrape(), kinds.scraped()),
            Entry("10,002 members behind 1,001 sites", "martlet", Scrape(), large),
        ], [], scale=1000, rounds_divisor=4)


def _files_rows(products):
    """Static files beside nginx, which opens a file for each request as Martlet does, and once keeps it open."""
    def row(name, title, unit, load):
        entries = [Entry(product, product, load, kinds.FILES[product], check_files)
                   for product in _growing(products)]
        if "nginx" in products:
            entries.append(Entry("nginx, open_file_cache", "nginx", load, kinds.CACHED_FILES, check_files))
        return Row(name, title, unit, entries, [
            Comparison("martlet", "nginx", 1.00), Comparison("martlet", "nginx, open_file_cache")])

    small, large = "µs of CPU a request", "µs of CPU a download"
    return [
        row("files-tls", "A file of 1 KiB over TLS 1.3, 64 connections", small, Wrk("/files/small.bin", origin=None)),
        row("files-cleartext", "The same in cleartext", small, Wrk("/files/small.bin", tls=False, origin=None)),
        row("files-large", "A file of 1 MiB over TLS 1.3, 16 connections", large,
            Wrk("/files/large.bin", connections=16, origin=None)),
        row("files-sendfile", "The same in cleartext", large,
            Wrk("/files/large.bin", tls=False, connections=16, origin=None)),
    ]


def _records_rows(products):
    """Members that speak FastCGI or AJP."""
    def row(name, title, settings, check, keeps=True):
        load = Wrk("/records/small.php", origin="records", keeps=keeps)
        entries = [Entry(product, product, load, settings[product], check)
                   for product in products if product in settings]
        return Row(name, title, "µs of CPU a request", entries, [
            Comparison("martlet", rival, 1.00) for rival in settings if rival != "martlet"])

    return [
        row("fastcgi-kept", "FastCGI on kept connections, 1 KiB answers over TLS, 64 connections", kinds.FASTCGI,
            check_fastcgi),
        row("fastcgi-new", "FastCGI on a connection a request, which all three have if left alone", kinds.NEW_FASTCGI,
            check_fastcgi, keeps=False),
        row("ajp", "AJP/1.3 on kept connections, 1 KiB answers over TLS, 64 connections", kinds.AJP, check_ajp),
    ]


def _two_workers_row(products):
    """CPU time a request with two workers over that with one. Two cores are all there is, so server, origin and load
    share both in either case; nginx, whose workers share nothing, is there to show what that does by itself."""
    load = Wrk("/small.bin", threads=2)
    scalable = [product for product in products if product in ("martlet", "nginx")]
    return Row(
        "two-workers", "Two workers against one, TLS keep-alive, all on both cores", "µs of CPU a request",
        [Entry(f"{product}, {workers}", product, load, {"WORKERS": workers}, count_futex=workers == 2)
         for product in scalable for workers in (1, 2)],
        [Comparison(f"{product}, 2", f"{product}, 1", 1.10 if product == "martlet" else None)
         for product in scalable],
        spread=True)


def _growing(products):
    """Who is measured as the load and the farm grow: none that opens connections anew where it has many."""
    return [product for product in products if product in ("martlet", "nginx")]


def _connections_row(products, quick):
    """CPU time and new upstream connections a request, from few clients to many."""
    def label(product, count):
        return f"{product}, {count:,} connections"

    counts = (8, 4000) if quick else (8, 64, 512, 4000)
    # It takes 4,000 connections about a second until each has had an answer.
    loads = {count: Wrk("/small.bin", tls=False, connections=count, extra_start=2 if count >= 1000 else 0)
             for count in counts}
    growing = _growing(products)
    return Row(
        "growth-connections", "Cleartext keep-alive, 1 KiB answers, as connections grow", "µs of CPU a request",
        [Entry(label(product, count), product, loads[count]) for count in counts for product in growing],
        [Comparison(label("martlet", count), label("nginx", count), 0.95) for count in counts if "nginx" in growing],
        rounds_divisor=2, descriptors=GROWTH_DESCRIPTORS, opened_target=0.001)


def _members_row(products, quick):
    """CPU time a request, from few members to many: Martlet's in each way to choose one, nginx's in its own."""
    def label(product, way, count):
        return f"{product}, {way}, {count:,} members"

    load = Wrk("/small.bin", tls=False)
    counts = (2, 1000) if quick else (2, 100, 1000)
    ways = ("byrequests",) if quick else ("byrequests", "bybusyness", "least-connections")
    entries, comparisons = [], []
    for product in _growing(products):
        kinds = [(way, load, {"METHOD": way}, None) for way in ways] + [
            ("hash", Wrk("/small.bin", tls=False, script="sessions.lua"),
             {"AFFINITY": "affinity: { mode: hash, cookie: JSESSIONID }"},
             lambda server, farm: check_tied(server, farm, SESSION))]
        if product == "nginx":
            kinds = [("round robin", load, {}, None)]
        for way, way_load, settings, check in kinds:
            entries += [Entry(label(product, way, count), product, way_load, settings | {"members": count}, check)
                        for count in counts]
            comparisons.append(Comparison(label(product, way, counts[-1]), label(product, way, counts[0]),
                                          1.3 if product == "martlet" else None))
    return Row(
        "growth-members", "Cleartext keep-alive, 1 KiB answers, 64 connections, as members grow", "µs of CPU a request",
        entries, comparisons, rounds_divisor=2, descriptors=GROWTH_DESCRIPTORS)


def _memory_row(quick):
    """For the record: what many connections take, and whether it is given back. Martlet's intervals are 10 s, and what
    a load has made is kept for two of them at most."""
    load = Breath(4000, 2, 3) if quick else Breath(4000, 8, 30)
    return Row(
        "growth-memory", "Martlet's resident size before, under and after 4,000 cleartext connections",
        "MiB under load", [Entry("martlet", "martlet", load)], [], scale=1 / 1024 / 1024, rounds_divisor=16,
        descriptors=GROWTH_DESCRIPTORS)


def measure(row, farm, same_work, rounds, seconds):
    """Measures a row in interleaved rounds, each starting with another entry than the one before."""
    samples = {entry.label: [] for entry in row.entries}
    facts = {entry.label: {} for entry in row.entries}
    partners = {}
    with ExitStack() as stack:
        stack.enter_context(farm.spread_over_all_cores() if row.spread else nullcontext())
        lasting = {}
        for entry in row.entries:
            server = _start(entry, farm, stack)
            facts[entry.label].update(_checked(entry, server, farm, same_work))
            if entry.load.fresh_server:
                server.stop()
            else:
                entry.load.sample(server, farm, 1)
                lasting[entry.label] = (server, server.bytes_written())

        for number in range(rounds):
            if row.together:
                _measure_together(row, lasting, farm, seconds, samples, partners, f"round {number + 1}/{rounds}")
                continue
            turn = number % len(row.entries)
            for entry in row.entries[turn:] + row.entries[:turn]:
                with ExitStack() as passing:
                    server = lasting[entry.label][0] if entry.label in lasting else _start(entry, farm, passing)
                    sample = entry.load.sample(server, farm, seconds)
                samples[entry.label].append(sample)
                facts[entry.label].update(sample.facts)
                print(f"  round {number + 1}/{rounds}  {entry.label:34} {sample.cost * row.scale:10.2f} {row.unit}",
                      file=sys.stderr, flush=True)

        for entry in row.entries:
            if entry.label in lasting:
                server, bytes_before = lasting[entry.label]
                if entry.is_silent:
                    check_silent(server, bytes_before)
                if row.opened_target is not None:
                    facts[entry.label]["new upstream connections a request"] = _opened(
                        samples[entry.label], row.opened_target if entry.product == "martlet" else None)
                if entry.count_futex:
                    facts[entry.label]["futex calls per 1,000 requests"] = futex_calls(
                        server, farm, entry.load, seconds)
    return Outcome(row, samples, facts, partners)


def _opened(samples, target):
    """The connections that a request has opened in the mean of all rounds, as text, and the target if there is one."""
    mean = statistics.mean(sample.opened for sample in samples)
    verdict = "" if target is None else f" {'≤' if mean <= target else '**above**'} {target}"
    return f"{mean:.4f}{verdict}"


def _measure_together(row, lasting, farm, seconds, samples, partners, heading):
    """Adds a sample of each comparison's two entries, measured at once."""
    loads = {entry.label: entry.load for entry in row.entries}
    for comparison in row.comparisons:
        label, against = comparison.label, comparison.against
        mine, other = sample_together(
            [(loads[name], lasting[name][0]) for name in (label, against)], farm, 2 * seconds)
        samples[label].append(mine)
        samples[against].append(other)
        partners.setdefault(label, []).append(other)
        print(f"  {heading}  {label:34} {mine.cost / other.cost:10.3f} of {against}", file=sys.stderr, flush=True)


def _start(entry, farm, stack):
    return stack.enter_context(Server(PRODUCTS[entry.product], farm, farm.balancer_cores, **entry.settings))


def _checked(entry, server, farm, same_work):
    if not PRODUCTS[entry.product].does_same_work:
        return {"work": "less: no gzip, no X-Forwarded-Host, -Port, X-Real-IP"}
    if entry.is_open:
        same_work.check(server, gzips_with_zlib="COMPRESSION" not in entry.settings)
    if entry.check:
        entry.check(server, farm)
    fields = getattr(entry.load, "fields", {})
    coding = None if callable(fields) else fields.get("Accept-Encoding")
    return {coding: f"{coded_bytes(server, farm, coding):,} bytes"} if coding else {}
