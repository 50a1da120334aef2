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
            assertThat(Files.readAllLines(path).getFirst())
                    .isEqualTo("pid " + ProcessHandle.current().pid() + " source vm-1");
            lease.giveUp();
            assertThat(Files.readAllLines(path).getFirst()).isEmpty();
        }
    }

    @Test
    void tellsAFormerOwnerWhetherSomebodyElseHasHadItSince() throws Exception {
        Path path = directory.resolve("disk.lock");
        try (var source = FileLease.on(path, "source");
                var destination = FileLease.on(path, "destination")) {
            source.take();
            assertThat(source.passedOn()).isFalse();
            source.giveUp();
            source.take();
            assertThat(source.passedOn()).as("nobody else had it").isFalse();
            source.giveUp();
            destination.take();
            assertThat(destination.passedOn()).as("never had it before").isFalse();
            destination.giveUp();
            source.take();
            assertThat(source.passedOn()).isTrue();
        }
    }

    @Test
    void tellsAFormerOwnerWhereItIs() throws Exception {
        Path path = directory.resolve("disk.lock");
        try (var source = FileLease.on(path, "source");
                var destination = FileLease.on(path, "destination")) {
            source.take();
            source.giveUp();
            assertThat(source.whereabouts()).isEqualTo(Lease.Whereabouts.UNCLAIMED);
            assertThat(destination.take()).as("who looks is in nobody's way").isTrue();
            assertThat(source.whereabouts()).isEqualTo(Lease.Whereabouts.HELD_ELSEWHERE);
            destination.giveUp();
            assertThat(source.whereabouts()).isEqualTo(Lease.Whereabouts.ABANDONED);
            assertThat(destination.take()).isTrue();
        }
    }

    @Test
    void nobodyCanTellWhereALostFileIs() throws Exception {
        Path path = directory.resolve("disk.lock");
        try (var lease = FileLease.on(path, "source")) {
            lease.take();
            lease.giveUp();
            Files.delete(path);
            assertThat(lease.whereabouts()).isEqualTo(Lease.Whereabouts.UNKNOWN);
            assertThat(path).doesNotExist();
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
