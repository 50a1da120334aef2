package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.OpenDescriptors;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Postcopies of a running guest over descriptors and programs are broken and recovered. */
class DescriptorRecoveryIT {

    private static final List<String> MACHINE =
            List.of(
                    "--memory",
                    "64M",
                    "--capability",
                    "postcopy-ram",
                    "--capability",
                    "return-path");

    @TempDir Path directory;
    private final List<AutoCloseable> open = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set by start
    private ChildProcess sourceProcess;

    @SuppressWarnings("NullAway.Init") // set by start
    private ChildProcess destinationProcess;

    @SuppressWarnings("NullAway.Init") // set by start
    private GivingClient source;

    @SuppressWarnings("NullAway.Init") // set by start
    private GivingClient destination;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closed(T opened) {
        open.add(opened);
        return opened;
    }

    private void start(String... sourceOptions) throws Exception {
        destinationProcess = node("dest-node", "--incoming", "defer");
        List<String> options = new ArrayList<>();
        options.addAll(List.of("--return-path", "inline"));
        options.addAll(List.of("--workload", "uniform,boot=64M,rate=1000"));
        options.addAll(List.of("--parameter", "max-bandwidth=20M"));
        options.addAll(List.of("--parameter", "max-postcopy-bandwidth=4M"));
        options.addAll(List.of(sourceOptions));
        sourceProcess = node("source-node", options.toArray(String[]::new));
        destination = client(destinationProcess, "dest-node");
        source = client(sourceProcess, "source-node");
    }

