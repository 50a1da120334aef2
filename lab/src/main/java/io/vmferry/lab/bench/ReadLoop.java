package io.vmferry.lab.bench;

import io.vmferry.lab.process.ChildProcess;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program that compares memory with zeros on one thread and does nothing else: how fast one
 * thread can find out that written pages hold zeros.
 */
final class ReadLoop {

    private static final int PAGE_BYTES = 4096;
    private static final Pattern TOOK = Pattern.compile("took (\\d+) ns");

    private ReadLoop() {}

    /** Bytes per second. */
    static double bytesPerSecond(Path folder, long bytes) throws Exception {
        List<String> options = List.of("-Xmx96m", "-XX:+UseSerialGC");
        try (ChildProcess reader =
                BareJvm.start(folder, "reader", options, ReadLoop.class, bytes)) {
            return bytes * 1e9 / Long.parseLong(reader.awaitLine(TOOK).group(1));
        }
    }

    /** {@code BYTES}. */
    public static void main(String[] args) {
        MemorySegment zeros = Arena.global().allocate(PAGE_BYTES, PAGE_BYTES);
        MemorySegment ram = Arena.global().allocate(Long.parseLong(args[0]), PAGE_BYTES);
        // also where the allocator left it to the kernel
        ram.fill((byte) 0);
        long began = System.nanoTime();
        for (long page = 0; page < ram.byteSize(); page += PAGE_BYTES) {
            if (MemorySegment.mismatch(ram, page, page + PAGE_BYTES, zeros, 0, PAGE_BYTES) >= 0) {
                throw new AssertionError("A byte is not zero in the page at " + page);
            }
        }
        System.out.printf("took %d ns%n", System.nanoTime() - began);
    }
}
