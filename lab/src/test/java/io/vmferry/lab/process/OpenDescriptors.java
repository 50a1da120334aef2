package io.vmferry.lab.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The sockets and pipes that a process had open at some time, those of its monitor's client
 * included: whatever it opens or is given afterwards has to be closed again.
 */
public final class OpenDescriptors {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final ChildProcess process;
    private final long before;

    private OpenDescriptors(ChildProcess process, long before) {
        this.process = process;
        this.before = before;
    }

    /** Those that are open now. */
    public static OpenDescriptors of(ChildProcess process) throws IOException {
        return new OpenDescriptors(process, count(process));
    }

    /** Waits until as many are open as then. */
    public void awaitSame(Turn turn) throws IOException, InterruptedException {
        awaitMore(0, turn);
    }

    /**
     * Waits until so many more are open than then: links are closed after the status has changed.
     *
     * @param more negative if what was open then is closed
     * @param turn asks the process something, so that it gets on
     */
    public void awaitMore(long more, Turn turn) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (count(process) != before + more && System.nanoTime() < end) {
            turn.take();
        }
        assertThat(count(process)).as("open sockets and pipes").isEqualTo(before + more);
    }

    /** A command to the process. */
    @FunctionalInterface
    public interface Turn {
        void take() throws IOException, InterruptedException;
    }

    private static long count(ChildProcess process) throws IOException {
        Path folder = Path.of("/proc", Long.toString(process.process().pid()), "fd");
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(OpenDescriptors::target)
                    .filter(target -> target.startsWith("pipe:") || target.startsWith("socket:"))
                    .count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
