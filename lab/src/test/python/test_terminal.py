"""The screen of the terminal that scripts/record draws."""

import unittest

from styles import Style, UnknownSequence
from terminal import BLANK, Cell, Terminal


def screen(*outputs, columns=10, lines=3):
    """A terminal after some outputs."""
    terminal = Terminal(columns, lines)
    for output in outputs:
        terminal.feed(output)
    return terminal


class TextTest(unittest.TestCase):
    def test_lines_end_with_carriage_return_and_line_feed(self):
        self.assertEqual(screen("one\r\ntwo").text(), ["one", "two", ""])
        self.assertEqual(screen("one\ntwo").text(), ["one", "   two", ""])
        self.assertEqual(screen("one\rT").text(), ["Tne", "", ""])

    def test_the_screen_scrolls_at_its_end(self):
        self.assertEqual(screen("1\r\n2\r\n3\r\n4").text(), ["2", "3", "4"])

    def test_a_long_line_is_wrapped_when_more_comes(self):
        self.assertEqual(screen("0123456789").text(), ["0123456789", "", ""])
        self.assertEqual(screen("0123456789\r\nx").text(), ["0123456789", "x", ""])
        self.assertEqual(screen("0123456789ab").text(), ["0123456789", "ab", ""])

    def test_without_wrapping_the_last_column_is_overwritten(self):
        self.assertEqual(screen("\x1b[?7l0123456789ab").text(), ["012345678b", "", ""])
        self.assertEqual(screen("\x1b[?7l0123456789ab\x1b[?7h", "c").text(), ["012345678b", "c", ""])

    def test_tabs_and_backspaces_move_the_cursor(self):
        self.assertEqual(screen("a\tb\b\bc").text(), ["a      cb", "", ""])

    def test_a_wide_character_takes_two_columns(self):
        terminal = screen("日x")
        self.assertEqual([cell.text for cell in terminal.rows[0][:4]], ["日", "", "x", " "])
        self.assertEqual(screen("012345678日").text(), ["012345678", "日", ""])

    def test_half_of_a_wide_character_is_none(self):
        self.assertEqual(screen("日\rx").text(), ["x", "", ""])
        self.assertEqual(screen("日\r\x1b[Cx").text(), [" x", "", ""])

    def test_an_accent_joins_the_character_before(self):
        self.assertEqual(screen("e\u0301x").rows[0][:2], [Cell("e\u0301"), Cell("x")])

    def test_lines_of_boxes_take_one_column(self):
        self.assertEqual(screen("┌─▒┐").text()[0], "┌─▒┐")


class SequenceTest(unittest.TestCase):
    def test_a_line_is_erased(self):
        self.assertEqual(screen("abcdef\r\x1b[2C\x1b[K").text()[0], "ab")
        self.assertEqual(screen("abcdef\r\x1b[2C\x1b[1K").text()[0], "   def")
        self.assertEqual(screen("abcdef\r\x1b[2K").text()[0], "")

    def test_the_screen_is_erased(self):
        full = "abc\r\ndef\r\nghi\x1b[2;2H"
        self.assertEqual(screen(full + "\x1b[J").text(), ["abc", "d", ""])
        self.assertEqual(screen(full + "\x1b[1J").text(), ["", "  f", "ghi"])
        self.assertEqual(screen(full + "\x1b[2J").text(), ["", "", ""])
        self.assertEqual(screen(full + "\x1b[3J").text(), ["abc", "def", "ghi"])

    def test_the_cursor_moves_and_stays_on_the_screen(self):
        self.assertEqual(screen("\x1b[2;3Hx").text(), ["", "  x", ""])
        self.assertEqual(screen("\x1b[Hx").text()[0], "x")
        self.assertEqual(screen("\x1b[99;99Hx").text()[2], "         x")
        self.assertEqual(screen("\x1b[3;3H\x1b[2A\x1b[DX").text()[0], " X")
        self.assertEqual(screen("\x1b[9A\x1b[2B\x1b[5GX").text()[2], "    X")
        self.assertEqual(screen("ab\x1b[EX\x1b[FY").text()[:2], ["Yb", "X"])
        self.assertEqual(screen("ab\x1b7\x1b[3dX\x1b8Y").text(), ["abY", "", "  X"])

    def test_lines_and_characters_are_inserted_and_deleted(self):
        full = "1\r\n2\r\n3\x1b[2;1H"
        self.assertEqual(screen(full + "\x1b[L").text(), ["1", "", "2"])
        self.assertEqual(screen(full + "\x1b[M").text(), ["1", "3", ""])
        self.assertEqual(screen("abcd\r\x1b[2P").text()[0], "cd")
        self.assertEqual(screen("abcd\r\x1b[2@").text()[0], "  abcd")
        self.assertEqual(screen("abcd\r\x1b[2X").text()[0], "  cd")
        self.assertEqual(screen(full + "\x1b[S").text(), ["2", "3", ""])
        self.assertEqual(screen(full + "\x1b[T").text(), ["", "1", "2"])
        self.assertEqual(screen("1\r\n2\x1b[H\x1bM").text(), ["", "1", "2"])

    def test_a_sequence_may_come_in_parts(self):
        self.assertEqual(screen("ab\x1b", "[", "1", "D", "x").text()[0], "ax")

    def test_a_title_is_not_printed(self):
        self.assertEqual(screen("a\x1b]0;title\x07b\x1b]2;t\x1b\\c\x1b(B").text()[0], "abc")

    def test_the_cursor_can_be_hidden(self):
        self.assertFalse(screen("\x1b[?25l").cursor_shown)
        self.assertTrue(screen("\x1b[?25l\x1b[?25h").cursor_shown)

    def test_what_is_not_built_is_named(self):
        for sequence, name in (
            ("\x1b[?1049h", r"ESC \[ \?1049 h"),
            ("\x1b[6n", r"ESC \[ 6 n"),
            ("\x1b[99m", r"ESC \[ 99 m"),
            ("\x1b[38;2;1;2;3m", r"ESC \[ 38;2;1;2;3 m"),
            ("\x1bZ", "ESC Z"),
            ("\x1b[" + "1;" * 600, "ESC "),
        ):
            with self.subTest(sequence=sequence[:20]), self.assertRaisesRegex(UnknownSequence, name):
                screen(sequence)


class StyleTest(unittest.TestCase):
    def style(self, sequence):
        return screen(sequence + "x").rows[0][0].style

    def test_colours(self):
        self.assertEqual(self.style("\x1b[31m"), Style(foreground=1))
        self.assertEqual(self.style("\x1b[96;103m"), Style(foreground=14, background=11))
        self.assertEqual(self.style("\x1b[38;5;208;48;5;17m"), Style(foreground=208, background=17))
        self.assertEqual(self.style("\x1b[31;42m\x1b[39;49m"), Style())

    def test_attributes_and_their_end(self):
        self.assertEqual(self.style("\x1b[1;3;4;7m"), Style(bold=True, italic=True, underline=True, inverse=True))
        self.assertEqual(self.style("\x1b[1;2;3;4;7m\x1b[22;23;24;27m"), Style())
        self.assertEqual(self.style("\x1b[1;31m\x1b[0m"), Style())
        self.assertEqual(self.style("\x1b[1;31m\x1b[m"), Style())

    def test_what_is_erased_keeps_the_background_only(self):
        row = screen("ab\r\x1b[1;44m\x1b[K").rows[0]
        self.assertEqual(set(row), {Cell(" ", Style(background=4))})
        self.assertEqual(set(screen("ab\r\x1b[1m\x1b[K").rows[0]), {BLANK})


if __name__ == "__main__":
    unittest.main()
