package io.vmferry.machine.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.protocol.Worded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lease between two processes, with real file locks. */
class FileLeaseIT {

    private static final String OURS = new Taking.Ours().toString();

    @TempDir Path directory;

    private Path path;
    private Path guard;
    private FileLease lease;

    @BeforeEach
    void prepare() throws IOException {
        path = directory.resolve("disk");
        guard = directory.resolve(".disk.lock");
        lease = FileLease.on(path, "test");
    }

    @AfterEach
    void giveUp() {
        lease.giveUp();
    }

    @Test
    void theLeaseOfAKilledProcessIsFree() throws Exception {
        lease.take();
        lease.giveUp();
        try (LeaseHolder holder = LeaseHolder.on(path)) {
            assertThat(holder.ask("take")).isEqualTo(OURS);
            assertThat(lease.take())
                    .isEqualTo(new Taking.HeldElsewhere("pid " + holder.pid() + " holder"));
            assertThat(lease.look()).isEqualTo(LeaseStatus.HELD_ELSEWHERE);

            holder.kill();
            assertThat(lease.look()).isEqualTo(LeaseStatus.ABANDONED);
            assertThat(lease.take()).isEqualTo(new Taking.OursAfterOthers());
        }
    }

    @Test
    void whoLooksIsInNobodysWay() throws Exception {
        lease.take();
        try (LeaseHolder holder = LeaseHolder.on(path)) {
            assertThat(holder.ask("take")).contains("pid " + ProcessHandle.current().pid());
            lease.giveUp();
            assertThat(holder.ask("look")).isEqualTo("ABANDONED");
            assertThat(lease.look()).isEqualTo(LeaseStatus.UNCLAIMED);
            assertThat(holder.ask("take")).isEqualTo(OURS);
        }
    }

    /** Neither before nor after the holder has noticed. */
    @Test
    void deletingOneFileLetsNobodyIn() throws Exception {
        lease.take();
        try (LeaseHolder holder = LeaseHolder.on(path)) {
            for (Path file : new Path[] {path, guard, path, guard}) {
                Files.delete(file);
                assertThat(holder.ask("take")).startsWith("HeldElsewhere");
                assertThat(lease.check()).isEmpty();
                assertThat(holder.ask("take"))
                        .isEqualTo(
                                "HeldElsewhere[by=pid %d test]"
                                        .formatted(ProcessHandle.current().pid()));
            }
        }
    }

    /**
     * If both files are deleted at once, another process can take the lease; then the former holder
     * has to stop.
     */
    @Test
    void whoHasLostBothFilesLearnsThatSomebodyElseHasTheLease() throws Exception {
        lease.take();
        try (LeaseHolder holder = LeaseHolder.on(path)) {
            Files.delete(path);
            Files.delete(guard);
            assertThat(holder.ask("take")).isEqualTo(OURS);

            assertThat(lease.check())
                    .hasValue(
                            "its files were replaced and are held by pid "
                                    + holder.pid()
                                    + " holder");
            assertThat(lease.held()).isEmpty();
            assertThat(holder.ask("check")).isEqualTo("held");
            assertThat(lease.take()).isInstanceOf(Taking.HeldElsewhere.class);

            holder.kill();
            assertThat(lease.take()).isEqualTo(new Taking.OursAfterOthers());
        }
    }

    /** A process that ignores the guard file can lock the replaced file. */
    @Test
    void whoLocksAReplacementWithoutTheGuardIsAHolderAllTheSame() throws Exception {
        lease.take();
        try (LeaseHolder holder = LeaseHolder.on(path)) {
            Files.delete(path);
            assertThat(holder.ask("lock the file alone")).isEqualTo("locked");
            assertThat(lease.check())
                    .as("the lock may be held only briefly, by another attempt to take the lease")
                    .isEmpty();
            assertThat(lease.check())
                    .hasValue("its files were replaced and are held by another process");
            assertThat(lease.held()).isEmpty();
        }
    }

    @Test
    void whoFindsOutFirstKeepsTheLease() throws Exception {
        lease.take();
        try (LeaseHolder holder = LeaseHolder.on(path)) {
            Files.delete(path);
            Files.delete(guard);
            assertThat(lease.check()).isEmpty();
            assertThat(holder.ask("take")).startsWith("HeldElsewhere");
        }
    }

    @Test
    void aFullDiskChangesNothingForALeaseThatIsThere() throws Exception {
        try (TinyDisk disk = TinyDisk.mount(directory)) {
            FileLease full = FileLease.on(disk.path().resolve("lease"), "test");
            disk.fill();
            assertThat(full.take()).isEqualTo(new Taking.Ours());
            full.giveUp();
            assertThat(full.take())
                    .as("the number of takings is kept")
                    .isEqualTo(new Taking.Ours());
            full.giveUp();
        }
    }

    @Test
    void aLeaseThatCannotBeSignedIsGivenBackAndNotCalledHeldElsewhere() throws Exception {
        try (TinyDisk disk = TinyDisk.mount(directory)) {
            Path there = disk.path().resolve("lease");
            FileLease full = FileLease.on(there, "test");
            full.take();
            full.giveUp();
            Files.write(there, new byte[0]);
            disk.fill();
            assertThat(full.take()).isEqualTo(new Taking.Unusable("No space left on device"));
            assertThat(full.held()).isEmpty();
            assertThat(full.look()).isEqualTo(LeaseStatus.UNCLAIMED);
            disk.free();
            assertThat(full.take())
                    .as("the guard file has the number of takings")
                    .isEqualTo(new Taking.Ours());
            full.giveUp();
            Files.write(there, new byte[0]);
            disk.fill();
            assertThat(full.take()).isInstanceOf(Taking.Unusable.class);
            disk.free();
            try (LeaseHolder holder = LeaseHolder.on(there)) {
                assertThat(holder.ask("take")).as("no lock is left").isEqualTo(OURS);
            }
        }
    }

    @Test
    void aLeaseIsNotPreparedOnAFullDisk() throws Exception {
        try (TinyDisk disk = TinyDisk.mount(directory)) {
            disk.fill();
            Path there = disk.path().resolve("lease");
            assertThat(messageOf(there))
                    .isEqualTo("Lease file %s cannot be used: No space left on device", there);
        }
    }

    private static String messageOf(Path path) {
        try {
            FileLease.on(path, "test");
            return "none";
        } catch (IOException e) {
            return Worded.of(e);
        }
    }
}
