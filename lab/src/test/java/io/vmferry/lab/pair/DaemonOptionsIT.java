package io.vmferry.lab.pair;

import io.vmferry.dest.DestNode;
import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.NodeMain;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.source.SourceNode;
import io.vmferry.tools.commandline.OptionWalk;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** For any value of each option a daemon ends with a documented exit code and one line. */
class DaemonOptionsIT {

    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @TempDir Path directory;

    /** The address of the migration has no listener; but any file can be migrated to. */
    @Test
    void source() throws Exception {
        walk(
                SourceNode::new,
                Set.of(
                        ExitCode.OK,
                        ExitCode.START_FAILED,
                        ExitCode.USAGE,
                        ExitCode.GUEST_SAFE_AT_SOURCE),
                List.of("--once", "--memory", "1M"),
                "--migrate",
                "unix:" + directory.resolve("nobody"));
    }

    /** It listens where it cannot. */
    @Test
    void destination() throws Exception {
        walk(
                DestNode::new,
                Set.of(ExitCode.START_FAILED, ExitCode.USAGE, ExitCode.GUEST_SAFE_AT_SOURCE),
                List.of("--once", "--memory", "1M"),
                "--incoming",
                "unix:" + directory.resolve("no/such/directory"));
    }

    private void walk(
            Function<Screen, NodeMain.Program> daemon,
            Set<ExitCode> codes,
            List<String> usual,
            String... address)
            throws Exception {
        new OptionWalk(
                        new CommandLine(daemon.apply(Screen.plain(NOWHERE, NOWHERE)))
                                .getCommandSpec(),
                        codes.stream().map(ExitCode::code).collect(Collectors.toSet()),
                        directory,
                        (err, arguments) -> {
                            List<String> words = new ArrayList<>();
                            add(words, arguments, address);
                            add(words, arguments, usual.toArray(String[]::new));
                            words.addAll(List.of(arguments));
                            Screen screen = Screen.plain(NOWHERE, err);
                            return NodeMain.run(
                                    daemon.apply(screen),
                                    NOWHERE,
                                    err,
                                    words.toArray(String[]::new));
                        })
                .go();
    }

    /** The tested options replace the usual ones. */
    private static void add(List<String> words, String[] tried, String... usual) {
        int at = 0;
        while (at < usual.length) {
            boolean valued = at + 1 < usual.length && !usual[at + 1].startsWith("--");
            if (!Arrays.asList(tried).contains(usual[at])) {
                words.addAll(Arrays.asList(usual).subList(at, at + (valued ? 2 : 1)));
            }
            at += valued ? 2 : 1;
        }
    }
}
