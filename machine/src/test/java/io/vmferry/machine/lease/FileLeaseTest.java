package io.vmferry.machine.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.lease.Lease.NotALeaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileLeaseTest {

    @TempDir Path directory;

    private Path path;
    private Path guard;
    private final List<FileLease> opened = new ArrayList<>();

    @BeforeEach
    void name() {
        path = directory.resolve("disk");
        guard = directory.resolve(".disk.lock");
    }

    @AfterEach
    void giveUp() {
        opened.forEach(FileLease::giveUp);
    }

    private FileLease lease(String name) throws IOException {
        FileLease lease = FileLease.on(path, name);
        opened.add(lease);
        return lease;
    }

    private static String first(Path file) throws IOException {
        return Files.readAllLines(file).getFirst();
    }

    private static String second(Path file) throws IOException {
        return Files.readAllLines(file).get(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lease", ".lease.lock"})
    void aFileOfSomethingElseIsLeftAsItIs(String name) throws IOException {
        Path other = Files.writeString(directory.resolve(name), "my thesis\n".repeat(100));
        assertThatThrownBy(() -> FileLease.on(directory.resolve("lease"), "me"))
                .isInstanceOf(NotALeaseException.class)
                .hasMessageContaining("holds 1000 bytes of something else")
                .hasMessageContaining(other.toString());
        assertThat(other).hasContent("my thesis\n".repeat(100).strip());
        Path small = Files.writeString(directory.resolve("small"), "#!/bin/sh\n");
        assertThatThrownBy(() -> FileLease.on(small, "me")).isInstanceOf(NotALeaseException.class);
        assertThat(small).hasContent("#!/bin/sh");
    }

    /** This also happens when two nodes start at the same time and both create the file. */
    @Test
    void aFileThatIsThereWhenItIsToBeMadeIsNoTrouble() throws Exception {
        Path nowhere = directory.resolve("nowhere").resolve("lease");
        Files.createSymbolicLink(path, nowhere);
        assertThatThrownBy(() -> lease("node"))
                .hasMessage("Lease file " + path + " cannot be used: not a writable file");
        Files.createDirectory(nowhere.getParent());
        Files.createFile(nowhere);
        assertThat(lease("node").take()).isEqualTo(new Taking.Ours());
    }

    @Test
    void oneHolderAtATime() throws Exception {
        FileLease first = lease("source");
        FileLease second = lease("destination");
        assertThat(first.take()).isEqualTo(new Taking.Ours());
        assertThat(first.take()).as("a second take").isEqualTo(new Taking.Ours());
        assertThat(second.take()).isInstanceOf(Taking.HeldElsewhere.class);
        assertThat(second.held()).isEmpty();
        assertThat(second.take().text(second.description()))
                .contains(path.toString())
                .contains("is held by ");

        first.giveUp();
        first.giveUp();
        assertThat(first.held()).isEmpty();
        assertThat(second.take().held()).isTrue();
        assertThat(first.take().held()).isFalse();
    }

    @Test
    void namesItsHolderWhileItIsHeld() throws Exception {
        FileLease lease = lease("source vm-1");
        lease.take();
        for (Path file : List.of(path, guard)) {
            assertThat(first(file))
                    .isEqualTo("pid " + ProcessHandle.current().pid() + " source vm-1");
        }
        lease.giveUp();
        assertThat(first(path)).isEmpty();
        assertThat(second(path)).isEqualTo("taken 1 times");
    }

    /** On a full disk a record must neither fail to be written nor get lost. */
    @Test
    void hasItsSpaceFromTheBeginningAndIsWrittenInPlace() throws Exception {
        FileLease lease = lease("a name as long as this one, or a little longer");
        for (Path file : List.of(path, guard)) {
            assertThat(file).hasSize(LeaseRecord.BYTES);
        }
        lease.take();
        lease.giveUp();
        lease.take();
        for (Path file : List.of(path, guard)) {
            assertThat(file).hasSize(LeaseRecord.BYTES);
            assertThat(second(file)).isEqualTo("taken 2 times");
        }
    }

    @Test
    void readsAFileOfAnEarlierVersion() throws Exception {
        Files.writeString(path, "pid 1 somebody\ntaken 41 times\n");
        FileLease lease = lease("source");
        assertThat(path).hasSize(LeaseRecord.BYTES);
        assertThat(second(path)).isEqualTo("taken 41 times");
        assertThat(lease.take()).isEqualTo(new Taking.Ours());
        assertThat(second(path)).isEqualTo("taken 42 times");
        assertThat(second(guard)).isEqualTo("taken 42 times");
    }

    @Test
    void anEmptyFileWasNeverTaken() throws Exception {
        Files.createFile(path);
        assertThat(lease("source").take()).isEqualTo(new Taking.Ours());
        assertThat(second(path)).isEqualTo("taken 1 times");
    }

    @Test
    void tellsAFormerHolderWhetherSomebodyElseHasHadItSince() throws Exception {
        FileLease source = lease("source");
        FileLease destination = lease("destination");
        source.take();
        source.giveUp();
        assertThat(source.take()).as("no other holder in between").isEqualTo(new Taking.Ours());
        source.giveUp();
        assertThat(destination.take())
                .as("first take of the destination")
                .isEqualTo(new Taking.Ours());
        destination.giveUp();
        assertThat(source.take()).isEqualTo(new Taking.OursAfterOthers());
        assertThat(source.take()).as("a second take").isEqualTo(new Taking.OursAfterOthers());
    }

    @Test
    void puttingItBackLeavesNoTrace() throws Exception {
        FileLease source = lease("source");
        FileLease destination = lease("destination");
        source.take();
        source.giveUp();
        destination.take();
        destination.putBack();
        assertThat(second(path)).isEqualTo("taken 1 times");
        assertThat(source.look()).isEqualTo(LeaseStatus.UNCLAIMED);
        assertThat(source.take()).isEqualTo(new Taking.Ours());
        source.giveUp();
        assertThat(destination.take())
                .as("a take that was put back does not count")
                .isEqualTo(new Taking.Ours());
    }

    @Test
    void tellsAFormerHolderWhereItIs() throws Exception {
        FileLease source = lease("source");
        FileLease destination = lease("destination");
        source.take();
        source.giveUp();
        assertThat(source.look()).isEqualTo(LeaseStatus.UNCLAIMED);
        assertThat(destination.take().held()).as("looking takes no lock").isTrue();
        assertThat(source.look()).isEqualTo(LeaseStatus.HELD_ELSEWHERE);
        destination.giveUp();
        assertThat(source.look()).isEqualTo(LeaseStatus.ABANDONED);
        assertThat(destination.take().held()).isTrue();
    }

    @Test
    void oneOfTheFilesIsEnoughToTellWhereItIs() throws Exception {
        FileLease lease = lease("source");
        lease.take();
        lease.giveUp();
        Files.delete(path);
        assertThat(lease.look()).isEqualTo(LeaseStatus.UNCLAIMED);
        assertThat(path).doesNotExist();
        assertThat(lease.take()).isEqualTo(new Taking.Ours());
    }

    @Test
    void nobodyCanTellWhereALostLeaseIs() throws Exception {
        FileLease lease = lease("source");
        lease.take();
        lease.giveUp();
        Files.delete(path);
        Files.delete(guard);
        assertThat(lease.look()).isEqualTo(LeaseStatus.UNKNOWN);
        assertThat(path).doesNotExist();
        assertThat(lease.take())
                .isEqualTo(
                        new Taking.Unusable(
                                "it is not the one that was given up here, since it was taken 0 times and not at least 1"));
        assertThat(lease.held()).isEmpty();
    }

    /**
     * The replacement has the same number of takings as the lease that was given up, but by another
     * holder.
     */
    @Test
    void aReplacementThatSomebodyElseHasHadIsNotTakenForTheSame() throws Exception {
        FileLease source = lease("source");
        source.take();
        source.giveUp();
        Files.delete(path);
        Files.delete(guard);
        FileLease another = lease("another");
        another.take();
        another.giveUp();
        assertThat(second(path)).isEqualTo("taken 1 times");
        assertThat(source.look()).isEqualTo(LeaseStatus.ABANDONED);
        assertThat(source.take()).isEqualTo(new Taking.OursAfterOthers());
    }

    @Test
    void aHolderOfAnEarlierVersionIsSeenByTheCountAlone() throws Exception {
        FileLease source = lease("source");
        source.take();
        source.giveUp();
        Files.writeString(path, "\ntaken 2 times\n" + " ".repeat(100));
        Files.writeString(guard, "");
        assertThat(source.take()).isEqualTo(new Taking.OursAfterOthers());
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
                .hasMessage("Lease file " + nowhere + " cannot be used: no such directory");
    }

    // ---- files that are deleted, replaced or changed while the lease is held

    @Test
    void aDeletedFileIsMadeAgain() throws Exception {
        FileLease holder = lease("holder");
        holder.take();
        for (Path file : List.of(path, guard)) {
            Files.delete(file);
            assertThat(holder.check()).isEmpty();
            assertThat(first(file)).contains("holder");
            assertThat(second(file)).isEqualTo("taken 1 times");
        }
        assertThat(holder.held()).isPresent();
    }

    @Test
    void aReplacedFileSaysAgainWhoHasTheLease() throws Exception {
        FileLease holder = lease("holder");
        holder.take();
        Path other = Files.writeString(directory.resolve("other"), "pid 1 x\ntaken 9 times\n");
        Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
        assertThat(holder.check()).isEmpty();
        assertThat(first(path)).contains("holder");
        assertThat(second(path)).isEqualTo("taken 1 times");
    }

    @Test
    void anEmptiedFileSaysAgainWhoHasTheLease() throws Exception {
        FileLease holder = lease("holder");
        holder.take();
        Files.write(guard, new byte[0]);
        assertThat(holder.check()).isEmpty();
        assertThat(guard).hasSize(LeaseRecord.BYTES).hasSameBinaryContentAs(path);
    }

    @Test
    void aFolderThatIsGoneIsNoNewHolder() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        path = folder.resolve("disk");
        FileLease holder = lease("holder");
        holder.take();
        Files.move(folder, directory.resolve("elsewhere"));
        assertThat(holder.check()).isEmpty();
        assertThat(holder.check()).as("a second check").isEmpty();
        assertThat(holder.held()).isPresent();
        Files.move(directory.resolve("elsewhere"), folder);
        assertThat(holder.check()).isEmpty();
        assertThat(first(path)).contains("holder");
    }

    @Test
    void whoDoesNotHoldItMakesNothingAgain() throws Exception {
        FileLease lease = lease("source");
        lease.take();
        lease.giveUp();
        Files.delete(path);
        assertThat(lease.check()).isEmpty();
        assertThat(path).doesNotExist();
    }
}
