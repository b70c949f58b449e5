"""Drives a browser by its debugging protocol: a JSON object a line says what to do, another one what came of it.

    browser.py SIZE PROGRAM ARGUMENT ...

| command | does |
|---|---|
| `{"open": URL}` | goes there and waits until it has loaded |
| `{"submit": SELECTOR}` | clicks and waits until the next page has loaded |
| `{"type": SELECTOR, "text": TEXT}` | types into a field |
| `{"choose": SELECTOR, "file": PATH}` | chooses a file to upload |
| `{"wait": EXPRESSION}` | waits until it is true, looking again whenever the document changes |
| `{"value": EXPRESSION}` | what it is |
| `{"shoot": PATH}` | writes a picture of the page; tells its width, its height and how many colours it has |
"""

import base64
import itertools
import json
import struct
import subprocess
import sys
import zlib

# The document says when it changes, so that nobody asks again and again.
WAIT = """new Promise((resolve) => {
  const look = () => { if (%s) { observer.disconnect(); resolve(true); } };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  look();
})"""

LOADED = """new Promise((resolve) => {
  if (document.readyState === 'complete') setTimeout(resolve);
  else addEventListener('load', () => setTimeout(resolve));
})"""


class Browser:
    """One page of a browser."""

    def __init__(self, size, arguments):
        # It reads commands from descriptor 3, writes answers to 4, and ends when they are closed.
        shell = ["/bin/sh", "-c", 'exec "$@" 3<&0 4>&1 </dev/null >&2', "sh"]
        self.process = subprocess.Popen(
            shell + arguments + ["--remote-debugging-pipe", f"--window-size={size}", "about:blank"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.numbers = itertools.count(1)
        self.session = None
        self.loads = 0
        self.rest = b""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        width, height = (int(part) for part in size.split(","))
        self.call("Page.enable")
        self.call("DOM.enable")
        # The empty page's own load event is not to be taken for another's.
        self.value(LOADED)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def message(self):
        """Reads a message, which a zero byte ends."""
        while b"\0" not in self.rest:
            bytes_read = self.process.stdout.read1(1 << 20)
            if not bytes_read:
                raise RuntimeError("the browser has ended")
            self.rest += bytes_read
        message, _, self.rest = self.rest.partition(b"\0")
        message = json.loads(message)
        if message.get("method") == "Page.loadEventFired":
            self.loads += 1
        return message

    def call(self, method, **parameters):
        """Calls a method and returns its result."""
        number = next(self.numbers)
        command = {"id": number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        self.process.stdin.write(json.dumps(command).encode() + b"\0")
        self.process.stdin.flush()
        while True:
            message = self.message()
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]

    def value(self, expression):
        """Evaluates an expression; of a promise, what it becomes."""
        result = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def load(self, act):
        """Does something that loads a page, and waits for its load event."""
        before = self.loads
        act()
        while self.loads == before:
            self.message()

    def open(self, url):
        """Goes to a page; an answer without a page is an error."""
        result = self.call("Page.navigate", url=url)
        if "errorText" in result:
            raise RuntimeError(f"{url}: {result['errorText']}")

    def choose(self, selector, path):
        """Chooses a file, as a person does in the window that a field opens."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[path])

    def shoot(self, path):
        """Writes a picture and tells what is in it."""
        picture = base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
        with open(path, "wb") as file:
            file.write(picture)
        return looked_at(picture)

    def obey(self, command):
        """Does what a command says."""
        match command:
            case {"open": url}:
                self.load(lambda: self.open(url))
            case {"submit": selector}:
                self.load(lambda: self.value(f"document.querySelector({json.dumps(selector)}).click()"))
            case {"type": selector, "text": text}:
                self.value(f"document.querySelector({json.dumps(selector)}).focus()")
                self.call("Input.insertText", text=text)
            case {"choose": selector, "file": path}:
                self.choose(selector, path)
            case {"wait": expression}:
                self.value(WAIT % expression)
            case {"value": expression}:
                return self.value(expression)
            case {"shoot": path}:
                return self.shoot(path)
            case _:
                raise RuntimeError("nobody knows this command")
        return None


def looked_at(picture):
    """The width, the height and the number of colours of a PNG of 8 bits a channel that is not interlaced."""
    if picture[:8] != b"\x89PNG\r\n\x1a\n":
        raise RuntimeError("this is no PNG")
    offset, content = 8, b""
    while offset < len(picture):
        count, kind = struct.unpack_from(">I4s", picture, offset)
        data = picture[offset + 8:offset + 8 + count]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data)
        elif kind == b"IDAT":
            content += data
        offset += count + 12
    if depth != 8 or colour not in (2, 6) or interlaced:
        raise RuntimeError("this PNG is of another kind")
    channels = 3 if colour == 2 else 4
    colours, before = set(), bytes(width * channels)
    for line in unfiltered(zlib.decompress(content), width * channels, channels):
        if line != before:
            colours.update(zip(*(line[channel::channels] for channel in range(channels))))
        before = line
    return {"width": width, "height": height, "colours": len(colours)}


def unfiltered(content, count, step):
    """The lines of a PNG (its specification, section 9.2)."""
    before = bytearray(count)
    for start in range(0, len(content), count + 1):
        kind, line = content[start], bytearray(content[start + 1:start + 1 + count])
        if kind == 2 and not any(line):
            # Most lines of a page are like the one above.
            yield before
            continue
        for index in range(count if kind else 0):
            left = line[index - step] if index >= step else 0
            above = before[index]
            corner = before[index - step] if index >= step else 0
            if kind == 4:
                sum_of = left + above - corner
                added = min((left, above, corner), key=lambda near: abs(sum_of - near))
            else:
                added = (0, left, above, (left + above) // 2)[kind]
            line[index] = (line[index] + added) & 0xFF
        yield line
        before = line


def main():
    browser = Browser(sys.argv[1], sys.argv[2:])
    print(json.dumps({"value": browser.call("Browser.getVersion")["product"]}), flush=True)
    for line in sys.stdin:
        try:
            answer = {"value": browser.obey(json.loads(line))}
        except RuntimeError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)
    browser.process.stdin.close()
    browser.process.wait()


main()
