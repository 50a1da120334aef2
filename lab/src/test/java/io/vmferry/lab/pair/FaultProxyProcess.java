package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code scripts/fault-proxy} under test. */
public final class FaultProxyProcess implements AutoCloseable {

    /** As text, or as JSON. */
    private static final Pattern LISTENING =
            Pattern.compile("(?:listening on |.*\"listening\",\"address\":\")([^\"]*)(?:\"})?");

    private final ChildProcess process;

    private final Path monitor;
    private @Nullable QmpClient client;

    private FaultProxyProcess(ChildProcess process, Path directory) {
        this.process = process;
        this.monitor = directory.resolve("proxy.qmp");
    }

    /** Starts one on loopback. */
    public static FaultProxyProcess start(Path directory, String target, String... faults)
            throws IOException {
        List<String> options = new ArrayList<>(List.of("--trace"));
        for (String fault : faults) {
            options.addAll(List.of("--fault", fault));
        }
        return start(directory, target, options);
    }

    /** Starts one that has a monitor and prints its trace as JSON. */
    public static FaultProxyProcess controlled(Path directory, String target) throws IOException {
        return start(
                directory,
                target,
                List.of("--trace=json", "--qmp", "unix:" + directory.resolve("proxy.qmp")));
    }

    private static FaultProxyProcess start(Path directory, String target, List<String> options)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve("fault-proxy").toString());
        command.addAll(List.of("--listen", "tcp:127.0.0.1:0", "--to", target));
        command.addAll(options);
        return new FaultProxyProcess(ChildProcess.start(directory, "proxy", command), directory);
    }

    /** The address to which the source connects. */
    public String uri() throws IOException, InterruptedException {
        return process.awaitLine(LISTENING).group(1);
    }

    /** Its monitor, connected at the first call. */
    QmpClient qmp() throws IOException, InterruptedException {
        if (client == null) {
            client = QmpClient.connect(process, monitor);
        }
        return client;
    }

    /** Waits for its end in order. */
    void ends() throws IOException, InterruptedException {
        assertThat(process.exitCode()).as(process.stderr()).isZero();
    }

    /** Waits until it has logged an injected fault. */
    public void awaitInjected(String fault) throws IOException, InterruptedException {
        process.awaitLine(Pattern.compile(".* Fault '" + Pattern.quote(fault) + "' is injected.*"));
    }

    /** All that it has said. */
    public String said() throws IOException {
        return process.stdout();
    }

    @Override
    public void close() throws IOException {
        if (client != null) {
            client.close();
        }
        process.close();
    }
}
