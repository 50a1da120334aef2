package io.vmferry.machine.daemon;

import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a guest fits into the memory limit of its container. One that does not is killed by the
 * kernel in the middle of a migration, which nobody can report afterwards.
 */
final class ContainerMemory {

    private static final Logger log = LoggerFactory.getLogger(ContainerMemory.class);

    private static final Path PROCESS = Path.of("/proc/self");

    /** What a node has needed at most beside a guest; docs/operations.md has the figures. */
    private static final long NODE_BYTES = 128L << 20;

    /** The kernel's page tables and the bitmaps of a migration take less than a 256th of RAM. */
    private static final int TABLES_SHIFT = 8;

    private ContainerMemory() {}

    /**
     * Looks up the limit before RAM is mapped.
     *
     * @throws NodeFailure when the guest is larger and that is not what was asked for
     */
    static void require(NodeSpec spec) throws NodeFailure {
        OptionalLong limit = new MemoryCgroup(PROCESS).limitBytes();
        long guestBytes = spec.guest().memoryBytes();
        if (limit.isEmpty() || fits(guestBytes, limit.getAsLong())) {
            return;
        }
        if (!spec.overcommit()) {
            throw NodeFailure.start(refusal(guestBytes, limit.getAsLong()), null);
        }
        log.warn("{}", warning(guestBytes, limit.getAsLong()));
    }

    static boolean fits(long guestBytes, long limitBytes) {
        return neededBytes(guestBytes) <= limitBytes;
    }

    static long neededBytes(long guestBytes) {
        return guestBytes + (guestBytes >> TABLES_SHIFT) + NODE_BYTES;
    }

    /** What is wrong and what to do, in one line. */
    static String refusal(long guestBytes, long limitBytes) {
        return "A guest of %d MiB needs %d MiB with what vmferry takes, and the memory limit here is %d MiB (cgroup):"
                        .formatted(
                                mebibytes(guestBytes),
                                mebibytes(neededBytes(guestBytes)),
                                limitBytes >> 20)
                + " raise the limit (docker run --memory %dm), give a smaller --memory,"
                        .formatted(mebibytes(neededBytes(guestBytes)))
                + " or add --memory-overcommit for a guest that touches little of its RAM";
    }

    /** What may happen to a guest that was started all the same. */
    static String warning(long guestBytes, long limitBytes) {
        return "The memory limit here is %d MiB (cgroup) and the guest has %d: the kernel kills this process (exit code 137) if it touches too much"
                .formatted(limitBytes >> 20, mebibytes(guestBytes));
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
