package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.link.Link;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A source whose peer is no proper destination: it fails with one clear line and keeps its guest.
 */
class OddDestinationTest {

    private static final Set<Capability> RETURN_PATH =
            EnumSet.of(Capability.EVENTS, Capability.RETURN_PATH);

    private static Meeting meeting() {
        return new Meeting(Profile.QEMU_10_2, RETURN_PATH);
    }

    @ParameterizedTest
    @EnumSource
    void itsReasonIsReportedWhenItCouldNotLoad(ReturnPathMode mode) {
        try (Meeting meeting = meeting().migrate(mode).untilActive()) {
            meeting.say(meeting.links.getLast(), new ReturnPathMessage.Shut(1));
            meeting.assertFailed("Return path", "loading failed", "SHUT 1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0000 0000, Unknown message type 0x0",
        "0008 0000, Unknown message type 0x8",
        "0001 0005, SHUT has 5 bytes",
        "0002 0000, PONG has 0 bytes",
        "0004 000c 0000000000000000 00001000, REQ_PAGES",
        "0006 0004 00000000, RESUME_ACK with value 0",
        "0005 0004 0372616d, RECV_BITMAP"
    })
    void unexpectedMessagesAreRejected(String hex, String says) {
        for (ReturnPathMode mode : ReturnPathMode.values()) {
            try (Meeting meeting = meeting().migrate(mode).untilActive()) {
                meeting.sayBytes(meeting.links.getLast(), hex.replace(" ", ""));
                meeting.assertFailed("Return path: ", says, "(at byte ", " of the return path");
            }
        }
    }

    @Test
    void anUnexpectedAckIsRejectedOnlyByVersionsThatCountThem() {
        try (Meeting meeting = new Meeting(Profile.QEMU_11_1, RETURN_PATH)) {
            meeting.migrate(ReturnPathMode.INLINE).untilActive();
            meeting.say(meeting.links.getFirst(), new ReturnPathMessage.SwitchoverAck());
            meeting.assertFailed("SWITCHOVER_ACK");
        }
        try (Meeting meeting = meeting().migrate(ReturnPathMode.INLINE).untilActive()) {
            meeting.say(meeting.links.getFirst(), new ReturnPathMessage.SwitchoverAck());
            meeting.pass(50);
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.ACTIVE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReturnPathThatEndsEarlyIsAFailure(ReturnPathMode mode) {
        try (Meeting meeting = meeting().migrate(mode).untilActive()) {
            meeting.links.getLast().close();
            meeting.assertFailed("Return path broke after", "before SHUT");
        }
    }

    @Test
    void bytesThatComeBackWithoutAReturnPathAreNotRead() {
        try (Meeting meeting = new Meeting(Profile.QEMU_10_2, EnumSet.of(Capability.EVENTS))) {
            meeting.migrate(ReturnPathMode.CHANNEL).untilActive();
            meeting.sayBytes(meeting.links.getFirst(), "0001000400000001");
            meeting.passUntil(MigrationStatus.COMPLETED);
            assertThat(meeting.error()).isEqualTo("no error");
        }
    }

    /** A success that comes too early is kept; but not if the stream can then not be sent. */
    @ParameterizedTest
    @EnumSource
    void aSuccessBeforeTheEndCountsOnlyOnceAllWasSent(ReturnPathMode mode) {
        try (Meeting meeting = meeting().migrate(mode).untilActive()) {
            meeting.say(meeting.links.getLast(), new ReturnPathMessage.Shut(0));
            meeting.pass(10);
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.ACTIVE);
            meeting.passUntil(MigrationStatus.COMPLETED);
        }
        try (Meeting meeting = meeting().migrate(mode).untilActive()) {
            meeting.say(meeting.links.getLast(), new ReturnPathMessage.Shut(0));
            meeting.links.forEach(Link::close);
            meeting.assertFailed("broke after");
        }
    }

    @Test
    void aPeerThatDoesNotReadCostsLittleMemoryAndCanBeLeft() throws QmpException {
        try (Meeting meeting = meeting()) {
            meeting.migrate(ReturnPathMode.INLINE);
            meeting.passUntil(MigrationStatus.ACTIVE);
            meeting.links.forEach(link -> link.reading(false));
            meeting.pass(10_000);
            long sent = meeting.pair.outgoing.figures().orElseThrow().ram().transferredBytes();
            assertThat(sent - meeting.receivedBytes).isLessThan(2 << 20);
            meeting.pair.outgoing.cancel();
            meeting.passUntil(MigrationStatus.CANCELLED);
        }
    }

    @Test
    void aMigrationAtATime() throws QmpException {
        try (Meeting meeting = meeting().migrate(ReturnPathMode.INLINE).untilActive()) {
            assertThatThrownBy(() -> meeting.migrate(ReturnPathMode.INLINE))
                    .hasRootCauseMessage("There's a migration process in progress");
            meeting.pair.outgoing.cancel();
            assertThatThrownBy(() -> meeting.migrate(ReturnPathMode.INLINE))
                    .hasRootCauseMessage("There's a migration process in progress");
            meeting.passUntil(MigrationStatus.CANCELLED);
            meeting.pair.outgoing.cancel();
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.CANCELLED);
            meeting.migrate(ReturnPathMode.INLINE).untilActive();
        }
    }

    /** QEMU 10.2 says failed first; until the guest is back no other migration may take it. */
    @Test
    void noMigrationBeginsBeforeTheGuestIsBackFromTheLast() {
        try (Meeting meeting = meeting()) {
            List<String> refusals = new ArrayList<>();
            boolean[] cut = new boolean[1];
            meeting.pair.source.probe(point -> {
                if (point.toString().equals("switchover-started") && !cut[0]) {
                    cut[0] = true;
                    meeting.pair.source.host.execute(
                            () -> meeting.pair.network.carrying(ChannelRole.MAIN).cut());
                }
                if (point.toString().equals("status(failed)")) {
                    meeting.pair.source.host.execute(() -> {
                        try {
                            meeting.pair.outgoing.migrate(
                                    new MigrateArguments(Meeting.ADDRESS, ReturnPathMode.INLINE));
                        } catch (QmpException e) {
                            refusals.add(e.getMessage());
                        }
                    });
                }
            });
            meeting.migrate(ReturnPathMode.INLINE);
            meeting.assertFailed("Connection reset by peer");
            assertThat(refusals)
                    .containsExactly("The guest is not back from the last migration yet");
            meeting.migrate(ReturnPathMode.INLINE).untilActive();
        }
    }
}
