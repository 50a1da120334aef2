package io.vmferry.lab.clients;

import io.vmferry.protocol.Worded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One run of the client's command, and the end of everything that it has started. */
final class ClientRun {

    private static final int MOST_ROUNDS = 10;

    /**
     * An environment variable by which every process that the command starts is found, also in
     * another session.
     */
    private static final String MARK = "VMFERRY_RUN";

    private final String mark = UUID.randomUUID().toString();
    private final Process process;
    private final ClientOutput output;

    private ClientRun(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(environment);
        builder.environment().put(MARK, mark);
        process = builder.start();
        output = ClientOutput.of(process.getInputStream());
    }

    /**
     * Starts a command.
     *
     * @throws CannotStartException when there is no such program
     */
    static ClientRun start(List<String> command, Map<String, String> environment)
            throws CannotStartException {
        try {
            return new ClientRun(command, environment);
        } catch (IOException e) {
            throw new CannotStartException(command.getFirst(), Worded.of(e));
        }
    }

    /** Waits for the end of the command; false when it does not come in time. */
    boolean await(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    boolean ended() {
        return !process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    /** The last lines that the command printed; whole once it has ended with all it started. */
    List<String> output() throws InterruptedException {
        return output.text()
                .lines()
                .map(line -> line.replaceAll("\\p{Cntrl}", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** Ends the command and all that it started, and returns how many others there were. */
    int end() {
        boolean own = process.isAlive();
        long others = 0;
        // what is ended may have started one more in the meantime
        for (int round = 0; round < MOST_ROUNDS && !marked().isEmpty(); round++) {
            List<ProcessHandle> left = marked();
            others += left.stream().filter(p -> p.pid() != process.pid()).count();
            left.forEach(ProcessHandle::destroyForcibly);
            left.forEach(ClientRun::awaitEnd);
        }
        if (own) {
            process.destroyForcibly().onExit().join();
        }
        return (int) others;
    }

    /** Not for ever: a process that nobody waits for, or that hangs in the kernel, stays. */
    private static void awaitEnd(ProcessHandle handle) {
        handle.onExit().completeOnTimeout(handle, 5, TimeUnit.SECONDS).join();
    }

    private List<ProcessHandle> marked() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(handle -> handle.isAlive() && isMarked(handle.pid())).toList();
        }
    }

    private boolean isMarked(long pid) {
        try {
            byte[] environment =
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(mark);
        } catch (IOException e) {
            return false; // gone, or somebody else's
        }
    }
}
