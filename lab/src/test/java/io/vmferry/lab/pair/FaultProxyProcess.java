package io.vmferry.lab.pair;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code scripts/fault-proxy} under test. */
public final class FaultProxyProcess implements AutoCloseable {

    private final ChildProcess process;

    private FaultProxyProcess(ChildProcess process) {
        this.process = process;
    }

    /** Starts one on loopback. */
    public static FaultProxyProcess start(Path directory, String target, String... faults)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve("fault-proxy").toString());
        command.addAll(List.of("--listen", "tcp:127.0.0.1:0", "--to", target, "--trace"));
        for (String fault : faults) {
            command.addAll(List.of("--fault", fault));
        }
        return new FaultProxyProcess(ChildProcess.start(directory, "proxy", command));
    }

    /** The address to which the source connects. */
    public String uri() throws IOException, InterruptedException {
        return process.awaitLine(Pattern.compile("listening on (.*)")).group(1);
    }

    /** Waits until it has logged an injected fault. */
    public void awaitStrike(String fault) throws IOException, InterruptedException {
        process.awaitLine(Pattern.compile(".* Fault '" + Pattern.quote(fault) + "' strikes.*"));
    }

    /** All that it has said. */
    public String said() throws IOException {
        return process.stdout();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
