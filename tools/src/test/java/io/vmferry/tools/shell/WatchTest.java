package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.tools.qmp.ScriptedMonitor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class WatchTest {

    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration LATE = Duration.ofHours(1);

    private final StringWriter text = new StringWriter();
    private final List<String> remarks = new ArrayList<>();

    private static void on(ScriptedMonitor.Peer peer) throws IOException {
        peer.reply("\"return\": [{\"capability\": \"events\", \"state\": true}]");
    }

    private static void status(ScriptedMonitor.Peer peer, String status) throws IOException {
        peer.reply("\"return\": {\"status\": \"%s\"}".formatted(status));
    }

    private static void event(ScriptedMonitor.Peer peer, String status) throws IOException {
        peer.send(
                "{\"timestamp\": {\"seconds\": 0, \"microseconds\": 7}, \"event\": \"MIGRATION\","
                        + " \"data\": {\"status\": \"%s\"}}\r\n".formatted(status));
    }

    private Optional<QmpExit> watch(
            ScriptedMonitor.Script script, Duration interval, Watch.View view) throws Exception {
        try (ScriptedMonitor monitor =
                        new ScriptedMonitor(peer -> {
                            peer.send(ScriptedMonitor.GREETING);
                            peer.reply("\"return\": {}");
                            script.run(peer);
                        });
                Talk talk = Talk.begin(monitor.address(), Duration.ofSeconds(10), false)) {
            return new Watch(talk, interval, view).follow();
        }
    }

    private Watch.View raw() {
        return WatchView.raw(new PrintWriter(text), remarks::add);
    }

    private Watch.View people(Optional<IntSupplier> columns) {
        return WatchView.people(new PrintWriter(text), columns, ZoneOffset.UTC);
    }

    @Test
    void eventsAndFiguresComeInOrderAndTheEndEndsIt() throws Exception {
        Optional<QmpExit> exit =
                watch(
                        peer -> {
                            on(peer);
                            status(peer, "setup");
                            event(peer, "active");
                            status(peer, "active");
                            event(peer, "completed");
                            status(peer, "completed");
                        },
                        LATE,
                        people(Optional.empty()));
        assertThat(exit).contains(QmpExit.OK);
        assertThat(text.toString().lines())
                .containsExactly(
                        "setup",
                        "00:00:00.000007  MIGRATION status=active",
                        "active",
                        "00:00:00.000007  MIGRATION status=completed",
                        "completed");
    }

    @ParameterizedTest
    @CsvSource({"completed, OK", "failed, FAILED", "cancelled, CANCELLED"})
    void whatIsFinalAlreadyEndsItAtOnce(String status, QmpExit code) throws Exception {
        Optional<QmpExit> exit =
                watch(
                        peer -> {
                            on(peer);
                            status(peer, status);
                        },
                        LATE,
                        raw());
        assertThat(exit).contains(code);
        assertThat(text.toString())
                .isEqualTo("{\"query-migrate\": {\"status\": \"%s\"}}\n".formatted(status));
    }

    @Test
    void withoutEventsTheFiguresTell() throws Exception {
        Optional<QmpExit> exit =
                watch(
                        peer -> {
                            peer.reply(
                                    "\"return\": [{\"capability\": \"events\", \"state\": false}]");
                            status(peer, "active");
                            status(peer, "active");
                            status(peer, "failed");
                        },
                        SOON,
                        raw());
        assertThat(exit).contains(QmpExit.FAILED);
        assertThat(remarks).singleElement().asString().contains("capability events is off");
        assertThat(text.toString().lines()).hasSize(2);
    }

    @Test
    void aServerThatEndsWithItsFailedMigrationHasSaidSo() throws Exception {
        ScriptedMonitor.Script failing =
                peer -> {
                    on(peer);
                    status(peer, "active");
                    event(peer, "failed");
                    peer.read();
                };
        assertThat(watch(failing, SOON, raw())).contains(QmpExit.FAILED);
        ScriptedMonitor.Script vanishing =
                peer -> {
                    on(peer);
                    event(peer, "device");
                    status(peer, "active");
                    peer.read();
                };
        assertThatThrownBy(() -> watch(vanishing, SOON, raw())).isInstanceOf(IOException.class);
    }

    @Test
    void aTerminalKeepsTheFiguresInOneLine() throws Exception {
        watch(
                peer -> {
                    on(peer);
                    status(peer, "active");
                    event(peer, "completed");
                    status(peer, "completed");
                },
                LATE,
                people(Optional.of(() -> 80)));
        String erase = "\r\u001b[K";
        String active = "\u001b[?7lactive\u001b[?7h";
        assertThat(text.toString())
                .isEqualTo(
                        erase
                                + active
                                + erase
                                + "00:00:00.000007  MIGRATION status=completed\n"
                                + active
                                + erase
                                + "completed\n\u001b[?7l\u001b[?7h");
    }
}
