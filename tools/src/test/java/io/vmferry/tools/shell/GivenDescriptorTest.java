package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.vmferry.machine.commands.DescriptorCommands;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.descriptor.TestDescriptors;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.MonitorAddress.UnixMonitor;
import io.vmferry.machine.monitor.MonitorServer;
import io.vmferry.protocol.profile.Profile;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/qmp --fd}, with a monitor of a daemon. */
@Timeout(30)
class GivenDescriptorTest {

    @TempDir Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ExecutorService engine = Executors.newSingleThreadExecutor();
    private final DescriptorSets sets = new DescriptorSets(Profile.DEFAULT, engine, () -> true);
    private MonitorServer server;
    private Path file;
    private Descriptor inherited;

    @BeforeEach
    void listen() throws IOException {
        assumeTrue(Epoll.isAvailable(), "needs epoll");
        file = Files.writeString(directory.resolve("file"), "content");
        inherited = TestDescriptors.inheritable(TestDescriptors.open(file, Descriptor.O_RDONLY));
        CommandTable.Builder table = CommandTable.builder(Profile.DEFAULT);
        new DescriptorCommands(sets).addTo(table);
        server = new MonitorServer(table.build(), engine, Clock.systemUTC(), sets);
        server.listen(new UnixMonitor(monitor().toString()), false);
        server.serve();
    }

    @AfterEach
    void nothingIsLeft() {
        server.close();
        engine.shutdownNow();
        inherited.close();
        assertThat(TestDescriptors.openOn(file)).as("descriptors left").isZero();
    }

    private Path monitor() {
        return directory.resolve("monitor");
    }

    private int run(String... arguments) {
        return QmpProgram.run(
                new BufferedReader(new StringReader("")),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private String number() {
        return String.valueOf(inherited.number());
    }

    @Test
    void aDescriptorGoesAlongWithTheCommand() {
        String address = "unix:" + monitor();
        assertThat(run("--fd", number(), address, "getfd", "fdname=a")).isZero();
        assertThat(TestDescriptors.openOn(file)).as("its own, and the monitor's").isEqualTo(2);
        assertThat(run(address, "closefd", "fdname=a")).isZero();
        assertThat(TestDescriptors.openOn(file)).isEqualTo(1);
        assertThat(run(address, "getfd", "fdname=a")).isEqualTo(QmpExit.REFUSED.code());
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("No file descriptor supplied");
    }

    @Test
    void aDescriptorThatIsNotThereIsSaidToBe() {
        String address = "unix:" + monitor();
        assertThat(run("--fd", "999999", address, "getfd", "fdname=a"))
                .isEqualTo(QmpExit.USAGE.code());
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("--fd 999999: Bad file descriptor");
    }

    @Test
    void onlyAUnixMonitorTakesDescriptors() {
        assertThat(run("--fd", number(), "tcp:127.0.0.1:1", "getfd", "fdname=a"))
                .isEqualTo(QmpExit.USAGE.code());
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("Only a UNIX monitor takes descriptors");
        assertThat(run("--fd", number(), "unix:" + monitor())).isEqualTo(QmpExit.USAGE.code());
    }

    @Test
    void nobodyListens() {
        assertThat(run("--fd", number(), directory + "/nobody", "getfd", "fdname=a"))
                .isEqualTo(QmpExit.NO_CONNECTION.code());
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Cannot connect to");
    }
}
