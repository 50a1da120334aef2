"""The command line of scripts/record."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from command_line import STORY, Options, WrongCommandLine, main, parse


class ParseTest(unittest.TestCase):
    def test_without_arguments_the_recording_of_the_readme_is_made(self):
        self.assertEqual(
            parse("/r", []), Options(Path("/r/docs/demo.cast"), Path("/r/docs/demo.svg"), STORY, 100, 24)
        )

    def test_files_commands_and_size(self):
        self.assertEqual(
            parse("/r", ["--size=80x25", "a", "b", "c --d", "e"]),
            Options(Path("a"), Path("b"), ("c --d", "e"), 80, 25),
        )
        self.assertEqual(parse("/r", ["--size", "80x25", "a", "b"]), Options(Path("a"), Path("b"), STORY, 80, 25))

    def test_to_draw_only(self):
        self.assertEqual(parse("/r", ["--render", "a", "b"]), Options(Path("a"), Path("b"), ()))

    def test_what_is_wrong_is_named(self):
        for arguments, message in (
            (["--nonsense"], "Unknown option: '--nonsense'."),
            (["--size=80x25", "--hepl"], "Unknown option: '--hepl', did you mean '--help'?"),
            (["--render=yes", "a", "b"], "--render takes no value, not 'yes'."),
            (["a"], "Expected two files"),
            (["--render"], "Expected two files"),
            (["--render", "a", "b", "c"], "Unexpected argument 'c'"),
            (["--render", "--size=80x25", "a", "b"], "not from --size"),
            (["--size"], "--size takes a value"),
            (["--size=80"], "Expected --size from 20x2 to 500x200, got '80'"),
            (["--size=80x1"], "got '80x1'"),
            (["--size=501x24"], "got '501x24'"),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(WrongCommandLine) as caught:
                parse("/r", arguments)
            self.assertIn(message, str(caught.exception))


class MainTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_main(self, *arguments):
        """The exit code and the lines on stderr."""
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            code = main(str(self.folder), "scripts/record", list(arguments))
        return code, said.getvalue().splitlines()

    def test_a_recording_is_written_and_drawn(self):
        cast, svg = str(self.folder / "a.cast"), str(self.folder / "a.svg")
        self.assertEqual(self.run_main("--size=80x24", cast, svg, "echo moved"), (0, []))
        drawn = Path(svg).read_bytes()
        self.assertIn(b">moved</text>", drawn)
        Path(svg).unlink()
        self.assertEqual(self.run_main("--render", cast, svg), (0, []))
        self.assertEqual(Path(svg).read_bytes(), drawn)

    def test_a_wrong_command_line_is_one_line_and_2(self):
        self.assertEqual(
            self.run_main("--nonsense"), (2, ["Unknown option: '--nonsense'. Try 'scripts/record --help'."])
        )

    def test_other_errors_are_one_line_and_1(self):
        nowhere = str(self.folder / "none" / "a")
        bad = self.folder / "bad"
        bad.write_bytes(b"\xff\n")
        for arguments, message in (
            (("--render", nowhere, "b"), "No such file"),
            (("--render", str(bad), "b"), "bad: expected UTF-8"),
            ((nowhere, "b", "echo x"), f"cannot write {nowhere}"),
            ((str(self.folder), "b", "echo x"), f"cannot write {self.folder}"),
            ((str(self.folder / "c"), str(self.folder / "s"), "exit 4"), "got exit code 4 without output"),
        ):
            with self.subTest(arguments=arguments):
                code, said = self.run_main(*arguments)
                self.assertEqual((code, len(said)), (1, 1), said)
                self.assertIn(message, said[0])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["bad"])


if __name__ == "__main__":
    unittest.main()
