"""How characters look on a terminal, and the control sequence that changes it."""

from typing import NamedTuple


class Style(NamedTuple):
    """How a character looks. Colours are numbers of the 256-colour palette, or None for the default."""

    foreground: int | None = None
    background: int | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    inverse: bool = False


class UnknownSequence(ValueError):
    """A control sequence that this terminal does not have."""


PLAIN = Style()

ATTRIBUTES = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "inverse"}
ENDED = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 27: ("inverse",)}


def selected(style, numbers):
    """A style after the sequence ESC [ NUMBERS m."""
    at = 0
    while at < len(numbers):
        if numbers[at] in (38, 48):
            if numbers[at + 1 : at + 2] != [5] or len(numbers) < at + 3 or numbers[at + 2] > 255:
                raise _unknown(numbers)
            style = _coloured(style, numbers[at] == 38, numbers[at + 2])
            at += 3
        else:
            style = _changed(style, numbers[at], numbers)
            at += 1
    return style


def _changed(style, number, numbers):
    tens, ones = divmod(number, 10)
    if number == 0:
        return PLAIN
    if number in ATTRIBUTES:
        return style._replace(**{ATTRIBUTES[number]: True})
    if number in ENDED:
        return style._replace(**dict.fromkeys(ENDED[number], False))
    if number in (39, 49):
        return _coloured(style, number == 39, None)
    if tens in (3, 4) and ones < 8:
        return _coloured(style, tens == 3, ones)
    if tens in (9, 10) and ones < 8:
        return _coloured(style, tens == 9, ones + 8)
    if number in (5, 25):  # blinking is left out
        return style
    raise _unknown(numbers)


def _coloured(style, foreground, colour):
    return style._replace(**{"foreground" if foreground else "background": colour})


def _unknown(numbers):
    return UnknownSequence(f"ESC [ {';'.join(map(str, numbers))} m")
