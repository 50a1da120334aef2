"""Lines and blocks of the character set, drawn to the edges of their cells: the glyphs of fonts leave gaps."""

import unicodedata

_SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
_ARMS = {
    "UP": ("up",),
    "DOWN": ("down",),
    "LEFT": ("left",),
    "RIGHT": ("right",),
    "HORIZONTAL": ("left", "right"),
    "VERTICAL": ("up", "down"),
}


def is_drawn(text):
    """Whether this draws what stands in a cell."""
    return len(text) == 1 and _has(text)


def _has(character):
    return "▀" <= character <= "▐" or character in _SHADES or bool(_arms(character))


def draw(character, x, y, width, height, colour):
    """The SVG elements of a character whose cell begins at a point."""
    arms = _arms(character)
    if arms:
        return _lines(character, arms, x, y, width, height, colour)
    left = up = 0
    right, down = width, height
    code = ord(character)
    if character == "▀":
        down = height / 2
    elif character == "▐":
        left = width / 2
    elif "▁" <= character <= "█":
        up = height * (0x2588 - code) / 8
    elif "▉" <= character <= "▏":
        right = width * (0x2590 - code) / 8
    opacity = f' fill-opacity="{_SHADES[character]}"' if character in _SHADES else ""
    return (
        f'<rect x="{number(x + left)}" y="{number(y + up)}" width="{number(right - left)}"'
        f' height="{number(down - up)}" fill="{colour}"{opacity}/>'
    )


def number(value):
    """A coordinate with as many digits as can be seen."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _arms(character):
    """Where the lines of a character lead to; empty for one that this does not draw."""
    if not "─" <= character <= "╿":
        return ()
    words = unicodedata.name(character).removeprefix("BOX DRAWINGS ").split(" ")
    if words[0] not in ("LIGHT", "HEAVY"):
        return ()
    directions = [word for word in words[1:] if word != "AND"]
    if not all(word in _ARMS for word in directions):
        return ()
    return tuple(arm for word in directions for arm in _ARMS[word])


def _lines(character, arms, x, y, width, height, colour):
    middle_x, middle_y = x + width / 2, y + height / 2
    ends = {
        "up": f"V{number(y)}",
        "down": f"V{number(y + height)}",
        "left": f"H{number(x)}",
        "right": f"H{number(x + width)}",
    }
    path = "".join(f"M{number(middle_x)} {number(middle_y)}{ends[arm]}" for arm in arms)
    thick = 2 if "HEAVY" in unicodedata.name(character) else 1
    return f'<path d="{path}" stroke="{colour}" stroke-width="{thick}" stroke-linecap="square"/>'
