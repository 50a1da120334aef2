"""Recordings of terminals as asciicast files, version 2: a header and then an event a line, in JSON."""

import json
from typing import NamedTuple

MAX_COLUMNS = 500
MAX_LINES = 200


class Event(NamedTuple):
    """Output, and when it came: seconds after the beginning."""

    seconds: float
    output: str


class Cast(NamedTuple):
    """A recording. No event comes more than idle_seconds after the one before when it is played."""

    columns: int
    lines: int
    title: str
    idle_seconds: float
    events: tuple[Event, ...]


class CastError(ValueError):
    """A file that is no recording: says what was expected, what was seen and in which line."""


# Longer than this nobody wants to wait, unless the recording says otherwise.
IDLE_SECONDS = 1.5


def write(file, cast):
    """Writes a recording."""
    header = {
        "version": 2,
        "width": cast.columns,
        "height": cast.lines,
        "idle_time_limit": cast.idle_seconds,
        "title": cast.title,
        "env": {"TERM": "xterm-256color"},
    }
    lines = [header] + [[round(event.seconds, 3), "o", event.output] for event in cast.events]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    file.write_text(text, encoding="utf-8", newline="\n")


def read(file):
    """Reads a recording."""
    try:
        lines = [line for line in file.read_bytes().decode("utf-8").split("\n") if line]
    except UnicodeDecodeError as e:
        raise CastError(f"{file}: expected UTF-8, got byte {e.object[e.start]:#x} at offset {e.start}") from e
    values = [_json(file, number, line) for number, line in enumerate(lines, 1)]
    header = values[0] if values else None
    if not isinstance(header, dict) or header.get("version") != 2:
        raise CastError(f'{file}:1: expected the header of an asciicast, {{"version": 2, …}}, got {_short(header)}')
    events = tuple(_events(file, values))
    return Cast(
        _number(file, header, "width", int, MAX_COLUMNS),
        _number(file, header, "height", int, MAX_LINES),
        str(header.get("title", "Recorded terminal session")),
        _number(file, {"idle_time_limit": IDLE_SECONDS} | header, "idle_time_limit", (int, float), 3600),
        events,
    )


def _json(file, number, line):
    try:
        value = json.loads(line)
        json.dumps(value, ensure_ascii=False).encode()
        return value
    except ValueError as e:
        raise CastError(f"{file}:{number}: expected JSON in UTF-8, got {_short(line)}: {e}") from e


def _number(file, header, name, kind, largest):
    value = header.get(name)
    if isinstance(value, bool) or not isinstance(value, kind) or not 0 < value <= largest:
        raise CastError(f"{file}:1: expected {name} from 1 to {largest}, got {_short(value)}")
    return value


def _events(file, values):
    before = 0
    for number, value in enumerate(values[1:], 2):
        match value:
            case [int() | float() as seconds, str() as kind, str() as data] if seconds >= before:
                before = seconds
            case _:
                expected = f'[SECONDS, TYPE, TEXT] with SECONDS not below {before}'
                raise CastError(f"{file}:{number}: expected {expected}, got {_short(value)}")
        if kind == "r":
            raise CastError(f"{file}:{number}: the terminal changes its size, which is not built")
        if kind == "o":
            yield Event(seconds, data)


def _short(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else text[:60] + "…"
