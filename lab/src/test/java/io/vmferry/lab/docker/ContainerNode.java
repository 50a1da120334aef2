package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.machine.monitor.MonitorAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.output.WaitingConsumer;

/** One daemon in a container: what is done to the container, its monitor and what it says. */
final class ContainerNode implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final GenericContainer<?> container;
    private final Path monitor;
    private @Nullable QmpClient client;

    /**
     * @param container is started already
     * @param monitor the socket of its monitor, seen from here
     */
    ContainerNode(GenericContainer<?> container, Path monitor) {
        this.container = container;
        this.monitor = monitor;
    }

    // ---- what it is told

    /** The monitor, connected at the first call. */
    QmpClient qmp() throws IOException, InterruptedException {
        if (client == null) {
            client = QmpClient.connect(new MonitorAddress.UnixMonitor(monitor.toString()));
        }
        return client;
    }

    void migrate(String uri) throws IOException, InterruptedException {
        qmp().execute("migrate", "{\"uri\": \"" + uri + "\"}");
    }

    void resume(String uri) throws IOException, InterruptedException {
        qmp().execute("migrate", "{\"uri\": \"" + uri + "\", \"resume\": true}");
    }

    void parameter(String name, long value) throws IOException, InterruptedException {
        qmp().execute("migrate-set-parameters", "{\"%s\": %d}".formatted(name, value));
    }

    String runState() throws IOException, InterruptedException {
        return qmp().execute("query-status").path("status").asText();
    }

    JsonNode queryMigrate() throws IOException, InterruptedException {
        return qmp().execute("query-migrate");
    }

    // ---- what it says

    /** Waits for a line of its result that matches. */
    void awaitSaid(String pattern) throws Exception {
        WaitingConsumer lines = new WaitingConsumer();
        container.followOutput(lines, OutputType.STDOUT);
        lines.waitUntil(
                frame -> frame.getUtf8String().strip().matches(pattern),
                Math.toIntExact(PATIENCE.toSeconds()),
                TimeUnit.SECONDS);
    }

    /** All that it has printed, results and log. */
    String said() {
        return container.getLogs();
    }

    /** Waits for the end of its process and compares how that ended. */
    void exits(int code) {
        Integer actual =
                docker().waitContainerCmd(id())
                        .exec(new WaitContainerResultCallback())
                        .awaitStatusCode(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(actual).as("exit code; it said:%n%s", said()).isEqualTo(code);
    }

    // ---- what is done to it

    void kill() {
        docker().killContainerCmd(id()).exec();
    }

    /**
     * Stops every thread of its process; the kernel still acknowledges the bytes that are sent to
     * it. A signal, since an engine's own pause fails on a busy machine with cgroups of version 1
     * ("unable to freeze").
     */
    void standStill() {
        signal("STOP");
    }

    void goOn() {
        signal("CONT");
    }

    /** Sends a signal to its process. */
    void signal(String name) {
        docker().killContainerCmd(id()).withSignal(name).exec();
    }

    // ---- what is seen from outside

    String id() {
        return container.getContainerId();
    }

    /** Its process on this machine. */
    long pid() {
        Long pid = state().getPidLong();
        assertThat(pid).as("pid of a container that runs").isPositive();
        return pid;
    }

    ContainerState state() {
        return container.getCurrentContainerInfo().getState();
    }

    DockerClient docker() {
        return container.getDockerClient();
    }

    @Override
    public void close() throws IOException {
        if (client != null) {
            client.close();
        }
        container.stop();
    }
}
