package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A migration that needs answers, into a file: it fails, and the guest runs on at the source. */
class UnansweredFileTest {

    private static final MigrationAddress FILE = new MigrationAddress.File(Path.of("stream"), 0);

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private SimulatedPair pair;

    private final ByteBuf file = Unpooled.buffer();
    private boolean closed;

    /** Migrates into a file with the given capabilities, and gives the events. */
    private List<String> migrate(Profile profile, boolean startPostcopy, Capability... more) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS);
        on.addAll(List.of(more));
        try {
            pair = new SimulatedPair(Meeting.scenario(profile, on, Meeting.SMALL_BYTES));
            pair.start();
            pair.source.events.clear();
            pair.network
                    .transportOf(new SimulatedHost("disk", pair.time))
                    .listen(FILE, this::opened, open -> {}, SimulatedPair.refused());
            pair.outgoing.migrate(new MigrateArguments(FILE, ReturnPathMode.CHANNEL));
            if (startPostcopy) {
                pair.outgoing.startPostcopy();
            }
        } catch (OptionException | QmpException e) {
            throw new AssertionError(e);
        }
        boolean ended =
                pair.time.runUntil(
                        () -> pair.outgoing.status() == MigrationStatus.FAILED,
                        pair.time.nowNanos() + TimeUnit.MINUTES.toNanos(1));
        assertThat(ended).as("it ends, is %s", pair.outgoing.status()).isTrue();
        assertThat(pair.source.hosted.guest().run().state()).isEqualTo(RunState.RUNNING);
        assertThat(pair.network.connections()).as("files opened").hasSize(1);
        return pair.source.events.stream()
                .map(e -> e.replaceAll("^MIGRATION\\((.*)\\)$", "$1"))
                .filter(e -> !e.startsWith("MIGRATION_PASS"))
                .toList();
    }

    private void opened(Link link) {
        link.attach(
                new LinkListener() {
                    @Override
                    public void received(ByteBuf bytes) {
                        file.writeBytes(bytes);
                    }

                    @Override
                    public void closed(Optional<IOException> cause) {
                        closed = cause.isEmpty();
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(
            value = Capability.class,
            names = {"POSTCOPY_RAM", "RETURN_PATH"})
    void aNewOneFailsWithTheGuestStopped(Capability needing) {
        assertThat(migrate(Profile.QEMU_11_1, false, needing))
                .containsExactly(
                        "setup", "active", "STOP", "device", "failing", "RESUME", "failed");
        assertThat(pair.outgoing.error()).contains("Unable to read from file: Bad file descriptor");
        pair.time.runUntil(() -> closed, pair.time.nowNanos() + TimeUnit.MINUTES.toNanos(1));
        assertThat(closed).as("it is closed in an orderly way").isTrue();
        assertThat((char) file.getByte(file.writerIndex() - 1))
                .as("the end of the description, which is the last of a whole stream")
                .isEqualTo('}');
    }

    @Test
    void anOldOneFailsAsSoonAsItIsActive() {
        assertThat(migrate(Profile.QEMU_7_2, false, Capability.POSTCOPY_RAM))
                .containsExactly("setup", "active", "failed");
        assertThat(pair.outgoing.error()).contains("Unable to write to file: Bad file descriptor");
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void nothingHangsInPostcopyEither(Profile profile) {
        assertThat(migrate(profile, true, Capability.POSTCOPY_RAM, Capability.POSTCOPY_PREEMPT))
                .contains("failed");
    }

    @Test
    void nothingWaitsForAnAcknowledgement() {
        assertThat(
                        migrate(
                                Profile.QEMU_11_1,
                                false,
                                Capability.RETURN_PATH,
                                Capability.SWITCHOVER_ACK))
                .contains("failed");
    }
}
