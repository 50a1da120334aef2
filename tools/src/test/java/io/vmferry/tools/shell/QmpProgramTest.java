package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.tools.qmp.ScriptedMonitor;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class QmpProgramTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private int run(String input, String... arguments) {
        return QmpProgram.run(
                new BufferedReader(new StringReader(input)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private int run(ScriptedMonitor.Script script, String input, String... arguments)
            throws IOException {
        try (ScriptedMonitor monitor =
                new ScriptedMonitor(peer -> {
                    peer.send(ScriptedMonitor.GREETING);
                    asked.add(peer.reply("\"return\": {}"));
                    script.run(peer);
                })) {
            List<String> all = new ArrayList<>(List.of(arguments));
            all.replaceAll(word -> word.equals("@") ? monitor.address().toString() : word);
            return run(input, all.toArray(String[]::new));
        }
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void oneCommandIsAskedAndItsResultPrinted() throws Exception {
        int code =
                run(
                        peer -> asked.add(peer.reply("\"return\": {\"a\": 1}")),
                        "",
                        "--raw",
                        "@",
                        "migrate",
                        "uri=unix:/x",
                        "a.b=1");
        assertThat(code).isZero();
        assertThat(said()).isEqualTo("{\"a\": 1}\n");
        assertThat(asked)
                .containsExactly(
                        "{\"execute\": \"qmp_capabilities\", \"arguments\": {\"enable\": [\"oob\"]},"
                                + " \"id\": 1}",
                        "{\"execute\": \"migrate\", \"arguments\": {\"uri\": \"unix:/x\", \"a\":"
                                + " {\"b\": 1}}, \"id\": 2}");
    }

    @Test
    void aMonitorThatIsNotUpYetIsWaitedFor(@TempDir Path directory) throws Exception {
        Path socket = directory.resolve("later");
        CompletableFuture<Integer> code = new CompletableFuture<>();
        Thread program =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> code.complete(run("", "--wait", socket.toString(), "stop")));
        while (program.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            server.accept().close();
        }
        assertThat(code.get()).isEqualTo(QmpExit.NO_CONNECTION.code());
        assertThat(complained()).doesNotContain("Cannot connect");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "postcopy-paused | 0 | \"\"",
                "completed | 7 | The status is 'completed' and will not become 'postcopy-paused': lost",
                "failed | 3 | The status is 'failed' and will not become 'postcopy-paused': lost",
                "cancelled | 4 | The status is 'cancelled' and will not become 'postcopy-paused': lost"
            })
    void aStatusIsWaitedForAfterTheCommand(String status, int code, String complaint)
            throws Exception {
        int exit =
                run(
                        peer -> {
                            asked.add(peer.reply("\"return\": {}"));
                            peer.reply("\"return\": {\"status\": \"postcopy-active\"}");
                            peer.reply(
                                    "\"return\": {\"status\": \"%s\", \"error-desc\": \"lost\"}"
                                            .formatted(status));
                        },
                        "",
                        "--until",
                        "postcopy-paused",
                        "@",
                        "migrate-pause");
        assertThat(complained().strip()).isEqualTo(complaint);
        assertThat(exit).isEqualTo(code);
        assertThat(asked).last().asString().contains("migrate-pause");
        assertThat(said()).isEmpty();
    }

    @Test
    void aStatusThatDoesNotComeEndsWithTheTimeout() throws Exception {
        int exit =
                run(
                        peer -> {
                            while (true) {
                                peer.reply("\"return\": {\"status\": \"active\"}");
                            }
                        },
                        "",
                        "--timeout",
                        "0.3",
                        "--until",
                        "completed",
                        "@");
        assertThat(exit).isEqualTo(QmpExit.TIMEOUT.code());
        assertThat(complained()).isEqualTo("The status is still 'active', not 'completed'\n");
    }

    @Test
    void theVerdictIsPrintedOnceItIsSettled() throws Exception {
        int exit =
                run(
                        peer -> {
                            asked.add(peer.reply("\"return\": {}"));
                            peer.reply("\"return\": {\"settled\": false}");
                            asked.add(
                                    peer.reply(
                                            "\"return\": {\"settled\": true, \"guest\": \"peer\"}"));
                        },
                        "",
                        "--until-settled",
                        "--raw",
                        "@",
                        "migrate-pause");
        assertThat(exit).as(complained()).isZero();
        assertThat(asked.get(1)).contains("migrate-pause");
        assertThat(asked.get(2)).contains("x-vmferry-verdict");
        assertThat(said()).isEqualTo("{\"settled\": true, \"guest\": \"peer\"}\n");
    }

    /** As a process with --once does: it ends between two questions. */
    @Test
    void theVerdictOfAProcessThatEndsIsPrinted() throws Exception {
        int exit =
                run(
                        peer -> {
                            peer.reply("\"return\": {\"settled\": false}");
                            peer.read();
                            peer.send(
                                    "{\"event\": \"X_VMFERRY_VERDICT\", \"data\":"
                                            + " {\"settled\": true, \"guest\": \"runs-here\"}}\r\n");
                        },
                        "",
                        "--until-settled",
                        "--raw",
                        "@");
        assertThat(exit).as(complained()).isZero();
        assertThat(said()).isEqualTo("{\"settled\": true, \"guest\": \"runs-here\"}\n");
    }

    @Test
    void aVerdictThatStaysOpenEndsWithTheTimeout() throws Exception {
        int exit =
                run(
                        peer -> {
                            while (true) {
                                peer.reply(
                                        "\"return\": {\"settled\": false, \"status\": \"active\","
                                                + " \"memory\": {\"state\": \"unchecked\"}}");
                            }
                        },
                        "",
                        "--timeout",
                        "0.3",
                        "--until-settled",
                        "@");
        assertThat(exit).isEqualTo(QmpExit.TIMEOUT.code());
        assertThat(complained())
                .isEqualTo(
                        "The verdict is not settled: the status is 'active', the memory is 'unchecked'\n");
    }

    @Test
    void waitingEndsWithTheTimeout(@TempDir Path directory) {
        String socket = directory.resolve("never").toString();
        assertThat(run("", "--wait", "--timeout", "0.01", socket, "stop"))
                .isEqualTo(QmpExit.NO_CONNECTION.code());
        assertThat(complained()).startsWith("Cannot connect to unix:" + socket).hasLineCount(1);
    }

    @Test
    void anOptionThatWouldBeIgnoredIsRefused() {
        assertThat(run("", "--interval", "1", "/nowhere", "stop")).isEqualTo(2);
        assertThat(complained())
                .isEqualTo("--interval is for --watch, or for a prompt. Try 'qmp --help'.\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--until=active --interval=1|--interval is for --watch, or for a prompt.",
                "--until=active --watch|--watch and --until exclude each other.",
                "--until-settled --interval=1|--interval is for --watch, or for a prompt.",
                "--until-settled --watch|--watch and --until-settled exclude each other.",
                "--until-settled --until=active|--until and --until-settled exclude each other.",
                "--until=postcopy-pausd|There is no status 'postcopy-pausd', did you mean 'postcopy-paused'?",
            })
    void aStatusThatCannotBeWaitedForIsRefused(String options, String why) {
        List<String> line = new ArrayList<>(List.of(options.split(" ")));
        line.add("/nowhere");
        assertThat(run("", line.toArray(String[]::new))).isEqualTo(2);
        assertThat(complained()).isEqualTo(why + " Try 'qmp --help'.\n");
    }

    @Test
    void argumentsComeFromInputAndOutOfBandIsAskedFor() throws Exception {
        int code =
                run(
                        peer -> asked.add(peer.reply("\"return\": {}")),
                        "{\"a\":\n 1}",
                        "--oob",
                        "--pretty",
                        "@",
                        "x",
                        "-");
        assertThat(code).isZero();
        assertThat(asked.get(1))
                .isEqualTo("{\"exec-oob\": \"x\", \"arguments\": {\"a\": 1}, \"id\": 2}");
    }

    @Test
    void aRefusalIsAnErrorWithItsClass() throws Exception {
        int code =
                run(
                        peer ->
                                peer.reply(
                                        "\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}"),
                        "",
                        "@",
                        "stop");
        assertThat(code).isEqualTo(1);
        assertThat(said()).isEmpty();
        assertThat(complained()).isEqualTo("GenericError: no\n");
    }

    private static final String UNKNOWN =
            "\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command has not been found\"}";

    /** The names come from the server, which may be a QEMU. */
    @ParameterizedTest
    @CsvSource({"query-migrte, ', did you mean ''query-migrate''?'", "fly, ''"})
    void aMistypedCommandIsCompared(String typed, String question) throws Exception {
        int code =
                run(
                        peer -> {
                            peer.reply(UNKNOWN);
                            peer.reply("\"return\": [{\"name\": \"query-migrate\"}]");
                        },
                        "",
                        "@",
                        typed);
        assertThat(code).isEqualTo(1);
        assertThat(complained())
                .isEqualTo("CommandNotFound: The command has not been found" + question + "\n");
    }

    /** The refusal stays, though the server has nothing more to say. */
    @Test
    void aServerThatEndsAfterItsRefusalIsNotAskedForLong() throws Exception {
        assertThat(run(peer -> peer.reply(UNKNOWN), "", "@", "query-migrte")).isEqualTo(1);
        assertThat(complained()).isEqualTo("CommandNotFound: The command has not been found\n");
    }

    @Test
    void linesOfInputAreRunUntilOneIsRefused() throws Exception {
        int code =
                run(
                        peer -> {
                            asked.add(peer.reply("\"return\": 1"));
                            asked.add(peer.reply("\"return\": 2"));
                            peer.reply("\"error\": {\"class\": \"C\", \"desc\": \"d\"}");
                        },
                        "# a comment\none\n\ntwo a={\n  \"b\": 1}\nthree\nfour\n",
                        "--raw",
                        "@");
        assertThat(code).isEqualTo(1);
        assertThat(said()).isEqualTo("1\n2\n");
        assertThat(asked.get(2)).contains("\"two\", \"arguments\": {\"a\": {\"b\": 1}}");
        assertThat(complained()).isEqualTo("C: d\n");
    }

    @Test
    void theEndOfTheConnectionAndSilenceHaveTheirCodes() throws Exception {
        assertThat(run(ScriptedMonitor.Peer::read, "", "@", "stop")).isEqualTo(5);
        assertThat(complained()).isEqualTo("The monitor closed the connection\n");
        err.reset();
        int code =
                run(
                        peer -> {
                            peer.read();
                            peer.read();
                        },
                        "",
                        "--timeout",
                        "0.2",
                        "@",
                        "stop");
        assertThat(code).isEqualTo(6);
        assertThat(complained()).isEqualTo("No reply to stop within 0.2 s\n");
    }

    @Test
    void aMonitorThatGreetsNobodyMayHaveAnotherClient() throws Exception {
        try (ScriptedMonitor silent = new ScriptedMonitor(ScriptedMonitor.Peer::read)) {
            assertThat(run("", "--timeout", "0.1", silent.address().toString(), "stop"))
                    .isEqualTo(6);
        }
        assertThat(complained()).contains("another client");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nowhere",
                "/x --pretty --raw",
                "/x --oob",
                "/x --interval 0",
                "/x --timeout -1",
                "/x --fly",
                "''"
            })
    void aWrongCommandLineIsOneLine(String line) {
        assertThat(run("", Words.of(line).texts().toArray(String[]::new))).isEqualTo(2);
        assertThat(complained().lines()).hasSize(1);
    }

    @Test
    void helpHasExamplesAndExitCodes() {
        assertThat(run("", "--help")).isZero();
        assertThat(said()).contains("--watch", "migrate-incoming uri=", "Exit codes:", "cancelled");
        assertThat(said().lines()).allMatch(line -> line.length() <= 100);
    }
}
