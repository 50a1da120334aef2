package io.vmferry.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.memory.RamImage.RamImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RamImageTest {
    private static final int LOW_BYTES = 300 * RamBlock.PAGE_SIZE;
    private static final int HIGH_BYTES = 100 * RamBlock.PAGE_SIZE;

    @TempDir private Path directory;
    private GuestRam ram;

    @BeforeEach
    void allocate() {
        ram =
                GuestRam.allocate(
                        List.of(
                                new RamBlockSpec("low", LOW_BYTES),
                                new RamBlockSpec("high", HIGH_BYTES)));
    }

    @AfterEach
    void close() {
        ram.close();
    }

    @Test
    void loadsOverBlocksAndSavesTheSameBytes() throws IOException {
        byte[] content = new byte[LOW_BYTES + HIGH_BYTES - 5000];
        new SplittableRandom(21).nextBytes(content);
        Arrays.fill(content, 10 * 4096, 200 * 4096, (byte) 0);
        Path image = Files.write(directory.resolve("image"), content);

        RamImage.load(ram, image);
        Path saved = directory.resolve("saved");
        RamImage.save(ram, 0, ram.totalBytes(), saved);

        assertThat(Files.readAllBytes(saved))
                .isEqualTo(Arrays.copyOf(content, LOW_BYTES + HIGH_BYTES));
        assertThat(ram.blocks().getFirst().populated().cardinality()).isEqualTo(110);
        assertThat(ram.blocks().getFirst().received().cardinality()).isZero();
    }

    @Test
    void savesAnyRange() throws IOException {
        byte[] content = new byte[LOW_BYTES + 8192];
        new SplittableRandom(22).nextBytes(content);
        RamImage.load(ram, Files.write(directory.resolve("image"), content));
        Path saved = directory.resolve("saved");
        RamImage.save(ram, LOW_BYTES - 777, 5000, saved);
        assertThat(Files.readAllBytes(saved))
                .isEqualTo(Arrays.copyOfRange(content, LOW_BYTES - 777, LOW_BYTES + 4223));
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> RamImage.load(ram, missing))
                .hasMessage(
                        "Cannot load memory image "
                                + missing
                                + " at offset 0: No such file or directory");
        assertThatThrownBy(() -> RamImage.load(ram, directory))
                .hasMessage("Cannot load memory image " + directory + ": it is a directory");
        Path tooLong = Files.write(directory.resolve("long"), new byte[LOW_BYTES + HIGH_BYTES + 1]);
        assertThatThrownBy(() -> RamImage.load(ram, tooLong))
                .hasMessage(
                        "Memory image %s has 1638401 bytes, which does not fit into a guest of 1638400 bytes"
                                .formatted(tooLong));
        assertThatThrownBy(() -> RamImage.save(ram, 1, ram.totalBytes(), missing))
                .hasMessageContaining("the guest has 1638400 bytes");
        assertThat(missing).doesNotExist();
    }

    @Test
    void aFullDiskIsOneClearLine() {
        Path full = Path.of("/dev/full");
        ram.blocks().getFirst().willStore(0);
        assertThatThrownBy(() -> RamImage.save(ram, 0, 8192, full))
                .isInstanceOf(RamImageException.class)
                .hasMessage(
                        "Cannot save memory to /dev/full after 0 of 8192 bytes: No space left on device");
    }
}
