"""What scripts/record does in its pseudo terminal."""

import socket
import tempfile
import unittest
from pathlib import Path

from session import CLEAR, PROMPT, SessionError, Tape, record


class TapeTest(unittest.TestCase):
    def setUp(self):
        self.tape = Tape()

    def times(self):
        return [(round(event.seconds, 3), event.output) for event in self.tape.events]

    def test_nobody_waits_long_for_a_program(self):
        self.tape.print("a", 0.5)
        self.tape.print("b", 100)
        self.assertEqual(self.times(), [(0.5, "a"), (2, "b")])

    def test_lines_come_one_by_one(self):
        self.tape.print("a\r\nb\r\n\r\nc\rd", 0)
        self.assertEqual(self.times(), [(0, "a\r\n"), (0.1, "b\r\n"), (0.2, "\r\n"), (1, "c\rd")])

    def test_lines_that_waited_catch_up(self):
        self.tape.print("a\nb\nc\n", 0)
        self.tape.print("d\n", 1)
        self.tape.print("e", 0.01)
        self.assertEqual(self.times()[3:], [(1, "d\n"), (1.1, "e")])

    def test_what_is_typed_follows_what_was_printed(self):
        self.tape.print("a\nb\n", 0)
        self.tape.type("$", 3)
        self.tape.print("c", 0.5)
        self.assertEqual(self.times()[2:], [(3.2, "$"), (3.7, "c")])


class RecordTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def output(self, *commands):
        return "".join(event.output for event in record(commands, 40, 12, self.folder).events)

    def test_commands_are_typed_and_run_in_a_terminal_of_the_size(self):
        self.assertEqual(
            self.output("stty size", "echo $TERM"),
            f"{PROMPT}stty size\r\n12 40\r\n{CLEAR}{PROMPT}echo $TERM\r\nxterm-256color\r\n{PROMPT}",
        )

    def test_a_command_runs_in_the_folder(self):
        (self.folder / "here").write_text("yes")
        self.assertIn("yes", self.output("cat here"))

    def test_a_character_that_comes_in_parts_is_one(self):
        self.assertIn("é", self.output(r"printf '\303'; printf '\251'"))

    def test_a_command_that_fails_ends_the_recording(self):
        with self.assertRaisesRegex(SessionError, "'echo no; exit 3' to succeed, got exit code 3 and last 'no'"):
            self.output("echo no; exit 3")

    def test_nothing_of_this_machine_is_recorded(self):
        for what, text in (
            ("checkout", str(self.folder)),
            ("folder for temporary files", tempfile.gettempdir() + "/a"),
            ("home directory", str(Path.home()) + "/a"),
            ("host name", socket.gethostname()),
        ):
            with self.subTest(what), self.assertRaisesRegex(SessionError, f"of this machine .* got its {what}, "):
                self.output(f"echo at:{text}")


if __name__ == "__main__":
    unittest.main()
