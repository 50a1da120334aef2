"""The command line of scripts/record."""

import difflib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import cast
from picture import svg
from session import SessionError, record

DEFAULT_FILES = ("docs/demo.cast", "docs/demo.svg")
STORY = ("scripts/demo", "scripts/demo-kill-destination")
OPTIONS = ("--size", "--render", "--help", "--version")
SMALLEST_COLUMNS, SMALLEST_LINES = 20, 2


class WrongCommandLine(Exception):
    """An argument that cannot be obeyed."""


class Options(NamedTuple):
    """What is to be done. Without commands a recording that is there is drawn."""

    cast: Path
    svg: Path
    commands: tuple[str, ...]
    columns: int = 100
    lines: int = 24


def parse(root, arguments):
    """The options of a command line."""
    columns, lines, render = 100, 24, False
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        option, equals, value = rest.pop(0).partition("=")
        if option == "--size":
            columns, lines = _size(value if equals else _value(rest))
        elif option == "--render":
            if equals:
                raise WrongCommandLine(f"--render takes no value, not '{value}'.")
            render = True
        else:
            raise WrongCommandLine(_unknown(option))
    if len(rest) == 1 or (render and not rest):
        raise WrongCommandLine("Expected two files, CAST and SVG.")
    if render and len(rest) > 2:
        raise WrongCommandLine(f"Unexpected argument '{rest[2]}': --render runs no command.")
    if render and (columns, lines) != (100, 24):
        raise WrongCommandLine("--render takes the size from the recording, not from --size.")
    files = [Path(name) for name in rest[:2]] or [Path(root, name) for name in DEFAULT_FILES]
    return Options(*files, () if render else tuple(rest[2:]) or STORY, columns, lines)


def _unknown(option):
    """What is said about a word that is no option, as by the other scripts."""
    meant = difflib.get_close_matches(option, OPTIONS, 1)
    return f"Unknown option: '{option}'" + (f", did you mean '{meant[0]}'?" if meant else ".")


def _value(rest):
    if not rest:
        raise WrongCommandLine("--size takes a value, as 100x24.")
    return rest.pop(0)


def _size(text):
    size = re.fullmatch(r"([0-9]{1,4})x([0-9]{1,4})", text, re.ASCII)
    columns, lines = (int(size[1]), int(size[2])) if size else (0, 0)
    if not (SMALLEST_COLUMNS <= columns <= cast.MAX_COLUMNS and SMALLEST_LINES <= lines <= cast.MAX_LINES):
        raise WrongCommandLine(
            f"Expected --size from {SMALLEST_COLUMNS}x{SMALLEST_LINES} to {cast.MAX_COLUMNS}x{cast.MAX_LINES},"
            f" got '{text}'."
        )
    return columns, lines


def run(root, options):
    """Records if there are commands, then draws."""
    if options.commands:
        for file in (options.cast, options.svg):
            if not os.access(file if file.exists() else file.absolute().parent, os.W_OK) or file.is_dir():
                raise SessionError(f"cannot write {file}")
        if options.commands == STORY:
            _build(root)
        cast.write(options.cast, record(options.commands, options.columns, options.lines, root))
    options.svg.write_text(svg(cast.read(options.cast)), encoding="utf-8", newline="\n")


def _build(root):
    """Lets a script build what is not built yet, which is not to be recorded."""
    if subprocess.run([root / "scripts/qmp", "--help"], stdout=subprocess.DEVNULL).returncode != 0:
        raise SessionError("expected vmferry to be built, got an error of scripts/qmp")


def main(root, name, arguments):
    """Does what a command line says to a script of that name; returns the exit code."""
    # The commands are ended, and then this program.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        run(Path(root), parse(root, arguments))
    except WrongCommandLine as e:
        print(f"{e} Try '{name} --help'.", file=sys.stderr)
        return 2
    except (SessionError, cast.CastError) as e:
        print(f"{name}: {e}", file=sys.stderr)
        return 1
    except OSError as e:
        print(f"{name}: {e.filename}: {e.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
