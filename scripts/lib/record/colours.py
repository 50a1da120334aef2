"""The colours of a terminal's 256 numbers, on a light background."""

BACKGROUND = "#ffffff"
FOREGROUND = "#1f2328"

# Text, readable on the background.
_TEXT = (
    "#24292f", "#cf222e", "#116329", "#7a4d00", "#0550ae", "#8250df", "#0b6a70", "#59636e",
    "#57606a", "#a40e26", "#1a7f37", "#633c01", "#0969da", "#7a3fd0", "#1b7c83", "#6e7781",
)
# Behind text: as light as the default text needs it.
_BEHIND = (
    "#6e7781", "#ffc1c0", "#aceebb", "#fae17d", "#b6e3ff", "#ecd8ff", "#b3f0ff", "#eaeef2",
    "#afb8c1", "#ff8182", "#4ac26b", "#d4a72c", "#54aeff", "#c297ff", "#76e3ea", "#f6f8fa",
)
_STEPS = (0, 95, 135, 175, 215, 255)
# What the Web Content Accessibility Guidelines demand of text.
_CONTRAST = 4.5


def of(style):
    """The colours of text and of what is behind it; None where that is the window."""
    text, behind = style.foreground, style.background
    if style.inverse:
        return (
            BACKGROUND if behind is None else _hex(_rgb(behind, _BEHIND)),
            FOREGROUND if text is None else _readable(_rgb(text, _TEXT)),
        )
    if behind is None:
        return FOREGROUND if text is None else _readable(_rgb(text, _TEXT)), None
    behind = _hex(_rgb(behind, _BEHIND))
    if text is not None and _contrast(_hex(_rgb(text, _TEXT)), behind) >= _CONTRAST:
        return _hex(_rgb(text, _TEXT)), behind
    return max(FOREGROUND, BACKGROUND, key=lambda colour: _contrast(colour, behind)), behind


def _rgb(number, palette):
    if number < 16:
        return tuple(bytes.fromhex(palette[number][1:]))
    if number < 232:
        number -= 16
        return _STEPS[number // 36], _STEPS[number // 6 % 6], _STEPS[number % 6]
    return (8 + 10 * (number - 232),) * 3


def _hex(rgb):
    return "#" + bytes(rgb).hex()


def _readable(rgb):
    """A colour, darker if it would not be readable on white."""
    while _contrast(_hex(rgb), BACKGROUND) < _CONTRAST:
        rgb = tuple(part * 9 // 10 for part in rgb)
    return _hex(rgb)


def _contrast(one, other):
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
