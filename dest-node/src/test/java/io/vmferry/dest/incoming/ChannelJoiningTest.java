package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.stream.Command;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that become channels, with nobody who follows what comes on them. */
class ChannelJoiningTest {

    private static final UUID ID = new UUID(1, 2);
    private static final byte[] BEGINNING = new StreamBytes().begin().bytes();

    private DestinationParts parts = new DestinationParts(Profile.QEMU_10_2, List.of());

    @AfterEach
    void unmap() {
        parts.close();
    }

    private void preempting(Profile profile) {
        parts.close();
        parts =
                new DestinationParts(
                        profile, List.of(Capability.POSTCOPY_RAM, Capability.POSTCOPY_PREEMPT));
    }

    private void joinPreempt(ManualLink link) {
        ByteBuf none = ManualLink.buffer(new byte[0]);
        parts.joining.preempt(link, none, () -> parts.seen.add("page or end"));
        none.release();
    }

    @Test
    void theMainChannelIsReadIntoEvents() {
        ManualLink link = parts.main(BEGINNING);
        // a subsection of the configuration could follow
        assertThat(parts.seen).isEmpty();
        byte[] command = new StreamBytes().command(new Command.OpenReturnPath()).bytes();
        link.receive(command);
        assertThat(parts.seen).containsExactly("Configured", "Commanded");
        assertThat(parts.inputs.streamBytes()).isEqualTo(BEGINNING.length + command.length);
    }

    @Test
    void aReturnPathOfItsOwnIsThatOfTheConfiguration() {
        parts.main(BEGINNING);
        parts.joining.configured(Optional.of(ID), parts.holds);
        parts.joining.openReturnPath();
        assertThat(parts.holds.held()).isTrue();
        ManualLink other = parts.link("other");
        parts.joining.returnPath(other, new UUID(3, 4));
        assertThat(other.aborted()).isTrue();
        assertThat(parts.channels.answers()).isFalse();
        parts.joining.returnPath(parts.link("path"), ID);
        assertThat(parts.channels.answers()).isTrue();
        assertThat(parts.holds.held()).isFalse();
    }

    @Test
    void bytesOnTheReturnPathFailTheMigration() {
        parts.main(BEGINNING);
        parts.joining.configured(Optional.of(ID), parts.holds);
        ManualLink path = parts.link("path");
        parts.joining.returnPath(path, ID);
        parts.loop.run();
        path.receive(new byte[3]);
        assertThat(parts.seen).last().asString().contains("3 bytes came from the source");
    }

    @Test
    void oldVersionsReadOnOnlyWithTheirPreemptChannel() {
        preempting(Profile.QEMU_7_2);
        parts.main(BEGINNING);
        parts.joining.configured(Optional.empty(), parts.holds);
        assertThat(parts.holds.held()).isTrue();
        joinPreempt(parts.link("preempt"));
        assertThat(parts.seen).endsWith("preempt-channel");
        assertThat(parts.holds.held()).isFalse();
    }

    @Test
    void laterOnesReadOnAndWaitForItWhereItIsNeeded() {
        preempting(Profile.QEMU_10_2);
        parts.main(BEGINNING);
        parts.joining.configured(Optional.empty(), parts.holds);
        assertThat(parts.holds.held()).isFalse();
        parts.joining.whenPreempt(() -> parts.seen.add("package"));
        assertThat(parts.seen).doesNotContain("package");
        joinPreempt(parts.link("preempt"));
        assertThat(parts.seen).endsWith("preempt-channel", "package");
    }

    @Test
    void withoutTheCapabilityNothingWaitsForIt() {
        parts.main(BEGINNING);
        parts.joining.configured(Optional.empty(), parts.holds);
        parts.joining.whenPreempt(() -> parts.seen.add("package"));
        assertThat(parts.seen).endsWith("package");
    }

    @Test
    void aFileHasNoPreemptChannel() {
        preempting(Profile.QEMU_10_2);
        parts.listen(new MigrationAddress.File(Path.of("state"), 0));
        parts.main(BEGINNING);
        parts.joining.configured(Optional.empty(), parts.holds);
        parts.joining.whenPreempt(() -> parts.seen.add("package"));
        assertThat(parts.seen).last().asString().contains("for a file there is none");
    }
}
