package io.vmferry.lab.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A daemon that may die at any moment: what it replies, and nothing when it is gone. */
public final class RealNode implements AutoCloseable {

    private static final Set<String> ENDED =
            Set.of("completed", "failed", "cancelled", "postcopy-paused");

    /** The slot in the name of a device, which plans leave out. */
    private static final Pattern SLOT = Pattern.compile("0000:00:[0-9a-f]{2}\\.0/");

    private final ChildProcess process;
    private final QmpClient qmp;

    public RealNode(ChildProcess process, Path monitor) throws IOException, InterruptedException {
        this.process = process;
        this.qmp = QmpClient.connect(process, monitor);
    }

    public boolean alive() {
        return process.process().isAlive();
    }

    public long pid() {
        return process.process().pid();
    }

    /** Sends a command; whatever comes of it, it may be the last one. */
    public JsonNode tell(String command, String arguments) throws InterruptedException {
        try {
            return qmp.send(command, arguments);
        } catch (AssertionError e) {
            if (process.process().waitFor(10, TimeUnit.SECONDS)) {
                return MissingNode.getInstance();
            }
            throw e;
        }
    }

    /** The migration status; empty for none and for a process that is gone. */
    public String status() throws InterruptedException {
        return tell("query-migrate", "{}").at("/return/status").asText();
    }

    /** Whether it executes the guest. */
    public boolean runsGuest() throws InterruptedException {
        return tell("query-status", "{}").at("/return/status").asText().equals("running");
    }

    /** Whether nothing more will happen here without somebody else. */
    public boolean ended() throws InterruptedException {
        return !alive() || ENDED.contains(status());
    }

    /**
     * Waits until the log shows a protocol point for the n-th time, or the process has ended.
     *
     * @param point with its argument; or without, when any will do
     */
    public void awaitPoint(String point, int ordinal) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (process.stderr().lines().filter(line -> isPoint(line, point)).count() < ordinal) {
            if (process.process().waitFor(1, TimeUnit.MILLISECONDS)) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("No " + point + " in the log:\n" + process.stderr());
            }
        }
    }

    private static boolean isPoint(String line, String point) {
        String plain = SLOT.matcher(line).replaceFirst("");
        int at = plain.indexOf(" DEBUG " + point);
        String rest =
                at < 0 ? "no point" : plain.substring(at + " DEBUG ".length() + point.length());
        return rest.isEmpty() || rest.startsWith("(");
    }

    /** What it printed as its results. */
    public String said() throws IOException {
        return process.stdout();
    }

    /** What it logged. */
    public String log() throws IOException {
        return process.stderr();
    }

    public long peakResidentBytes() throws IOException {
        return process.peakResidentBytes();
    }

    @Override
    public void close() throws IOException {
        qmp.close();
        process.close();
    }
}
