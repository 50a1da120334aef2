"""Runs commands in a pseudo terminal, one after the other as if somebody typed them, and records them."""

import codecs
import fcntl
import os
import pty
import re
import signal
import socket
import struct
import tempfile
import termios
import time

from cast import IDLE_SECONDS, Cast, Event

PROMPT = "\x1b[1m$\x1b[m "
CLEAR = "\x1b[H\x1b[2J"
KEY_SECONDS = 0.045
# Before the first key and before Enter.
THINK_SECONDS = 0.6
# What a command printed can be read for so long, before the screen is cleared for the next one.
READ_SECONDS = 3
# So long after a line, or an empty one, comes the next one at the earliest.
LINE_SECONDS = 0.1
PARAGRAPH_SECONDS = 0.8


class SessionError(Exception):
    """A command that failed, or that printed what must not be published."""


class Tape:
    """Events with the time at which they are played: no program is silent for long, and lines can be read."""

    def __init__(self):
        self.events = []
        # When the last event is played, and when it would be if lines were not slowed down.
        self._played = self._due = 0.0

    def type(self, output, seconds_after):
        """Adds what follows when everything before is on the screen."""
        self._played += seconds_after
        self._due = self._played
        self.events.append(Event(self._played, output))

    def print(self, output, seconds_after):
        """Adds what a program prints. Lines that wait for those before catch up when it is silent."""
        self._due += min(seconds_after, IDLE_SECONDS)
        for line in re.findall(r"[^\n]*\n|[^\n]+", output):
            self._played = max(self._due, self._played)
            self.events.append(Event(self._played, line))
            if line.endswith("\n"):
                self._played += LINE_SECONDS if line.strip() else PARAGRAPH_SECONDS


def record(commands, columns, lines, folder):
    """Runs each command by bash in a folder; returns the recording."""
    tape = Tape()
    for number, command in enumerate(commands):
        tape.type((CLEAR if number else "") + PROMPT, READ_SECONDS if number else 0)
        for at, key in enumerate(command):
            tape.type(key, KEY_SECONDS if at else THINK_SECONDS)
        tape.type("\r\n", THINK_SECONDS)
        _run(command, columns, lines, folder, tape)
    tape.type(PROMPT, 0)
    _check_private("".join(event.output for event in tape.events), folder)
    return Cast(columns, lines, " · ".join(commands), READ_SECONDS, tuple(tape.events))


def _run(command, columns, lines, folder, tape):
    before = len(tape.events)
    pid, terminal = pty.fork()
    if pid == 0:
        _become(command, columns, lines, folder)
    try:
        _copy(terminal, tape)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except BaseException:
        os.kill(pid, signal.SIGTERM)
        os.close(terminal)
        os.waitpid(pid, 0)
        raise
    os.close(terminal)
    if status != 0:
        said = "".join(event.output for event in tape.events[before:]).split("\r\n")
        last = next((f"and last '{line}'" for line in reversed(said) if line.strip()), "without output")
        raise SessionError(f"expected '{command}' to succeed, got exit code {status} {last}")


def _become(command, columns, lines, folder):
    """Replaces this child process by bash, which has the terminal as its own."""
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.chdir(folder)
        environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
        environment["TERM"] = "xterm-256color"
        os.execvpe("bash", ["bash", "-c", command], environment)
    except OSError as e:
        os.write(2, str(e).encode())
    os._exit(127)


def _copy(terminal, tape):
    """Copies what comes from a terminal until all of its programs have closed it."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    last = time.monotonic()
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # EIO: nobody has it open any more
            data = b""
        now = time.monotonic()
        output = decoder.decode(data, final=not data)
        if output:
            tape.print(output, now - last)
            last = now
        if not data:
            return


def _check_private(text, folder):
    for what, name in (
        ("host name", socket.gethostname()),
        ("checkout", str(folder)),
        ("folder for temporary files", tempfile.gettempdir()),
        ("home directory", os.path.expanduser("~")),
    ):
        if len(name) > 1 and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text):
            raise SessionError(f"expected nothing of this machine in the recording, got its {what}, {name}")
