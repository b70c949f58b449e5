"""Outcomes as text: for the terminal and for results.md, which are the same Markdown."""

import statistics

NAMES = {"martlet": "Martlet", "nginx": "nginx", "haproxy": "HAProxy", "apache2": "Apache",
         "newer-haproxy": "newer HAProxy"}


def named(label):
    """A label as a reader knows it: `apache2, 1` is `Apache, 1`."""
    product, comma, rest = label.partition(",")
    return NAMES.get(product, product) + comma + rest


def figure(number):
    """Three or more digits that mean something: `7.92`, `30.4`, `1,232`."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def table(header, lines):
    """A Markdown table whose columns also line up as plain text; all but the first are set to the right."""
    cells = [header] + lines
    widths = [max(len(line[column]) for line in cells) for column in range(len(header))]
    rule = ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]

    def joined(line):
        return "| " + " | ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))) + " |"

    return "\n".join(joined(line) for line in [header, rule] + lines)


def verdict(outcome, comparison):
    """A quotient with its range within rounds and its target: `0.81 (0.79 … 0.84) ≤ 0.85`, marked where missed."""
    found = outcome.ratio(comparison)
    if not found:
        return "not measured"
    text = f"{found[0]:.2f} ({found[1]:.2f} … {found[2]:.2f})"
    if comparison.target is None:
        return text
    return f"{text} {'≤' if found[0] <= comparison.target else '**above**'} {comparison.target:.2f}"


def disturbance(outcomes):
    """A warning if other work took more than 5 % of the machine during half the samples of a row; else nothing."""
    shares = {outcome.row.name: max(statistics.median(sample.others for sample in samples)
                                    for samples in outcome.samples.values()) for outcome in outcomes}
    disturbed = [f"{name} ({share:.0%})" for name, share in shares.items() if share > 0.05]
    return [f"**The machine was not left alone** during {', '.join(disturbed)}: repeat before drawing conclusions.",
            ""] if disturbed else []


def details(outcome):
    """A row's own section: one line an entry, one a comparison, then the facts."""
    row = outcome.row
    timed = any(sample.rate for samples in outcome.samples.values() for sample in samples)
    lines = []
    for label, samples in outcome.samples.items():
        costs = sorted(sample.cost * row.scale for sample in samples)
        line = [named(label), figure(outcome.median(label) * row.scale),
                f"{figure(costs[0])} … {figure(costs[-1])}"]
        if timed:
            line += [f"{statistics.median(sample.rate for sample in samples):,.0f}",
                     f"{statistics.median(sample.busy for sample in samples):.0%}",
                     f"{statistics.median(sample.others for sample in samples):.0%}"]
        lines.append(line)
    header = ["", row.unit, "range"] + (["units a second", "share of a core", "others"] if timed else [])
    text = [f"### {row.name}: {row.title}", "", table(header, lines), ""]
    for comparison in row.comparisons:
        if outcome.ratio(comparison):
            text.append(f"- {named(comparison.label)} / {named(comparison.against)}: {verdict(outcome, comparison)}; "
                        f"least over least {outcome.ratio(comparison)[3]:.2f}")
    if not any(outcome.ratio(comparison) for comparison in row.comparisons):
        first, *others = outcome.samples
        for label in others:
            found = outcome.median(label) / outcome.median(first)
            text.append(f"- {named(label)} / {named(first)}: {found:.2f}")
    for label, facts in outcome.facts.items():
        if facts:
            text.append(f"- {named(label)}: " + ", ".join(f"{what} {value}" for what, value in facts.items()))
    return "\n".join(text)


def summary(outcomes):
    """The cost table: Martlet's quotients against each rival, of the rows that have them."""
    measured = {label for outcome in outcomes for label in outcome.samples}
    rivals = [name for name in NAMES if name != "martlet" and (name != "newer-haproxy" or name in measured)]
    lines = []
    for outcome in outcomes:
        cells = {comparison.against: verdict(outcome, comparison) for comparison in outcome.row.comparisons
                 if comparison.label == "martlet"}
        if any(outcome.ratio(comparison) for comparison in outcome.row.comparisons if comparison.label == "martlet"):
            lines.append([outcome.row.title] + [cells.get(rival, "") for rival in rivals])
    return table(["work"] + [f"against {named(rival)}" for rival in rivals], lines) if lines else ""


def document(outcomes, surroundings):
    """The whole report. `surroundings` are (what, value) lines: date, machine, versions, how it was run."""
    parts = ["# What Martlet costs, beside its rivals", "",
             "Written by `Benchmarks/compare`; README.md beside it says what is measured and how to read it.", "",
             *(f"- {what}: {value}" for what, value in surroundings), "",
             *disturbance(outcomes),
             "A quotient is Martlet's median over the rival's, in brackets its least and greatest within one round, "
             "then its target.", "", summary(outcomes), ""]
    return "\n".join(parts) + "\n" + "\n\n".join(details(outcome) for outcome in outcomes) + "\n"
