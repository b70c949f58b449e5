#!/usr/bin/env python3
"""Writes the manual page martlet(1) from what `martlet --experimental-dump-help` says of its verbs.

usage: manual.py BINARY VERSION > martlet.1
"""

import json
import subprocess
import sys


def escape(text):
    """Text that roff takes as it stands."""
    lines = []
    for line in text.replace("\\", "\\e").replace("-", "\\-").split("\n"):
        lines.append("\\&" + line if line.startswith((".", "'")) else line)
    return "\n".join(lines)


def name(argument):
    """How an argument is written: `--control <control>`, `file`."""
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        return f"<{value}>"
    names = sorted(argument["names"], key=lambda each: len(each["name"]))
    words = ", ".join(("-" if each["kind"] == "short" else "--") + each["name"] for each in names)
    return words if argument["kind"] == "flag" else f"{words} <{value}>"


def is_common(argument):
    """Whether every verb has it."""
    return argument.get("preferredName", {}).get("name") in ("help", "version")


def arguments(command):
    """The verb's own arguments, one paragraph each."""
    for argument in command.get("arguments", []):
        if is_common(argument) or not argument.get("shouldDisplay", True):
            continue
        yield f".TP\n.B {escape(name(argument))}"
        words = " ".join(filter(None, [argument.get("abstract"), argument.get("discussion")]))
        default = argument.get("defaultValue")
        yield escape(words + (f" (default: {default})" if default else ""))


def synopsis(command):
    """How a verb is called."""
    words = ["martlet", command["commandName"]]
    for argument in command.get("arguments", []):
        if argument.get("shouldDisplay", True) and not is_common(argument):
            text = name(argument) + (" ..." if argument["isRepeating"] else "")
            words.append(f"[{text}]" if argument["isOptional"] else text)
    return escape(" ".join(words))


def paragraphs(text):
    """A discussion: paragraphs stand apart, lines of a list stay lines."""
    for part in text.split("\n\n"):
        yield ".PP"
        yield f".nf\n{escape(part)}\n.fi" if "\n" in part else escape(part)


def page(command, version):
    """The whole page."""
    yield f'.TH MARTLET 1 "" "martlet {version}" "User Commands"'
    yield f".SH NAME\nmartlet \\- {escape(command['abstract'].rstrip('.'))}"
    yield ".SH SYNOPSIS\n.B martlet\n.I verb\n[options]\n.SH VERBS"
    verbs = [verb for verb in command["subcommands"] if verb["commandName"] != "help"]
    for verb in verbs:
        yield f".SS {verb['commandName']}\n{escape(verb['abstract'])}"
        yield f".PP\n.B {synopsis(verb)}"
        yield from paragraphs(verb["discussion"]) if verb.get("discussion") else ()
        yield from arguments(verb)
    yield ".SH EXIT STATUS"
    yield from paragraphs(command["discussion"])
    yield ".SH FILES"
    for path, words in [
        ("/etc/martlet/martlet.yaml", "The configuration that the service serves."),
        ("/etc/default/martlet", "Variables that stand in it as ${NAME}."),
        ("/etc/martlet/certs", "Certificates, a file each with its chain and its key."),
        ("/run/martlet/control.sock", "The control socket, by which verbs ask the running process."),
        ("/var/log/martlet/access.log", "The access log."),
        ("/usr/share/doc/martlet", "Every key of the configuration, and pages by task."),
    ]:
        yield f".TP\n.I {escape(path)}\n{words}"


def main():
    binary, version = sys.argv[1:]
    text = subprocess.run([binary, "--experimental-dump-help"], check=True, capture_output=True).stdout
    print("\n".join(page(json.loads(text)["command"], version)))


main()
