package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * The guest of a real QEMU without a machine, which has no vCPU that could write: its RAM is a file
 * that the test stores to, and a reset, which loads a byte into each of some pages anew, makes QEMU
 * see that they have changed.
 */
final class ChangingGuest {

    static final int MEBIBYTES = 16;
    static final int BYTES = MEBIBYTES << 20;
    static final int CHANGING_PAGES = 64;
    private static final int PAGE_BYTES = 4096;
    private static final byte LOADED = 0x5a;

    private final SplittableRandom random = new SplittableRandom(23);
    private final Path directory;
    private final Path memory;
    private final MappedByteBuffer ram;

    ChangingGuest(Path directory) throws IOException {
        this.directory = directory;
        memory = directory.resolve("ram");
        byte[] content = new byte[BYTES];
        for (int page = 0; page < content.length; page += 8 * PAGE_BYTES) {
            byte[] bytes = new byte[PAGE_BYTES];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, content, page, PAGE_BYTES);
        }
        Files.write(memory, content);
        try (FileChannel file =
                FileChannel.open(memory, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ram = file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
        }
    }

    /** Its RAM as it is now. */
    Path memory() {
        return memory;
    }

    /** Starts a QEMU with it. */
    ChildProcess start(RealQemu qemu, Path monitor) throws Exception {
        Path loaded = Files.write(directory.resolve("byte"), new byte[] {LOADED});
        List<String> loaders = new ArrayList<>();
        for (int page = 0; page < CHANGING_PAGES; page++) {
            loaders.add("-device");
            loaders.add("loader,file=%s,addr=%d,force-raw=on".formatted(loaded, page * PAGE_BYTES));
        }
        return qemu.startOn(directory, MEBIBYTES, monitor, memory, loaders.toArray(String[]::new));
    }

    /** Changes pages until {@code query-migrate} says that enough has been sent. */
    void changeUntil(QmpClient source, Predicate<JsonNode> enough) throws InterruptedException {
        JsonNode report;
        do {
            change();
            source.forgetEvents();
            source.execute("system_reset");
            source.awaitEvent("RESET");
            report = source.execute("query-migrate");
            assertThat(report.path("status").asText()).isIn("setup", "active");
        } while (!enough.test(report));
    }

    /**
     * Changes some bytes of each second page, and all of each other one. These are more than are
     * sent at once, so that the migration does not end between two changes.
     */
    private void change() {
        for (int page = 0; page < CHANGING_PAGES; page++) {
            boolean all = page % 2 == 0;
            int from = all ? 1 : 1 + random.nextInt(PAGE_BYTES - 1);
            int to = all ? PAGE_BYTES : Math.min(from + 1 + random.nextInt(20), PAGE_BYTES);
            for (int at = from; at < to; at++) {
                ram.put(page * PAGE_BYTES + at, (byte) random.nextInt());
            }
        }
    }
}
