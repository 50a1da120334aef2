"""A terminal's screen: what stands on it after a program's output."""

import re
import unicodedata
from typing import NamedTuple

import styles
from styles import PLAIN, Style, UnknownSequence


class Cell(NamedTuple):
    """A character in its style. The right half of a wide character is an empty text."""

    text: str = " "
    style: Style = Style()


BLANK = Cell()
TAB = 8
# A sequence that has not ended after so many characters is none.
LONGEST = 1000

TOKEN = re.compile(
    r"\x1b\[(?P<arguments>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b\](?:[^\x07\x1b]*)(?:\x07|\x1b\\)"  # the title of a window
    r"|\x1b[()*+]."  # character sets
    r"|\x1b(?P<escape>[^\[\]()*+])"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)

# Modes that change what is sent to a program, or how a real terminal blinks: nothing that is drawn.
UNSEEN_MODES = {"?1", "?12", "?1004", "?2004", "?2026"}


def width(character):
    """The columns that a character takes: 0 if it is drawn over the one before."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Terminal:
    """A screen of a fixed size with a cursor. Lines that leave it at the top are forgotten."""

    def __init__(self, columns, lines):
        self.columns = columns
        self.lines = lines
        self.cursor_shown = True
        self._wraps = True
        self._rest = ""
        self._saved = (0, 0, PLAIN)
        self._reset()

    def _reset(self):
        self.style = PLAIN
        self.x = self.y = 0
        self.rows = [self._blank_row() for _ in range(self.lines)]

    def _blank_row(self):
        return [BLANK] * self.columns

    def snapshot(self):
        """The rows as they are now."""
        return tuple(tuple(row) for row in self.rows)

    def text(self):
        """The rows without styles, for comparisons."""
        return ["".join(cell.text for cell in row).rstrip() for row in self.rows]

    def feed(self, output):
        """Takes output. A sequence that is cut off at its end is kept until the next call."""
        output = self._rest + output
        at = 0
        while at < len(output):
            token = TOKEN.match(output, at)
            if token is None:
                break
            self._take(token)
            at = token.end()
        self._rest = output[at:]
        if len(self._rest) > LONGEST:
            raise UnknownSequence("ESC " + self._rest[1:20])

    def _take(self, token):
        if token["text"]:
            for character in token["text"]:
                self._print(character)
        elif token["control"]:
            self._control(token["control"])
        elif token["final"]:
            self._sequence(token["arguments"], token["final"])
        elif token["escape"]:
            self._escape(token["escape"])

    # ---- text

    def _print(self, character):
        columns = width(character)
        if columns == 0:
            self._combine(character)
            return
        if self.x + columns > self.columns:
            if self._wraps:
                self.x = 0
                self._line_feed()
            else:
                self.x = self.columns - columns
        row = self.rows[self.y]
        self._free(row, self.x, self.x + columns)
        row[self.x] = Cell(character, self.style)
        if columns == 2:
            row[self.x + 1] = Cell("", self.style)
        # may now be one beyond the last column: the line is wrapped by the next character
        self.x += columns

    def _combine(self, character):
        row, x = self.rows[self.y], self.x - 1
        if x > 0 and row[x].text == "":
            x -= 1
        if x >= 0:
            row[x] = row[x]._replace(text=row[x].text + character)

    def _free(self, row, start, end):
        """Blanks the other half of a wide character of which one half is about to be replaced."""
        if row[start].text == "" and start > 0:
            row[start - 1] = BLANK
        if end < self.columns and row[end].text == "":
            row[end] = BLANK

    # ---- control characters and sequences

    def _control(self, control):
        if control == "\r":
            self.x = 0
        elif control in "\n\v\f":
            self._line_feed()
        elif control == "\b":
            self.x = max(0, min(self.x, self.columns - 1) - 1)
        elif control == "\t":
            self.x = min(self.columns - 1, (self.x // TAB + 1) * TAB)

    def _line_feed(self):
        if self.y < self.lines - 1:
            self.y += 1
        else:
            self._scroll(1)

    def _scroll(self, lines):
        """Moves everything up, or down if negative."""
        for _ in range(min(abs(lines), self.lines)):
            if lines > 0:
                self.rows = self.rows[1:] + [self._blank_row()]
            else:
                self.rows = [self._blank_row()] + self.rows[:-1]

    def _escape(self, letter):
        if letter == "7":
            self._saved = (self.x, self.y, self.style)
        elif letter == "8":
            self.x, self.y, self.style = self._saved
        elif letter == "D":
            self._line_feed()
        elif letter == "E":
            self.x = 0
            self._line_feed()
        elif letter == "M":
            if self.y > 0:
                self.y -= 1
            else:
                self._scroll(-1)
        elif letter == "c":
            self._reset()
        elif letter not in "=>\\":  # modes of the keypad, the end of a string
            raise UnknownSequence(f"ESC {letter}")

    def _sequence(self, arguments, final):
        if final in "hl":
            for mode in arguments.lstrip("?").split(";"):
                self._mode("?" * arguments.startswith("?") + mode, final == "h")
            return
        if re.fullmatch(r"[0-9;]*", arguments) is None:
            raise UnknownSequence(f"ESC [ {arguments} {final}")
        numbers = [int(number or 0) for number in arguments.split(";")]
        if final == "m":
            self.style = styles.selected(self.style, numbers)
        elif final in "JK":
            self._erase(final, numbers[0])
        else:
            self._move(final, numbers)

    def _mode(self, mode, on):
        if mode == "?7":
            self._wraps = on
        elif mode == "?25":
            self.cursor_shown = on
        elif mode not in UNSEEN_MODES:
            raise UnknownSequence(f"ESC [ {mode} {'h' if on else 'l'}")

    def _move(self, final, numbers):
        count = max(1, numbers[0])
        x = min(self.x, self.columns - 1)
        if final in "Hf":
            x, self.y = (numbers[1] if len(numbers) > 1 else 1) - 1, count - 1
        elif final in "Gd":
            x, self.y = (count - 1, self.y) if final == "G" else (x, count - 1)
        elif final in "AF":
            x, self.y = 0 if final == "F" else x, self.y - count
        elif final in "BE":
            x, self.y = 0 if final == "E" else x, self.y + count
        elif final in "CD":
            x += count if final == "C" else -count
        elif final in "ST":
            self._scroll(count if final == "S" else -count)
        elif final in "LMP@X":
            self._shift(final, x, count)
        else:
            raise UnknownSequence(f"ESC [ {';'.join(map(str, numbers))} {final}")
        self.x = max(0, min(self.columns - 1, x))
        self.y = max(0, min(self.lines - 1, self.y))

    def _shift(self, final, x, count):
        """Inserts or deletes lines below the cursor, or characters to the right of it."""
        if final in "LM":
            tail, blank, size = self.rows[self.y :], [self._blank_row() for _ in range(count)], self.lines - self.y
            self.rows[self.y :] = (blank + tail if final == "L" else tail[count:] + blank)[:size]
            return
        row = self.rows[self.y]
        tail, blank, size = row[x:], [BLANK] * count, self.columns - x
        row[x:] = {"@": blank + tail, "P": tail[count:] + blank, "X": blank + tail[count:]}[final][:size]

    def _erase(self, final, what):
        """Erases to the end (0), from the beginning (1), or all (2); of a screen also what scrolled away (3)."""
        if what > 3 or (final == "K" and what == 3):
            raise UnknownSequence(f"ESC [ {what} {final}")
        if what == 3:
            return
        row, x = self.rows[self.y], min(self.x, self.columns - 1)
        blank = Cell(" ", Style(background=self.style.background))
        start, end = (x if what == 0 else 0), (x + 1 if what == 1 else self.columns)
        row[start:end] = [blank] * (end - start)
        if final == "J":
            others = {0: range(self.y + 1, self.lines), 1: range(self.y)}.get(what, range(self.lines))
            for line in others:
                self.rows[line] = [blank] * self.columns
