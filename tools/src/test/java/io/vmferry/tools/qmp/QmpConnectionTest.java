package io.vmferry.tools.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.monitor.MonitorAddress;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class QmpConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BlockingQueue<QmpNotice> events = new LinkedBlockingQueue<>();

    private QmpConnection open(ScriptedMonitor monitor) throws Exception {
        return QmpConnection.open(monitor.address(), PATIENCE, events::add);
    }

    @Test
    void repliesFindTheirCommandsAndEventsTheListener() throws Exception {
        try (ScriptedMonitor monitor =
                        new ScriptedMonitor(peer -> {
                            peer.send(ScriptedMonitor.GREETING);
                            peer.reply("\"return\": {}");
                            String first = peer.read();
                            String second = peer.read();
                            assertThat(first + second).contains("\"one\"", "\"two\"");
                            // the second before the first, several in one go, over several lines
                            peer.send(
                                    "{\"return\": 2, \"id\": 3}{\"event\": \"STOP\",\n \"timestamp\":"
                                            + " {\"seconds\": 1, \"microseconds\": 2}}\r\n{\"error\":"
                                            + " {\"class\": \"GenericError\", \"desc\": \"no\"},");
                            peer.send(" \"id\": 2}");
                            peer.read();
                        });
                QmpConnection connection = open(monitor)) {
            assertThat(connection.offersOutOfBand()).isTrue();
            assertThat(connection.negotiate(true, PATIENCE).refused()).isFalse();
            CompletableFuture<QmpReply> one = connection.send(QmpCall.of("one"));
            CompletableFuture<QmpReply> two = connection.send(QmpCall.of("two"));
            assertThat(two.get().value().asInt()).isEqualTo(2);
            assertThat(one.get().refused()).isTrue();
            assertThat(one.get().errorClass()).isEqualTo("GenericError");
            assertThat(one.get().description()).isEqualTo("no");
            assertThatThrownBy(() -> one.get().value()).isInstanceOf(IllegalStateException.class);
            QmpNotice event = events.take();
            assertThat(event.name()).isEqualTo("STOP");
            assertThat(event.at()).isEqualTo("1970-01-01T00:00:01.000002Z");
            assertThat(event.migrationStatus()).isEmpty();
        }
    }

    @Test
    void anErrorWithoutIdIsForTheOldestCommand() throws Exception {
        try (ScriptedMonitor monitor =
                        new ScriptedMonitor(peer -> {
                            peer.send(ScriptedMonitor.GREETING);
                            peer.read();
                            peer.send(
                                    "{\"error\": {\"class\": \"GenericError\", \"desc\": \"?\"}}");
                            peer.read();
                        });
                QmpConnection connection = open(monitor)) {
            assertThat(connection.call(QmpCall.of("x"), PATIENCE).refused()).isTrue();
        }
    }

    /** QEMU 7.2 was seen to send RESUME to a client that connected while it started. */
    @Test
    void anEventBeforeTheGreetingIsAnEvent() throws Exception {
        try (ScriptedMonitor monitor =
                        new ScriptedMonitor(peer -> {
                            peer.send("{\"event\": \"RESUME\"}");
                            peer.send(ScriptedMonitor.GREETING);
                            peer.read();
                        });
                QmpConnection connection = open(monitor)) {
            assertThat(connection.greeting().has("QMP")).isTrue();
            assertThat(events).extracting(QmpNotice::name).containsExactly("RESUME");
        }
    }

    @Test
    void theEndOfTheServerFailsWhatWaits() throws Exception {
        CompletableFuture<IOException> told = new CompletableFuture<>();
        try (ScriptedMonitor monitor =
                        new ScriptedMonitor(peer -> {
                            peer.send(ScriptedMonitor.GREETING);
                            peer.read();
                        });
                QmpConnection connection = open(monitor)) {
            connection.whenEnded(told::complete);
            assertThatThrownBy(() -> connection.call(QmpCall.of("x"), PATIENCE))
                    .isInstanceOf(IOException.class)
                    .hasMessage("The monitor closed the connection");
            assertThat(told.get()).hasMessage("The monitor closed the connection");
            assertThatThrownBy(() -> connection.send(QmpCall.of("y")))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForForEver() throws Exception {
        try (ScriptedMonitor silent = new ScriptedMonitor(ScriptedMonitor.Peer::read)) {
            assertThatThrownBy(() ->
                            QmpConnection.open(
                                    silent.address(), Duration.ofMillis(50), events::add))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageStartingWith("No greeting from tcp:127.0.0.1:");
        }
    }

    @ParameterizedTest
    @CsvSource({"'{\"hello\": 1}', is no QMP monitor", "SSH-2.0-x, broke", "'', closed"})
    void whatIsNoMonitorIsTold(String greeting, String why) throws Exception {
        try (ScriptedMonitor other =
                new ScriptedMonitor(peer -> {
                    peer.send(greeting);
                })) {
            assertThatThrownBy(() -> open(other))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(why);
        }
    }

    @Test
    void nobodyThereIsTold(@TempDir Path directory) {
        MonitorAddress nowhere = new MonitorAddress.UnixMonitor(directory.resolve("x").toString());
        assertThatThrownBy(() -> QmpConnection.open(nowhere, PATIENCE, events::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cannot connect to " + nowhere);
    }

    @ParameterizedTest
    @CsvSource({
        "/tmp/a, unix:/tmp/a",
        "./a, unix:./a",
        "unix:a, unix:a",
        "tcp:localhost:1, tcp:localhost:1",
        "tcp:[::1]:1, tcp:[::1]:1"
    })
    void addressesAreReadAsTyped(String typed, String meant) {
        assertThat(QmpEndpoint.parse(typed)).hasToString(meant);
    }

    @ParameterizedTest
    @CsvSource({"a", "tcp:1", "localhost:4444", "unix:", "''"})
    void otherAddressesAreRefused(String typed) {
        assertThatThrownBy(() -> QmpEndpoint.parse(typed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unix:PATH, tcp:HOST:PORT or a path with a slash");
    }
}