    private ChildProcess node(String script, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve(script).toString());
        command.addAll(MACHINE);
        command.addAll(List.of("--qmp", "unix:" + monitor(script)));
        command.addAll(List.of(options));
        return closed(ChildProcess.start(directory, script, command));
    }

    private Path monitor(String script) {
        return directory.resolve(script + ".qmp");
    }

    private GivingClient client(ChildProcess process, String script) throws Exception {
        process.awaitFile(monitor(script));
        return closed(GivingClient.connect(monitor(script)));
    }

    private static void run(GivingClient client, String command, String arguments)
            throws IOException {
        assertThat(client.execute(command, arguments, List.of()))
                .as("%s %s", command, arguments)
                .hasToString("{}");
    }

    private void give(String name) throws IOException {
        List<Descriptor> pair = TestDescriptors.socketPair();
        source.give(name, pair.getFirst());
        destination.give(name, pair.getLast());
    }

    private void awaitBoth(String status) throws IOException {
        source.awaitMigration(status);
        destination.awaitMigration(status);
    }

    private void startPostcopy() throws IOException {
        give("mig");
        run(destination, "migrate-incoming", "{\"uri\": \"fd:mig\"}");
        run(source, "migrate", "{\"uri\": \"fd:mig\"}");
        source.awaitMigration("active");
        run(source, "migrate-start-postcopy", "{}");
        awaitBoth("postcopy-active");
    }

    private void recover(String there, String here) throws IOException {
        run(destination, "migrate-recover", "{\"uri\": \"%s\"}".formatted(there));
        run(source, "migrate", "{\"uri\": \"%s\", \"resume\": true}".formatted(here));
        awaitBoth("postcopy-active");
    }

    private void pause() throws IOException {
        run(source, "migrate-pause", "{}");
        awaitBoth("postcopy-paused");
    }

    private void complete() throws Exception {
        run(source, "migrate-set-parameters", "{\"max-postcopy-bandwidth\": 0}");
        awaitBoth("completed");
        destinationProcess.awaitLine(Pattern.compile(".*Memory is what the guest last wrote.*"));
    }

    /** Over a socket, then over each other form that has two directions, and back. */
    @Test
    void everyFormOfAnAddressRecovers() throws Exception {
        start();
        OpenDescriptors ofSource = OpenDescriptors.of(sourceProcess);
        OpenDescriptors ofDestination = OpenDescriptors.of(destinationProcess);
        startPostcopy();
        pause();
        give("again");
        recover("fd:again", "fd:again");
        pause();
        String there = "unix:" + directory.resolve("m");
        recover(there, "exec:exec socat - UNIX-CONNECT:" + directory.resolve("m"));
        pause();
        Path listening = directory.resolve("program");
        run(
                destination,
                "migrate-recover",
                "{\"uri\": \"exec:exec socat - UNIX-LISTEN:%s\"}".formatted(listening));
        destinationProcess.awaitFile(listening);
        run(source, "migrate", "{\"uri\": \"unix:%s\", \"resume\": true}".formatted(listening));
        awaitBoth("postcopy-active");
        complete();
        ofSource.awaitSame(() -> source.execute("query-status", "{}", List.of()));
        ofDestination.awaitSame(() -> destination.execute("query-status", "{}", List.of()));
    }

    /** What does not work leaves the postcopy as it was, and the next address is taken. */
    @Test
    void anAddressThatIsRefusedLeavesItPaused() throws Exception {
        start();
        OpenDescriptors ofSource = OpenDescriptors.of(sourceProcess);
        startPostcopy();
        pause();
        OpenDescriptors paused = OpenDescriptors.of(destinationProcess);
        for (String refused :
                List.of("fd:nosuch", "rdma:h:1", "file:/nosuch/file", "fd:999999", "vsock:x:1")) {
            JsonNode reply =
                    destination.execute(
                            "migrate-recover", "{\"uri\": \"%s\"}".formatted(refused), List.of());
            assertThat(reply.isTextual()).as("%s: %s", refused, reply).isTrue();
            assertThat(status(destination)).isEqualTo("postcopy-paused");
        }
        JsonNode reply =
                source.execute("migrate", "{\"uri\": \"fd:nosuch\", \"resume\": true}", List.of());
        assertThat(reply.asText()).isEqualTo("File descriptor named 'nosuch' has not been found");
        source.awaitMigration("postcopy-paused");
        paused.awaitSame(() -> destination.execute("query-status", "{}", List.of()));
        give("again");
        recover("fd:again", "fd:again");
        complete();
        ofSource.awaitSame(() -> source.execute("query-status", "{}", List.of()));
    }

    private static String status(GivingClient client) throws IOException {
        return client.execute("query-migrate", "{}", List.of()).path("status").asText();
    }

    @Test
    void aFaultPlanWorksOnADescriptor() throws Exception {
        String fault = "byte(main)@24MiB:close";
        start("--fault", fault);
        OpenDescriptors ofSource = OpenDescriptors.of(sourceProcess);
        give("mig");
        run(destination, "migrate-incoming", "{\"uri\": \"fd:mig\"}");
        run(source, "migrate", "{\"uri\": \"fd:mig\"}");
        source.awaitMigration("active");
        run(source, "migrate-start-postcopy", "{}");
        run(source, "migrate-set-parameters", "{\"max-postcopy-bandwidth\": 0}");
        awaitBoth("postcopy-paused");
        give("again");
        recover("fd:again", "fd:again");
        complete();
        ofSource.awaitSame(() -> source.execute("query-status", "{}", List.of()));
    }

    /**
     * The source has a descriptor of a connection to the proxy, the proxy one to the destination.
     */
    @Test
    void theProxyStandsBetweenDescriptors() throws Exception {
        start();
        OpenDescriptors ofSource = OpenDescriptors.of(sourceProcess);
        OpenDescriptors ofDestination = OpenDescriptors.of(destinationProcess);
        run(destination, "migrate-incoming", "{\"uri\": \"tcp:127.0.0.1:0\"}");
        String port =
                destination
                        .execute("query-migrate", "{}", List.of())
                        .at("/socket-address/0/port")
                        .asText();
        String fault = "pong(3):swap(pong(4))";
        Path here = directory.resolve("proxy");
        List<String> command = new ArrayList<>();
        command.addAll(List.of("bash", "-c", "exec 7<>/dev/tcp/127.0.0.1/\"$0\" \"$@\"", port));
        command.add(Nodes.scripts().resolve("fault-proxy").toString());
        command.addAll(List.of("--listen", "unix:" + here, "--to", "fd:7"));
        command.addAll(List.of("--trace", "--fault", fault));
        ChildProcess proxy = closed(ChildProcess.start(directory, "proxy", command));
        proxy.awaitLine(Pattern.compile("listening on .*"));
        Socket connected = Socket.newSocketDomain();
        assertThat(connected.connect(new DomainSocketAddress(here.toString()))).isTrue();
        source.give("mig", Descriptor.own(connected.intValue()));
        run(source, "migrate", "{\"uri\": \"fd:mig\"}");
        source.awaitMigration("active");
        run(source, "migrate-start-postcopy", "{}");
        run(source, "migrate-set-parameters", "{\"max-postcopy-bandwidth\": 0}");
        proxy.awaitLine(Pattern.compile(".* Fault '" + Pattern.quote(fault) + "' is injected.*"));
        awaitBoth("completed");
        ofSource.awaitSame(() -> source.execute("query-status", "{}", List.of()));
        ofDestination.awaitSame(() -> destination.execute("query-status", "{}", List.of()));
    }
}
