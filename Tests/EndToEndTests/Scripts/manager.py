"""A service manager for one program: hears it by NOTIFY_SOCKET, keeps its sockets, starts it again with them.

usage: manager.py SOCKET WATCHDOG_MICROSECONDS PROGRAM ARGUMENT ...

SOCKET is a path, or @NAME. Commands come in lines, answers and datagrams go out in lines:

  start           starts the program with what is stored; `started PID`
  end             sends SIGTERM and waits; `ended STATUS`
  hold NAME       lets one thread of the program stand still; `held`
  release         lets it go on; `released`
  count SECONDS   `counted N`: so many WATCHDOG=1 have come in this time

A datagram is a line that begins with `told`, its lines parted by `|`.
"""

import array
import ctypes
import os
import selectors
import signal
import socket
import sys
import time

SEIZE, INTERRUPT, DETACH, WAIT_ALL = 0x4206, 0x4207, 17, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def say(words):
    print(words, flush=True)


class Manager:
    def __init__(self, name, watchdog, arguments):
        self.name, self.watchdog, self.arguments = name, watchdog, arguments
        self.hearing = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.hearing.bind("\0" + name[1:] if name.startswith("@") else name)
        self.stored, self.process, self.held = [], None, None

    def hear(self):
        """Takes one datagram and what descriptors come with it."""
        data, ancillary, _, _ = self.hearing.recvmsg(4096, socket.CMSG_SPACE(64))
        for _, _, content in ancillary:
            numbers = array.array("i")
            numbers.frombytes(content)
            self.stored += list(numbers)
        text = data.decode().replace("\n", "|")
        say(f"told {text}" + (f" with {len(self.stored)}" if ancillary else ""))
        return text

    def start(self):
        self.process = os.fork()
        if self.process == 0:
            environment = dict(os.environ, NOTIFY_SOCKET=self.name)
            if self.watchdog != "0":
                environment["WATCHDOG_USEC"] = self.watchdog
            if self.stored:
                environment.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(self.stored)))
            # Out of the way of the numbers from 3 on first.
            high = [os.dup2(number, 100 + index) for index, number in enumerate(self.stored)]
            for index, number in enumerate(high):
                os.dup2(number, 3 + index)
                os.close(number)
            os.closerange(3 + len(high), 100)
            os.execve(self.arguments[0], self.arguments, environment)
        say(f"started {self.process}")

    def end(self):
        os.kill(self.process, signal.SIGTERM)
        _, status = os.waitpid(self.process, 0)
        # What it has said until then.
        self.hearing.setblocking(False)
        try:
            while True:
                self.hear()
        except BlockingIOError:
            self.hearing.setblocking(True)
        self.process = None
        say(f"ended {os.waitstatus_to_exitcode(status)}")

    def ptrace(self, request):
        if libc.ptrace(request, self.held, None, None) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    def hold(self, name):
        tasks = f"/proc/{self.process}/task"
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/comm") as file:
                if file.read().strip() == name:
                    self.held = int(task)
        self.ptrace(SEIZE)
        self.ptrace(INTERRUPT)
        os.waitpid(self.held, WAIT_ALL)
        say("held")

    def release(self):
        self.ptrace(DETACH)
        say("released")

    def count(self, seconds):
        end, count = time.monotonic() + float(seconds), 0
        while (left := end - time.monotonic()) > 0:
            self.hearing.settimeout(left)
            try:
                count += self.hear() == "WATCHDOG=1"
            except TimeoutError:
                break
        self.hearing.settimeout(None)
        say(f"counted {count}")

    def serve(self):
        """Hears the program and does what is asked, until nothing more is."""
        selector = selectors.DefaultSelector()
        selector.register(self.hearing, selectors.EVENT_READ)
        selector.register(sys.stdin.buffer.raw, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is self.hearing:
                    self.hear()
                    continue
                line = sys.stdin.buffer.raw.readline()
                if not line:
                    if self.process:
                        os.kill(self.process, signal.SIGKILL)
                    return
                verb, *rest = line.decode().split()
                getattr(self, verb)(*rest)


Manager(sys.argv[1], sys.argv[2], sys.argv[3:]).serve()
