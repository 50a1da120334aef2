package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.Socket;
import io.vmferry.lab.process.OpenDescriptors;
import io.vmferry.machine.commands.DescriptorClient;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * QEMU's own tests of descriptors, programs and the argument {@code channels}, by their names,
 * between our daemons.
 */
class ChannelsNamedIT {

    private static final String MACHINE = "--memory 32M --capability events ";
    private static final String GUEST = "--workload uniform,boot=16M,rate=1000 ";
    private static final String HEADER = "header";
    private static final int OFFSET = 0x1000;

    @TempDir Path directory;
    private Daemons daemons;

    @SuppressWarnings("NullAway.Init") // set by start
    private DaemonProcess source;

    @SuppressWarnings("NullAway.Init") // set by start
    private DaemonProcess destination;

    @BeforeEach
    void start() throws Exception {
        daemons = new Daemons(directory);
        destination = daemons.destination(MACHINE + "--once --qmp --incoming defer");
        source = daemons.source(MACHINE + GUEST + "--qmp");
        destination.awaitMonitor();
        source.awaitMonitor();
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    private void arrives() throws Exception {
        destination.exits(0);
        assertThat(destination.said()).contains("Memory is what the guest last wrote");
        assertThat(destination.complaints()).isEmpty();
        assertThat(source.complaints()).isEmpty();
    }

    private static String command(String name, String arguments) {
        return "{'execute':'%s','arguments':{%s}}".formatted(name, arguments);
    }

    private static void done(DescriptorClient client, String command, Descriptor... along)
            throws IOException {
        assertThat(client.ask(command, along)).as(command).isEqualTo("{}");
    }

    /** Asks the client that is connected: a monitor has one at a time. */
    private static void awaitCompleted(DescriptorClient client) throws IOException {
        String report;
        do {
            report = client.ask("{'execute':'query-migrate'}");
            assertThat(report).doesNotContain("failed");
        } while (!report.contains("\"completed\""));
    }

    // ---- descriptors

    /** Both ends of a connection that the test has made. */
    private static List<Descriptor> connection() throws IOException {
        Socket server = Socket.newSocketStream();
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        server.listen(1);
        Socket here = Socket.newSocketStream();
        here.connect(server.localAddress());
        byte[] peer = new byte[50];
        int there;
        do {
            there = server.accept(peer);
        } while (there < 0);
        server.close();
        return List.of(Descriptor.own(here.intValue()), Descriptor.own(there));
    }

    /** Afterwards the name is not known any more. */
    @Test
    @DisplayName("/migration/precopy/fd/tcp")
    void aConnectionThatIsGiven() throws Exception {
        try (DescriptorClient from = new DescriptorClient(source.monitor());
                DescriptorClient to = new DescriptorClient(destination.monitor())) {
            OpenDescriptors before = source.openDescriptors();
            List<Descriptor> ends = connection();
            try (Descriptor here = ends.getFirst();
                    Descriptor there = ends.getLast()) {
                done(to, command("getfd", "'fdname':'fd-mig'"), there);
                done(from, command("getfd", "'fdname':'fd-mig'"), here);
            }
            done(to, command("migrate-incoming", "'uri':'fd:fd-mig'"));
            done(from, command("migrate", "'uri':'fd:fd-mig'"));
            awaitCompleted(from);
            assertThat(from.ask(command("closefd", "'fdname':'fd-mig'")))
                    .contains("File descriptor named 'fd-mig' not found");
            before.awaitSame(() -> from.ask("{'execute':'query-status'}"));
        }
        arrives();
    }

    /** What stands before the offset stays, and the sets are empty afterwards. */
    @Test
    @DisplayName("/migration/precopy/file/offset/fdset")
    void aFileOfASet() throws Exception {
        Path stream = Files.writeString(directory.resolve("stream"), HEADER);
        String uri = "'uri':'file:/dev/fdset/1,offset=%d'".formatted(OFFSET);
        try (DescriptorClient from = new DescriptorClient(source.monitor());
                Descriptor file = TestDescriptors.open(stream, Descriptor.O_WRONLY)) {
            OpenDescriptors before = source.openDescriptors();
            assertThat(from.ask(command("add-fd", "'fdset-id':1"), file))
                    .contains("\"fdset-id\":1");
            done(from, command("migrate", uri));
            awaitCompleted(from);
            done(from, command("remove-fd", "'fdset-id':1"));
            assertThat(from.ask("{'execute':'query-fdsets'}")).isEqualTo("[]");
            before.awaitSame(() -> from.ask("{'execute':'query-status'}"));
        }
        byte[] written = Files.readAllBytes(stream);
        assertThat(new String(written, 0, OFFSET + 4, StandardCharsets.ISO_8859_1))
                .startsWith(HEADER + "\0")
                .endsWith("\0QEVM");
        try (DescriptorClient to = new DescriptorClient(destination.monitor());
                Descriptor file = TestDescriptors.open(stream, Descriptor.O_RDONLY)) {
            assertThat(to.ask(command("add-fd", "'fdset-id':1"), file)).contains("\"fdset-id\":1");
            done(to, command("migrate-incoming", uri));
            arrives();
        }
    }

    // ---- programs

    /** {@code exec:cat} both ways, which QEMU's tests use wherever a stream is to be a file. */
    @ParameterizedTest(name = "exec by {0}")
    @CsvSource({"uri", "channels"})
    void aProgram(String form) throws Exception {
        Path stream = directory.resolve("stream");
        source.qmp().execute("query-status");
        OpenDescriptors before = source.openDescriptors();
        source.qmp().execute("migrate", program(form, "cat > " + stream));
        source.qmp().awaitMigration("completed");
        before.awaitSame(() -> source.qmp().execute("query-status"));
        destination.qmp().execute("migrate-incoming", program(form, "cat " + stream));
        arrives();
    }

    private static String program(String form, String command) {
        return form.equals("uri")
                ? "{\"uri\": \"exec:%s\"}".formatted(command)
                : """
                {"channels": [{"channel-type": "main",
                               "addr": {"transport": "exec", "args": ["/bin/sh", "-c", "%s"]}}]}\
                """
                        .formatted(command);
    }

    // ---- which argument

    /** An error of the command, before anything has begun. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/validate_uri/channels/both_set, true",
        "/migration/validate_uri/channels/none_set, false"
    })
    void uriAndChannels(String name, boolean both) throws Exception {
        String channels =
                "'uri':'tcp:127.0.0.1:1','channels':[{'channel-type':'main','addr':{'transport':"
                        + "'socket','type':'inet','host':'127.0.0.1','port':'1'}}]";
        try (DescriptorClient client = new DescriptorClient(source.monitor())) {
            assertThat(client.ask(command("migrate", both ? channels : "")))
                    .as(name)
                    .contains("need either 'uri' or 'channels' argument");
            assertThat(client.ask("{'execute':'query-migrate'}")).isEqualTo("{}");
        }
    }
}
