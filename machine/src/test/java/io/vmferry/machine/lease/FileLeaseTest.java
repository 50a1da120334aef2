package io.vmferry.machine.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaseTest {

    @TempDir Path directory;

    @Test
    void oneOwnerAtATime() throws Exception {
        Path path = directory.resolve("disk.lock");
        try (var first = FileLease.on(path, "source");
                var second = FileLease.on(path, "destination")) {
            assertThat(first.take()).isTrue();
            assertThat(first.take()).as("taking again").isTrue();
            assertThat(second.take()).isFalse();
            assertThat(second.held()).isFalse();
            assertThat(second.description()).contains(path.toString()).contains("held by");

            first.giveUp();
            first.giveUp();
            assertThat(first.held()).isFalse();
            assertThat(second.take()).isTrue();
            assertThat(first.take()).isFalse();
        }
    }

    @Test
    void namesItsOwnerWhileItIsHeld() throws Exception {
        Path path = directory.resolve("disk.lock");
        try (var lease = FileLease.on(path, "source vm-1")) {
            lease.take();
            assertThat(path).hasContent("pid " + ProcessHandle.current().pid() + " source vm-1\n");
            lease.giveUp();
            assertThat(path).isEmptyFile();
        }
    }

    @Test
    void refusesAFileThatCannotBeUsed() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        assertThatThrownBy(() -> FileLease.on(folder, "x"))
                .isInstanceOf(IOException.class)
                .hasMessage("Lease file " + folder + " cannot be used: not a writable file");
        Path nowhere = directory.resolve("no/where");
        assertThatThrownBy(() -> FileLease.on(nowhere, "x"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Lease file " + nowhere);
    }
}
