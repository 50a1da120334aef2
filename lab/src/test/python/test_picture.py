"""The picture that scripts/record draws, and what is in it when."""

import re
import unittest
from xml.etree import ElementTree

import boxes
import colours
from cast import Cast, CastError, Event
from frames import Cursor, Line, Shown, film
from picture import svg
from styles import Style

SVG = "{http://www.w3.org/2000/svg}"


def cast(*events, columns=10, lines=2, idle=1.5):
    return Cast(columns, lines, "a <title>", idle, tuple(Event(*event) for event in events))


def spans(recording):
    """Row, text and time of each line."""
    return [
        (line.row, "".join(cell.text for cell in line.cells).rstrip(), *line.shown)
        for line in film(recording).lines
    ]


class FilmTest(unittest.TestCase):
    def test_a_line_is_shown_until_it_changes(self):
        self.assertEqual(
            spans(cast((0, "a\r\n"), (0.4, "b"), (0.8, "\rc"))),
            [(0, "a", 0, 5800), (1, "b", 400, 800), (1, "c", 800, 5800)],
        )

    def test_a_scroll_moves_lines(self):
        self.assertEqual(
            spans(cast((0, "a\r\nb"), (1, "\r\nc"))),
            [(0, "a", 0, 1000), (0, "b", 1000, 6000), (1, "b", 0, 1000), (1, "c", 1000, 6000)],
        )

    def test_what_is_replaced_at_once_is_not_shown(self):
        self.assertEqual(
            spans(cast((0.4, "\r\x1b[K"), (0.41, "a"), (0.42, "b"), (0.44, "c"))),
            [(0, "ab", 400, 440), (0, "abc", 440, 5440)],
        )

    def test_idle_times_are_shortened(self):
        self.assertEqual(spans(cast((0, "a"), (100, "b")))[0], (0, "a", 0, 1480))
        self.assertEqual(spans(cast((0, "a"), (100, "b"), idle=3))[0], (0, "a", 0, 3000))

    def test_the_cursor_is_followed_while_it_is_shown(self):
        shown = film(cast((0, "a"), (0.4, "\x1b[?25l"), (0.8, "b\x1b[?25h"))).cursors
        self.assertEqual(shown, (Cursor(0, 1, Shown(0, 400)), Cursor(0, 2, Shown(800, 5800))))

    def test_an_empty_recording_is_an_empty_screen(self):
        self.assertEqual(film(cast()).lines, ())
        self.assertEqual(film(cast()).millis, 5000)

    def test_a_sequence_that_is_not_built_is_named_with_its_time(self):
        with self.assertRaisesRegex(CastError, r"at 2 s: .*ESC \[ 6 n"):
            film(cast((0, "a"), (2, "\x1b[6n")))


class PictureTest(unittest.TestCase):
    def texts(self, recording):
        root = ElementTree.fromstring(svg(recording))
        return [element for element in root.iter(SVG + "text") if "textLength" in element.attrib]

    def test_the_same_recording_makes_the_same_picture(self):
        recording = cast((0, "\x1b[31ma\r\n"), (1, "b ▒"))
        self.assertEqual(svg(recording), svg(recording))

    def test_it_is_xml_without_a_script_and_with_a_title(self):
        root = ElementTree.fromstring(svg(cast((0, "<&>\"'"))))
        self.assertEqual(root.find(SVG + "title").text, "a <title>")
        self.assertEqual(list(root.iter(SVG + "script")), [])
        self.assertEqual(root.get("role"), "img")

    def test_text_stands_at_its_cells(self):
        (text,) = self.texts(cast((0, "\r\n  a <b>  ")))
        self.assertEqual(text.text, "a <b>")
        self.assertEqual((text.get("x"), text.get("y"), text.get("textLength")), ("16.8", "31", "42"))

    def test_other_characters_are_fitted_alone(self):
        texts = self.texts(cast((0, "ab日本c")))
        self.assertEqual([text.text for text in texts], ["ab", "日本", "c"])
        self.assertEqual([text.get("textLength") for text in texts], ["16.8", "33.6", "8.4"])

    def test_styles_are_drawn(self):
        (text,) = self.texts(cast((0, "\x1b[1;3;4;31ma ")))
        self.assertEqual(text.text, "a ")
        self.assertEqual(
            text.get("style"), "font-weight:700;font-style:italic;text-decoration:underline;fill:#cf222e"
        )

    def test_what_is_behind_text_is_drawn_also_without_text(self):
        picture = svg(cast((0, "\x1b[48;5;17m  ")))
        self.assertIn('<rect x="0" y="0" width="16.8" height="18" fill="#00005f"/>', picture)

    def test_without_animation_the_last_frame_is_visible(self):
        picture = svg(cast((0, "first"), (1, "\rlast ")))
        visible = re.findall(r"^\.(k\d+){visibility:visible;", picture, re.M)
        self.assertRegex(picture, f'<g class="a {visible[-1]}"><text [^>]*>last<')
        hidden = re.search(r'<g class="a (k\d+)"><text [^>]*>first<', picture)[1]
        self.assertNotIn(hidden, visible)

    def test_a_line_is_visible_from_its_first_frame_to_its_last(self):
        picture = svg(cast((0, ""), (1, "a"), (2, "\rb")))
        name = re.search(r'<g class="a (k\d+)"><text [^>]*>a<', picture)[1]
        self.assertIn(
            f"@keyframes {name}{{0%{{visibility:hidden}}14.286%{{visibility:visible}}28.571%{{visibility:hidden}}}}",
            picture,
        )


