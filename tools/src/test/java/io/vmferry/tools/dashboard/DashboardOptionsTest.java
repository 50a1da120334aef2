package io.vmferry.tools.dashboard;

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

/** Whatever the options are given, the tool ends as its help says, with one line. */
class DashboardOptionsTest {

    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @TempDir Path directory;

    @Test
    void allOptions() throws Exception {
        CommandSpec spec = new CommandLine(new DashboardProgram(NOWHERE, NOWHERE)).getCommandSpec();
        new OptionWalk(
                        spec,
                        OptionWalk.explained(spec),
                        directory,
                        (err, arguments) ->
                                ToolLine.of(new DashboardProgram(NOWHERE, err), err)
                                        .execute(
                                                // an address of nobody, so that it ends by itself
                                                Stream.concat(
                                                                Stream.of("--listen=192.0.2.1:1"),
                                                                Stream.of(arguments))
                                                        .toArray(String[]::new)))
                .go();
    }
}
