package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams in files: what the source writes, the destination loads with every byte the same. */
class FileIT {

    private static final int PAGE_BYTES = 4096;
    private static final int RAM_BYTES = 16 << 20;

    @TempDir Path directory;
    private Daemons daemons;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"qemu-8.2", "qemu-11.1"})
    void fileBringsTheSameMemory(String profile) throws Exception {
        String machine = "--machine none --memory 16M --profile %s ".formatted(profile);
        Path image = Files.write(daemons.file("ram.img"), mixedPages());
        String stream = "file:" + daemons.file("stream");
        DaemonProcess source =
                daemons.source(machine + "--memory-image " + image + " --migrate " + stream);
        source.exits(0);

        DaemonProcess destination =
                daemons.destination(machine + "--qmp --capability events --incoming defer");
        destination.qmp().execute("migrate-incoming", "{\"uri\": \"" + stream + "\"}");
        destination.qmp().awaitMigration("completed");
        Path arrived = destination.qmp().saveMemory(daemons.file("arrived.img"), RAM_BYTES);
        assertThat(Files.mismatch(image, arrived)).as("first byte that differs").isEqualTo(-1);
        destination.qmp().execute("quit");
        destination.exits(0);
        assertThat(destination.complaints()).isEmpty();
    }

    /** Random, nearly empty, uniform and empty pages in turns, and a last page with content. */
    private static byte[] mixedPages() {
        SplittableRandom random = new SplittableRandom(11);
        byte[] ram = new byte[RAM_BYTES];
        for (int page = 0; page < RAM_BYTES; page += 4 * PAGE_BYTES) {
            byte[] content = new byte[PAGE_BYTES];
            random.nextBytes(content);
            System.arraycopy(content, 0, ram, page, PAGE_BYTES);
            ram[page + PAGE_BYTES + random.nextInt(PAGE_BYTES)] = 1;
            Arrays.fill(ram, page + 2 * PAGE_BYTES, page + 3 * PAGE_BYTES, (byte) 0x5a);
        }
        ram[RAM_BYTES - 1] = 1;
        return ram;
    }
}
