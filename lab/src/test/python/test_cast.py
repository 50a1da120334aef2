"""Recordings as files."""

import tempfile
import unittest
from pathlib import Path

import cast
from cast import Cast, CastError, Event

HEADER = '{"version": 2, "width": 80, "height": 24}\n'


class CastTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name, "a.cast")

    def read(self, text):
        self.file.write_text(text, encoding="utf-8", newline="\n")
        return cast.read(self.file)

    def test_what_is_written_is_read(self):
        written = Cast(100, 24, "a title", 3, (Event(0, "\x1b[1m$"), Event(1.25, "é\r\n\u2028")))
        cast.write(self.file, written)
        self.assertEqual(cast.read(self.file), written)

    def test_what_a_header_leaves_out(self):
        read = self.read(HEADER + '[0.5, "o", "x"]\n')
        self.assertEqual(read, Cast(80, 24, "Recorded terminal session", 1.5, (Event(0.5, "x"),)))

    def test_only_output_is_played(self):
        self.assertEqual(self.read(HEADER + '[0, "i", "x"]\n[1, "m", ""]\n').events, ())

    def test_what_is_wrong_is_named_with_its_line(self):
        for text, message in (
            ("", ":1: expected the header of an asciicast"),
            ("{", ":1: expected JSON"),
            ('{"version": 1}\n', ":1: expected the header of an asciicast"),
            ('{"version": 2, "height": 24}\n', ":1: expected width from 1 to 500, got null"),
            ('{"version": 2, "width": 80, "height": 0}\n', ":1: expected height from 1 to 200, got 0"),
            ('{"version": 2, "width": 80, "height": true}\n', ":1: expected height"),
            (HEADER.replace("}", ', "idle_time_limit": "x"}'), ":1: expected idle_time_limit"),
            (HEADER + '[1, "o"]\n', r":2: expected \[SECONDS, TYPE, TEXT\]"),
            (HEADER + '[2, "o", ""]\n[1, "o", ""]\n', ":3: expected .* not below 2"),
            (HEADER + '[2, "r", "10x10"]\n', ":2: the terminal changes its size"),
            (HEADER + '[2, "o", "\\ud800"]\n', ":2: expected JSON in UTF-8"),
        ):
            with self.subTest(text=text), self.assertRaisesRegex(CastError, "a.cast" + message):
                self.read(text)


if __name__ == "__main__":
    unittest.main()
