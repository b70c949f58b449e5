"""Holds one thread of a process still, as a debugger does, until standard input ends.

Prints `stopped`.
"""

import ctypes
import os
import sys

PTRACE_SEIZE = 0x4206
PTRACE_INTERRUPT = 0x4207

library = ctypes.CDLL(None, use_errno=True)
library.ptrace.argtypes = [ctypes.c_long] * 4
library.ptrace.restype = ctypes.c_long


def trace(request, thread):
    if library.ptrace(request, thread, 0, 0) < 0:
        sys.exit(f"ptrace: {os.strerror(ctypes.get_errno())}")


process, name = sys.argv[1:]
for thread in map(int, os.listdir(f"/proc/{process}/task")):
    with open(f"/proc/{process}/task/{thread}/comm") as file:
        if file.read().strip() != name:
            continue
    trace(PTRACE_SEIZE, thread)
    trace(PTRACE_INTERRUPT, thread)
    os.waitpid(thread, 0x40000000)  # __WALL
    print("stopped", flush=True)
    sys.stdin.read()
    sys.exit()
sys.exit(f"no thread {name}")
