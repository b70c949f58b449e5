"""Servers as groups of processes: started, pinned, counted, and ended by their own identifiers."""

import os
import signal
import subprocess
import time
from pathlib import Path

from lib.failure import Failure

TICK_NANOSECONDS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def pinned(cores):
    """The command prefix that confines a process, and all that it starts, to `cores` (a collection of numbers)."""
    return ["taskset", "-c", ",".join(str(core) for core in sorted(cores))]


class ProcessGroup:
    """A server: the process started here and everything that it starts, which is all that shares its session.

    Use it in a `with` statement; leaving it ends the processes. A server that daemonizes would escape, so every
    configuration here keeps its server in the foreground.
    """

    def __init__(self, name, command, cores, folder):
        self.name = name
        self.folder = folder
        self.output = folder / "output.log"
        with open(self.output, "ab") as output:
            self.leader = subprocess.Popen(
                pinned(cores) + command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder,
                start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def check_alive(self):
        """Fails, with the end of what the server wrote, if the process that was started here has ended."""
        if self.leader.poll() is not None:
            raise Failure(f"{self.name} ended with status {self.leader.returncode}:\n{self.last_words()}")

    def last_words(self):
        """The end of everything that the server has written into its folder's logs."""
        texts = [path.read_text(errors="replace") for path in (self.output, self.folder / "error.log") if path.exists()]
        return "\n".join(text for text in texts if text)[-2000:]

    def processes(self):
        """Process identifiers of the group that are alive, in no particular order."""
        members = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            fields = _stat_fields(f"/proc/{entry}/stat")
            # After the name: state, parent, process group, session.
            if fields and fields[0] not in "ZX" and int(fields[3]) == self.leader.pid:
                members.append(int(entry))
        return members

    def processor_time(self):
        """CPU time in nanoseconds that each thread of the group has used so far: {thread identifier: nanoseconds}."""
        times = {}
        for process in self.processes():
            times |= process_time(process)
        return times

    def clock_time(self):
        """CPU time in nanoseconds of each process of the group, with threads that have ended: {process: nanoseconds}."""
        # The clock of another process (clock_getcpuclockid), by the number that the kernel gives it.
        return {process: time.clock_gettime_ns(~process << 3 | 2) for process in self.processes()}

    def memory(self, kind="Pss"):
        """Memory of the whole group in bytes; proportional set size: private pages, and its part of shared ones; or
        resident size (`Rss`): all of shared ones."""
        total = 0
        for process in self.processes():
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith(f"{kind}:"):
                    total += int(line.split()[1]) * 1024
        return total

    def mapped_libraries(self, name):
        """Real paths of the mapped files whose name starts with `name`, over all processes of the group."""
        paths = set()
        for process in self.processes():
            for line in Path(f"/proc/{process}/maps").read_text().splitlines():
                path = line.split(maxsplit=5)[5] if line.count(" ") >= 5 and "/" in line else ""
                if os.path.basename(path).startswith(name):
                    paths.add(os.path.realpath(path))
        return paths

    def pin(self, cores):
        """Moves all threads of the group to `cores`."""
        for thread in self.processor_time():
            os.sched_setaffinity(thread, cores)

    def stop(self):
        """Asks the group to end, then insists; returns when no process of it is left, after 7 seconds at most."""
        for request, seconds in ((signal.SIGTERM, 3), (signal.SIGTERM, 2), (signal.SIGKILL, 2)):
            if not self.processes():
                break
            self._signal(request, everyone=request == signal.SIGKILL)
            deadline = time.monotonic() + seconds
            while self.processes() and time.monotonic() < deadline:
                self.leader.poll()
                time.sleep(0.02)
        self.leader.wait(timeout=2)

    def _signal(self, number, everyone):
        for process in self.processes() if everyone else [self.leader.pid]:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                pass


def process_time(process):
    """CPU time in nanoseconds of each thread of a process: {thread identifier: nanoseconds}, empty once it ended."""
    times = {}
    for task in _listed(f"/proc/{process}/task"):
        nanoseconds = _task_nanoseconds(f"/proc/{process}/task/{task}")
        if nanoseconds is not None:
            times[int(task)] = nanoseconds
    return times


def writes(process):
    """How many times a process of this user has called `write` so far: a load client does so once a request."""
    text = Path(f"/proc/{process}/io").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("syscw:")).split()[1])


def _listed(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _stat_fields(path):
    """The fields of a `stat` file behind the name, which may itself hold blanks; None if the task is gone."""
    try:
        return Path(path).read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _task_nanoseconds(folder):
    """CPU time of one thread: exact from `schedstat`, in clock ticks from `stat` where the kernel lacks it."""
    try:
        return int(Path(folder, "schedstat").read_text().split()[0])
    except FileNotFoundError:
        fields = _stat_fields(f"{folder}/stat")
        return (int(fields[11]) + int(fields[12])) * TICK_NANOSECONDS if fields else None
    except OSError:
        return None
