package io.vmferry.tools.shell;

import io.vmferry.tools.commandline.OptionWalk;
import java.io.BufferedReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whatever the options are given, the tool ends as its help says, with one line. */
class QmpOptionsTest {

    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @TempDir Path directory;

    private static BufferedReader nothing() {
        return new BufferedReader(new StringReader(""));
    }

    @Test
    void allOptions() throws Exception {
        new OptionWalk(
                        new CommandLine(new QmpProgram(nothing(), NOWHERE, NOWHERE))
                                .getCommandSpec(),
                        Arrays.stream(QmpExit.values())
                                .map(QmpExit::code)
                                .collect(Collectors.toSet()),
                        directory,
                        (err, arguments) ->
                                QmpProgram.run(
                                        nothing(),
                                        NOWHERE,
                                        err,
                                        Stream.concat(
                                                        Stream.of(arguments),
                                                        Stream.of(
                                                                "unix:/no/such/monitor",
                                                                "query-status"))
                                                .toArray(String[]::new)))
                .go();
    }
}
