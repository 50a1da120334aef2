"""What stood on the screen during a recording, and for how long."""

from typing import NamedTuple

from cast import CastError
from styles import UnknownSequence
from terminal import Cell, Terminal

# What is replaced sooner than this is not seen.
FRAME_SECONDS = 0.04
# The last picture stays for so long, then it begins again.
LAST_SECONDS = 5


class Shown(NamedTuple):
    """Something that is on the screen from a frame to another one, in milliseconds."""

    start: int
    end: int


class Line(NamedTuple):
    """A line of cells, at a row of the screen, for some time."""

    row: int
    cells: tuple[Cell, ...]
    shown: Shown


class Cursor(NamedTuple):
    """The cursor, at a cell of the screen, for some time."""

    row: int
    column: int
    shown: Shown


class Film(NamedTuple):
    """All lines and cursors of a recording, and how long it takes, in milliseconds."""

    lines: tuple[Line, ...]
    cursors: tuple[Cursor, ...]
    millis: int


class _Frame(NamedTuple):
    millis: int
    rows: tuple
    cursor: tuple | None


def film(cast):
    """Plays a recording on a terminal."""
    frames = _frames(cast)
    end = frames[-1].millis + LAST_SECONDS * 1000
    lines = [
        Line(row, cells, shown)
        for row in range(cast.lines)
        for cells, shown in _spans([(frame.millis, frame.rows[row]) for frame in frames], end)
        if any(cell != Cell() for cell in cells)
    ]
    cursors = [
        Cursor(*cursor, shown)
        for cursor, shown in _spans([(frame.millis, frame.cursor) for frame in frames], end)
        if cursor is not None
    ]
    return Film(tuple(lines), tuple(cursors), end)


def _frames(cast):
    terminal = Terminal(cast.columns, cast.lines)
    frames = [_frame(0, terminal)]
    before = played = 0
    for event in cast.events:
        played += min(event.seconds - before, cast.idle_seconds)
        before = event.seconds
        try:
            terminal.feed(event.output)
        except UnknownSequence as e:
            raise CastError(f"at {event.seconds} s: a control sequence that is not built, {e}") from e
        # A frame has what stands there at its end, so that no half-drawn line is seen.
        frame = _frame(round(int(played / FRAME_SECONDS + 1e-6) * FRAME_SECONDS * 1000), terminal)
        if frame.millis == frames[-1].millis:
            frames[-1] = frame
        else:
            frames.append(frame)
    return frames


def _frame(millis, terminal):
    at = (terminal.y, min(terminal.x, terminal.columns - 1))
    return _Frame(millis, terminal.snapshot(), at if terminal.cursor_shown else None)


def _spans(values, end):
    """Values with their times, those that are equal joined."""
    begin, current = values[0]
    for millis, value in values[1:]:
        if value != current:
            yield current, Shown(begin, millis)
            begin, current = millis, value
    yield current, Shown(begin, end)