class ColoursTest(unittest.TestCase):
    def contrast(self, one, other):
        """As the Web Content Accessibility Guidelines calculate it."""

        def luminance(colour):
            parts = [part / 255 for part in bytes.fromhex(colour[1:])]
            linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

        dark, light = sorted((luminance(one), luminance(other)))
        return (light + 0.05) / (dark + 0.05)

    def test_each_text_is_readable(self):
        for number in range(256):
            colour, behind = colours.of(Style(foreground=number))
            self.assertIsNone(behind)
            self.assertGreaterEqual(self.contrast(colour, colours.BACKGROUND), 4.5, number)

    def test_each_text_is_readable_on_each_background(self):
        for text in (None, 1, 15, 226):
            for number in range(256):
                colour, behind = colours.of(Style(foreground=text, background=number))
                self.assertGreaterEqual(self.contrast(colour, behind), 3.9, (text, number))

    def test_dark_colours_are_those_of_xterm(self):
        self.assertEqual(colours.of(Style(foreground=18))[0], "#000087")
        self.assertEqual(colours.of(Style(foreground=234))[0], "#1c1c1c")
        self.assertEqual(colours.of(Style(background=208)), (colours.FOREGROUND, "#ff8700"))

    def test_inverse_changes_text_and_background(self):
        self.assertEqual(colours.of(Style(inverse=True)), (colours.BACKGROUND, colours.FOREGROUND))
        self.assertEqual(colours.of(Style(foreground=1, inverse=True)), (colours.BACKGROUND, "#cf222e"))


class BoxesTest(unittest.TestCase):
    def drawn(self, character):
        return boxes.draw(character, 10, 20, 8, 16, "#000")

    def test_lines_reach_the_edges(self):
        self.assertIn('d="M14 28H10M14 28H18"', self.drawn("─"))
        self.assertIn('d="M14 28V36M14 28H18"', self.drawn("┌"))
        self.assertIn('stroke-width="2"', self.drawn("┃"))

    def test_blocks_fill_their_part(self):
        for character, place in (
            ("█", 'x="10" y="20" width="8" height="16"'),
            ("▀", 'x="10" y="20" width="8" height="8"'),
            ("▂", 'x="10" y="32" width="8" height="4"'),
            ("▎", 'x="10" y="20" width="2" height="16"'),
            ("▐", 'x="14" y="20" width="4" height="16"'),
        ):
            with self.subTest(character):
                self.assertIn(place, self.drawn(character))
        self.assertIn('fill-opacity="0.5"', self.drawn("▒"))

    def test_the_rest_is_left_to_the_font(self):
        for text in ("a", "╭", "═", "▗", "e\u0301", "─\u0301", ""):
            self.assertFalse(boxes.is_drawn(text), text)


if __name__ == "__main__":
    unittest.main()
