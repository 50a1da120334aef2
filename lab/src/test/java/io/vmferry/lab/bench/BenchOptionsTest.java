package io.vmferry.lab.bench;

import io.vmferry.tools.commandline.OptionWalk;
import io.vmferry.tools.commandline.ToolLine;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** For any value of each option the tool ends with a documented exit code and one line. */
class BenchOptionsTest {

    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @TempDir Path directory;

    @Test
    void allOptions() throws Exception {
        CommandSpec spec = new CommandLine(new Bench(NOWHERE, NOWHERE)).getCommandSpec();
        new OptionWalk(
                        spec,
                        OptionWalk.explained(spec),
                        directory,
                        (err, arguments) ->
                                ToolLine.of(new Bench(NOWHERE, err), err)
                                        .execute(
                                                Stream.concat(
                                                                Stream.of(arguments),
                                                                Stream.of("no-such-measurement"))
                                                        .toArray(String[]::new)))
                .go();
    }
}
