package io.vmferry.machine.daemon;

import io.vmferry.machine.memory.MemorySize;
import io.vmferry.machine.memory.RamBlock;
import java.util.Optional;

/**
 * The limit of a guest's memory: the page bitmaps must fit into the Java heap, and the bitmap of a
 * recovery into one message.
 */
final class MemoryLimit {

    /**
     * Bitmaps with a bit for each page that there may be at a time: three of the RAM itself, that
     * of a migration, that of the check or of a dirty rate, and in a recovery what is sent and what
     * was read.
     */
    private static final int BITMAPS = 7;

    /** What a node needs besides. */
    private static final long REST_BYTES = 24L << 20;

    private static final long LARGEST_BYTES = 32L << 40;

    private MemoryLimit() {}

    /**
     * The reason why a guest cannot have this much memory, in one line.
     *
     * @param heapBytes the most that the Java heap may take
     */
    static Optional<String> refusal(long memoryBytes, long heapBytes) {
        if (memoryBytes > LARGEST_BYTES) {
            return Optional.of(
                    "--memory %s is more than %s, the most that a guest may have"
                            .formatted(
                                    MemorySize.format(memoryBytes),
                                    MemorySize.format(LARGEST_BYTES)));
        }
        long neededBytes = REST_BYTES + BITMAPS * (memoryBytes >> RamBlock.PAGE_SHIFT) / Byte.SIZE;
        if (neededBytes <= heapBytes) {
            return Optional.empty();
        }
        long neededMebibytes = (neededBytes + (1 << 20) - 1) >> 20;
        return Optional.of(
                "--memory %s: its page bitmaps need %d MiB of the daemon's own memory, which may have %d:"
                                .formatted(
                                        MemorySize.format(memoryBytes),
                                        neededMebibytes,
                                        heapBytes >> 20)
                        + " start it with -Xmx%dm in JAVA_OPTS, in an image in _JAVA_OPTIONS"
                                .formatted(neededMebibytes));
    }
}
