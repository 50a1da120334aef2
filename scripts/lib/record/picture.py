"""An SVG that shows a recording again and again, by CSS animations and without a script."""

from html import escape
from itertools import groupby
from typing import NamedTuple

import boxes
import colours
from boxes import number
from frames import film
from styles import Style

FONT = "ui-monospace,SFMono-Regular,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
FONT_SIZE = 14
CELL_WIDTH = 8.4
CELL_HEIGHT = 18
BASELINE = 13
PADDING = 14
TITLE_HEIGHT = 34


def svg(cast):
    """The whole picture, as text."""
    shown = film(cast)
    timing = _Timing(shown.millis)
    lines = [f"<g{timing.attribute(line.shown)}>{_line(line)}</g>" for line in shown.lines]
    cursors = [
        f'<use href="#c" x="{number(cursor.column * CELL_WIDTH)}" y="{cursor.row * CELL_HEIGHT}"'
        f"{timing.attribute(cursor.shown)}/>"
        for cursor in shown.cursors
    ]
    width = number(cast.columns * CELL_WIDTH + 2 * PADDING)
    height = number(cast.lines * CELL_HEIGHT + 2 * PADDING + TITLE_HEIGHT)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' xml:space="preserve" role="img" aria-labelledby="t">',
        f'<title id="t">{escape(cast.title)}</title>',
        f"<style>{timing.style()}</style>",
        *_window(cast.title, width, height),
        f'<g transform="translate({PADDING} {TITLE_HEIGHT + PADDING})">',
        *cursors,
        *lines,
        "</g>",
        "</svg>",
    ]
    return "".join(part + "\n" for part in parts)


class _Timing:
    """Names the times at which parts of the picture are shown."""

    def __init__(self, millis):
        self._millis = millis
        self._names = {}

    def attribute(self, shown):
        if shown.start == 0 and shown.end == self._millis:
            return ""
        name = self._names.setdefault(shown, f"k{len(self._names)}")
        return f' class="a {name}"'

    def style(self):
        """Without animations, because the user or the viewer does not want them, the last frame is shown."""
        rules = [
            f"text{{font:{FONT_SIZE}px {FONT};white-space:pre;fill:{colours.FOREGROUND}}}",
            f".a{{visibility:hidden;animation:{number(self._millis / 1000)}s step-end infinite}}",
            *(self._rule(shown, name) for shown, name in self._names.items()),
            "@media (prefers-reduced-motion:reduce){.a{animation:none!important}}",
        ]
        return "\n".join(rules)

    def _rule(self, shown, name):
        steps = [f"{self._percent(shown.start)}{{visibility:visible}}"]
        if shown.start > 0:
            steps.insert(0, "0%{visibility:hidden}")
        if shown.end < self._millis:
            steps.append(f"{self._percent(shown.end)}{{visibility:hidden}}")
        last = "visibility:visible;" if shown.end == self._millis else ""
        return f".{name}{{{last}animation-name:{name}}}@keyframes {name}{{{''.join(steps)}}}"

    def _percent(self, millis):
        return f"{100 * millis / self._millis:.3f}".rstrip("0").rstrip(".") + "%"


def _window(title, width, height):
    yield (
        f'<defs><rect id="c" width="{CELL_WIDTH}" height="{CELL_HEIGHT}" fill="{colours.FOREGROUND}"'
        ' fill-opacity=".3"/></defs>'
    )
    yield (
        f'<rect x=".5" y=".5" width="{float(width) - 1:g}" height="{float(height) - 1:g}" rx="8"'
        f' fill="{colours.BACKGROUND}" stroke="#d0d7de"/>'
    )
    yield (
        f'<path d="M1 {TITLE_HEIGHT}V8a7 7 0 0 1 7-7H{float(width) - 8:g}a7 7 0 0 1 7 7V{TITLE_HEIGHT}z"'
        ' fill="#f6f8fa"/>'
    )
    yield f'<path d="M1 {TITLE_HEIGHT}H{float(width) - 1:g}" stroke="#d0d7de"/>'
    for at, colour in enumerate(("#ff8182", "#eac54f", "#6fdd8b")):
        yield f'<circle cx="{20 + 20 * at}" cy="{TITLE_HEIGHT / 2:g}" r="6" fill="{colour}"/>'
    yield (
        f'<text x="{number(float(width) / 2)}" y="{TITLE_HEIGHT / 2 + 5:g}" text-anchor="middle"'
        f' style="font-size:13px;fill:#59636e">{escape(title)}</text>'
    )


class _Run(NamedTuple):
    """Neighbours that are drawn by one element."""

    column: int
    columns: int
    text: str
    style: Style


def _line(line):
    return "".join(_drawn(run, line.row * CELL_HEIGHT) for run in _runs(line.cells))


def _runs(cells):
    def kind(at):
        text = cells[at].text or cells[at - 1].text
        # What a font lacks comes from another one, with other widths: not in one element with ASCII.
        return cells[at].style, text.isascii(), at if boxes.is_drawn(text) else None

    for (style, _, _), columns in groupby(range(len(cells)), kind):
        columns = list(columns)
        yield _Run(columns[0], len(columns), "".join(cells[at].text for at in columns), style)


def _drawn(run, y):
    colour, behind = colours.of(run.style)
    x = run.column * CELL_WIDTH
    parts = []
    if behind is not None:
        parts.append(
            f'<rect x="{number(x)}" y="{y}" width="{number(run.columns * CELL_WIDTH)}" height="{CELL_HEIGHT}"'
            f' fill="{behind}"/>'
        )
    if boxes.is_drawn(run.text):
        parts.append(boxes.draw(run.text, x, y, CELL_WIDTH, CELL_HEIGHT, colour))
    elif run.style.underline or run.text.strip(" "):
        parts.append(_text(run, y, colour))
    return "".join(parts)


def _text(run, y, colour):
    """Text without the spaces around it; as wide as its cells, whatever the font is."""
    text, column, columns = run.text, run.column, run.columns
    if not run.style.underline:
        text = text.strip(" ")
        column += len(run.text) - len(run.text.lstrip(" "))
        columns -= len(run.text) - len(text)
    looks = {
        "font-weight:700": run.style.bold,
        "font-style:italic": run.style.italic,
        "text-decoration:underline": run.style.underline,
        "fill-opacity:.65": run.style.dim,
        f"fill:{colour}": colour != colours.FOREGROUND,
    }
    style = ";".join(look for look, has in looks.items() if has)
    return (
        f'<text x="{number(column * CELL_WIDTH)}" y="{y + BASELINE}" textLength="{number(columns * CELL_WIDTH)}"'
        ' lengthAdjust="spacingAndGlyphs"'
        + (f' style="{style}"' if style else "")
        + f">{escape(text, quote=False)}</text>"
    )
