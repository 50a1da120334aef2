package io.vmferry.machine.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.descriptor.DescriptorSets.SetContent;
import io.vmferry.machine.descriptor.DescriptorSets.SetMember;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorSetsTest {

    @TempDir Path directory;

    private Path file;
    private boolean running = true;
    private final DescriptorSets kept = sets(Profile.QEMU_11_1);
    private final DescriptorSets old = sets(Profile.QEMU_8_2);

    private DescriptorSets sets(Profile profile) {
        return new DescriptorSets(profile, Runnable::run, () -> running);
    }

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "content");
    }

    @AfterEach
    void nothingIsLeft() throws DescriptorException {
        running = true;
        for (DescriptorSets sets : List.of(kept, old)) {
            for (SetContent set : sets.all()) {
                sets.remove(set.set(), OptionalLong.empty());
            }
        }
        assertThat(TestDescriptors.openOn(file)).as("descriptors left").isZero();
    }

    private SetMember add(DescriptorSets sets, OptionalLong set, int flags)
            throws DescriptorException {
        return sets.add(TestDescriptors.open(file, flags), set, Optional.empty());
    }

    private SetMember add(DescriptorSets sets) throws DescriptorException {
        return add(sets, OptionalLong.empty(), Descriptor.O_RDONLY);
    }

    private static List<Long> numbers(DescriptorSets sets) {
        return sets.all().stream().map(SetContent::set).toList();
    }

    @Test
    void aNewSetGetsTheFirstFreeNumber() throws IOException {
        assertThat(add(kept).set()).isZero();
        assertThat(add(kept, OptionalLong.of(2), Descriptor.O_RDONLY).set()).isEqualTo(2);
        assertThat(add(kept).set()).isEqualTo(1);
        assertThat(add(kept).set()).isEqualTo(3);
        assertThat(numbers(kept)).as("in QEMU's order").containsExactly(3L, 2L, 1L, 0L);
    }

    @Test
    void aSetListsItsMembersInTheirOrder() throws IOException {
        SetMember first = add(kept);
        SetMember second =
                kept.add(
                        TestDescriptors.open(file, Descriptor.O_WRONLY),
                        OptionalLong.of(0),
                        Optional.of("to write"));
        assertThat(kept.all()).containsExactly(new SetContent(0, List.of(first, second)));
        assertThat(second.opaque()).contains("to write");
    }

    @Test
    void aNegativeNumberIsRefusedAndTheDescriptorClosed() {
        assertThatThrownBy(() -> add(kept, OptionalLong.of(-1), Descriptor.O_RDONLY))
                .hasMessage("Parameter 'fdset-id' expects a non-negative value");
        assertThat(kept.all()).isEmpty();
    }

    @Test
    void setsHoldNoMoreThanTheLimit() throws IOException {
        for (int i = 0; i < DescriptorSets.LIMIT; i++) {
            add(kept, OptionalLong.of(i % 3), Descriptor.O_RDONLY);
        }
        assertThatThrownBy(() -> add(kept))
                .hasMessage("1024 descriptors are in sets already, which is the limit");
        assertThat(TestDescriptors.openOn(file)).isEqualTo(DescriptorSets.LIMIT);
    }

    @Test
    void whatIsNotThereCannotBeRemoved() throws IOException {
        add(kept);
        assertThatThrownBy(() -> kept.remove(7, OptionalLong.empty()))
                .hasMessage("File descriptor named 'fdset-id:7' not found");
        assertThatThrownBy(() -> kept.remove(0, OptionalLong.of(-5)))
                .hasMessage("File descriptor named 'fdset-id:0, fd:-5' not found");
    }

    @Test
    void oneMemberIsRemovedAndTheSetWithTheLast() throws IOException {
        SetMember first = add(kept);
        SetMember second = add(kept, OptionalLong.of(0), Descriptor.O_RDONLY);
        kept.remove(0, OptionalLong.of(first.number()));
        assertThat(kept.all()).containsExactly(new SetContent(0, List.of(second)));
        assertThat(TestDescriptors.openOn(file)).isEqualTo(1);
        kept.remove(0, OptionalLong.of(second.number()));
        assertThat(kept.all()).isEmpty();
    }

    @Test
    void aPathOpensTheMemberThatWasOpenedInTheSameWay() throws IOException {
        add(kept);
        add(kept, OptionalLong.of(0), Descriptor.O_WRONLY);
        Descriptor input = kept.open("/dev/fdset/0", Descriptor.O_RDONLY);
        Descriptor output = kept.open("/dev/fdset/0", Descriptor.O_WRONLY | Descriptor.O_CREAT);
        assertThat(TestDescriptors.read(input)).isEqualTo("content");
        TestDescriptors.write(output, "new");
        assertThat(file).hasContent("newtent");
        output.close();
        output = kept.open("/dev/fdset/0", Descriptor.O_WRONLY | Descriptor.O_TRUNC);
        assertThat(file).isEmptyFile();
        input.close();
        output.close();
        assertThat(TestDescriptors.openOn(file)).isEqualTo(2);
    }

    @Test
    void theDuplicateIsOpenedWithTheFlagsOfItsUser() throws IOException {
        add(kept, OptionalLong.empty(), Descriptor.O_WRONLY | Descriptor.O_APPEND);
        Descriptor output = kept.open("/dev/fdset/0", Descriptor.O_WRONLY);
        assertThat(output.flags() & Descriptor.O_APPEND).isZero();
        output.close();
    }

    @Test
    void aPathThatNamesNothingIsRefusedInTheWordsOfTheVersion() throws IOException {
        add(kept);
        add(old);
        assertRefused("x", 0, "Could not parse fdset /dev/fdset/x", "Invalid argument");
        assertRefused("4", 0, "Failed to find fdset /dev/fdset/4", "No such file or directory");
        assertRefused(
                "0",
                Descriptor.O_WRONLY | Descriptor.O_CREAT,
                "Failed to find file descriptor with matching flags=0x41",
                "Permission denied");
        assertRefused(
                "0",
                Descriptor.O_SYNC,
                "Failed to dup() given file descriptor fd=" + number(kept),
                "Invalid argument");
    }

    private static int number(DescriptorSets sets) {
        return sets.all().getFirst().members().getFirst().number();
    }

    private void assertRefused(String set, int flags, String words, String oldReason) {
        String path = "/dev/fdset/" + set;
        assertThatThrownBy(() -> kept.open(path, flags)).hasMessage(words);
        assertThatThrownBy(() -> old.open(path, flags))
                .hasMessage("Unable to open %s: %s", path, oldReason);
    }

    @Test
    void aSetThatIsInUseStaysUntilItsDuplicateIsClosed() throws IOException {
        for (DescriptorSets sets : List.of(kept, old)) {
            add(sets);
            Descriptor duplicate = sets.open("/dev/fdset/0", Descriptor.O_RDONLY);
            sets.remove(0, OptionalLong.empty());
            assertThat(sets.all()).containsExactly(new SetContent(0, List.of()));
            assertThat(TestDescriptors.openOn(file)).isEqualTo(1);
            duplicate.close();
            assertThat(sets.all()).isEmpty();
        }
    }

    @Test
    void theLastClientTakesTheDescriptorsOfAnOldVersionAlong() throws IOException {
        for (DescriptorSets sets : List.of(kept, old)) {
            sets.clientCame();
            sets.clientCame();
            add(sets);
            sets.clientLeft();
            assertThat(numbers(sets)).containsExactly(0L);
            sets.clientLeft();
        }
        assertThat(numbers(kept)).containsExactly(0L);
        assertThat(numbers(old)).isEmpty();
    }

    @Test
    void anOldVersionClosesNothingWhileTheGuestStands() throws IOException {
        old.clientCame();
        running = false;
        SetMember member = add(old);
        old.remove(0, OptionalLong.of(member.number()));
        assertThat(numbers(old)).containsExactly(0L);
        assertThat(TestDescriptors.openOn(file)).isEqualTo(1);
        running = true;
        old.clientLeft();
        assertThat(numbers(old)).isEmpty();
    }

    @Test
    void anOldVersionKeepsWhatIsInUseWhenTheLastClientLeaves() throws IOException {
        old.clientCame();
        add(old);
        Descriptor duplicate = old.open("/dev/fdset/0", Descriptor.O_RDONLY);
        old.clientLeft();
        assertThat(TestDescriptors.openOn(file)).isEqualTo(2);
        duplicate.close();
        assertThat(numbers(old)).isEmpty();
    }
}
