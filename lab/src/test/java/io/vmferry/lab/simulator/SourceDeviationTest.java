package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.link.Link;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The behaviour of a source in the cases in which QEMU loses a guest or pages, with and without
 * --as-qemu.
 */
class SourceDeviationTest {

    private static final Set<Capability> PRECOPY =
            EnumSet.of(Capability.EVENTS, Capability.RETURN_PATH);

    private static final Set<Capability> POSTCOPY =
            EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM);

    private static final ReturnPathMessage FAILED = new ReturnPathMessage.Shut(1);
    private static final String UNKNOWN_MESSAGE = "0063000400000000";

    private static Meeting postcopy(Profile profile, boolean asQemu) {
        return new Meeting(profile, POSTCOPY, asQemu).migrate(ReturnPathMode.INLINE);
    }

    private static MigrationStatus status(Meeting meeting) {
        return meeting.pair.outgoing.status();
    }

    private static RunState guest(Meeting meeting) {
        return meeting.pair.source.hosted.guest().run().state();
    }

    // ---- cache-resize

    /** A size that cannot be had shows whether the cache is to have it. */
    @ParameterizedTest
    @CsvSource({"QEMU_7_2, false", "QEMU_7_2, true", "QEMU_11_1, false", "QEMU_11_1, true"})
    void aNewSizeOfTheCacheHoldsAtOnce(Profile profile, boolean asQemu) throws Exception {
        Set<Capability> xbzrle = EnumSet.of(Capability.EVENTS, Capability.XBZRLE);
        try (Meeting meeting = new Meeting(profile, xbzrle, asQemu).limit(1 << 20)) {
            meeting.migrate(ReturnPathMode.INLINE).untilActive();
            meeting.pair.sourceOptions.parameters(
                    meeting.pair
                            .sourceOptions
                            .parameters()
                            .with(
                                    Map.of(Parameter.XBZRLE_CACHE_SIZE, 1L << 62),
                                    Set.of(Parameter.XBZRLE_CACHE_SIZE),
                                    Capabilities.none()));
            if (asQemu) {
                meeting.pair.outgoing.parametersChanged();
            } else {
                assertThatThrownBy(() -> meeting.pair.outgoing.parametersChanged())
                        .isInstanceOf(QmpException.class)
                        .hasMessage("Failed to allocate page cache");
            }
            assertThat(status(meeting)).isEqualTo(MigrationStatus.ACTIVE);
        }
    }

    // ---- bad-answer

    /** Before it hands the guest over the source knows that something is wrong. */
    @ParameterizedTest
    @CsvSource({"QEMU_8_2, false", "QEMU_8_2, true", "QEMU_11_1, false", "QEMU_11_1, true"})
    void aWrongMessageInPrecopyIsMissedAtTheEnd(Profile profile, boolean asQemu)
            throws QmpException {
        try (Meeting meeting = new Meeting(profile, PRECOPY, asQemu).limit(1 << 20)) {
            meeting.migrate(ReturnPathMode.INLINE).untilActive();
            meeting.sayBytes(meeting.returnPath(), UNKNOWN_MESSAGE);
            meeting.pass(20).limit(1 << 30).pair.outgoing.parametersChanged();
            meeting.passUntil(MigrationStatus.FAILED).pass(10);
            assertThat(guest(meeting)).isEqualTo(RunState.RUNNING);
            assertThat(meeting.points("eof-sent")).isEqualTo(asQemu ? 1 : 0);
        }
    }

    // ---- second-guest

    @ParameterizedTest
    @CsvSource({
        "QEMU_8_2, false, POSTCOPY_PAUSED",
        "QEMU_8_2, true, FAILED",
        "QEMU_11_1, false, POSTCOPY_PAUSED",
        "QEMU_11_1, true, FAILED"
    })
    void aWrongMessageInPostcopyStartsASecondGuest(
            Profile profile, boolean asQemu, MigrationStatus end) {
        try (Meeting meeting = postcopy(profile, asQemu).untilPostcopyActive()) {
            meeting.sayBytes(meeting.returnPath(), UNKNOWN_MESSAGE).passUntil(end).pass(10);
            assertThat(guest(meeting))
                    .isEqualTo(asQemu ? RunState.RUNNING : RunState.FINISH_MIGRATE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_8_2, false, POSTCOPY_PAUSED",
        "QEMU_8_2, true, FAILED",
        "QEMU_11_1, false, POSTCOPY_PAUSED",
        "QEMU_11_1, true, FAILED"
    })
    void soDoesABreakAfterTheLastPage(Profile profile, boolean asQemu, MigrationStatus end) {
        try (Meeting meeting = postcopy(profile, asQemu).untilPostcopyActive()) {
            meeting.passUntil("eof-sent").pass(100).links.forEach(Link::close);
            meeting.passUntil(end).pass(10);
            assertThat(guest(meeting))
                    .isEqualTo(asQemu ? RunState.RUNNING : RunState.FINISH_MIGRATE);
        }
    }

    /** An answer that cannot be used is not waited for after the last page, in no version. */
    @ParameterizedTest
    @ValueSource(strings = {"QEMU_7_2", "QEMU_8_2", "QEMU_10_2", "QEMU_11_1"})
    void aReportOfFailureAfterTheLastPagePauses(Profile profile) {
        try (Meeting meeting = postcopy(profile, false).untilPostcopyActive()) {
            meeting.passUntil("eof-sent").say(meeting.returnPath(), FAILED);
            meeting.assertPaused("SHUT 1");
        }
    }

    // ---- postcopy-end

    @ParameterizedTest
    @CsvSource({"false, POSTCOPY_PAUSED, FINISH_MIGRATE", "true, FAILED, POSTMIGRATE"})
    void theEndOfAPostcopyOf72CannotBeRecovered(
            boolean asQemu, MigrationStatus end, RunState guest) {
        try (Meeting meeting = postcopy(Profile.QEMU_7_2, asQemu).untilPostcopyActive()) {
            meeting.passUntil("eof-sent").say(meeting.returnPath(), FAILED);
            meeting.passUntil(end).pass(10);
            assertThat(guest(meeting)).isEqualTo(guest);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, POSTCOPY_PAUSED", "true, POSTCOPY_ACTIVE"})
    void aBreakAtTheEndOfAPostcopyOf72IsNotSeen(boolean asQemu, MigrationStatus end) {
        try (Meeting meeting = postcopy(Profile.QEMU_7_2, asQemu).untilPostcopyActive()) {
            meeting.passUntil("eof-sent").pass(100).links.forEach(Link::close);
            meeting.pass(5000);
            assertThat(status(meeting)).isEqualTo(end);
        }
    }

    // ---- failed-package

    @ParameterizedTest
    @CsvSource({"false, FAILED", "true, POSTCOPY_DEVICE"})
    void aReportedFailureIsWaitedOut(boolean asQemu, MigrationStatus then) {
        try (Meeting meeting = postcopy(Profile.QEMU_11_1, asQemu).untilPackageSent()) {
            meeting.say(meeting.returnPath(), FAILED).pass(5000);
            assertThat(status(meeting)).isEqualTo(then);
            meeting.links.forEach(Link::close);
            meeting.assertFailed("SHUT 1");
        }
    }

    // ---- postcopy-cancel

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPostcopyIsCancelled(boolean asQemu) throws QmpException {
        try (Meeting meeting = postcopy(Profile.QEMU_7_2, asQemu).untilPostcopyActive()) {
            if (asQemu) {
                meeting.pair.outgoing.cancel();
                meeting.passUntil(MigrationStatus.CANCELLED);
                assertThat(guest(meeting)).isEqualTo(RunState.POSTMIGRATE);
            } else {
                assertThatThrownBy(meeting.pair.outgoing::cancel)
                        .hasMessage("Postcopy migration in progress, cannot cancel.");
                assertThat(status(meeting)).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
            }
        }
    }

    // ---- early-success

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, false, COMPLETED",
        "QEMU_7_2, true, FAILED",
        "QEMU_8_2, true, COMPLETED"
    })
    void aSuccessThatComesEarlyClosesTheStream(
            Profile profile, boolean asQemu, MigrationStatus end) {
        try (Meeting meeting =
                new Meeting(profile, PRECOPY, asQemu)
                        .migrate(ReturnPathMode.INLINE)
                        .untilActive()) {
            meeting.say(meeting.returnPath(), new ReturnPathMessage.Shut(0)).passUntil(end);
        }
    }

    // ---- lost-limit

    @ParameterizedTest
    @CsvSource({"QEMU_10_0, false", "QEMU_10_0, true", "QEMU_11_1, true", "QEMU_7_2, true"})
    void aRequestInPrecopyLiftsTheRateLimit(Profile profile, boolean asQemu) {
        boolean lifts = asQemu && profile != Profile.QEMU_7_2;
        try (Meeting meeting = new Meeting(profile, PRECOPY, asQemu)) {
            meeting.limit(4096).migrate(ReturnPathMode.INLINE).passUntil(MigrationStatus.ACTIVE);
            meeting.pass(1000);
            meeting.say(meeting.returnPath(), new ReturnPathMessage.ReqPagesId(0, 4096, "ram"));
            meeting.pass(5000);
            assertThat(meeting.requests()).isEqualTo(1);
            assertThat(meeting.sentBytes() > Meeting.SMALL_BYTES / 2).isEqualTo(lifts);
        }
    }

    // ---- broken-recovery

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, false, POSTCOPY_PAUSED",
        "QEMU_7_2, true, POSTCOPY_RECOVER",
        "QEMU_8_2, true, POSTCOPY_PAUSED"
    })
    void aRecoveryThatBreaksIsStuck(Profile profile, boolean asQemu, MigrationStatus end) {
        try (Meeting meeting = postcopy(profile, asQemu).untilPostcopyActive()) {
            meeting.recover(ReturnPathMode.INLINE).links.forEach(Link::close);
            meeting.pass(5000);
            assertThat(status(meeting)).isEqualTo(end);
        }
    }

    // ---- a cancel that is asked for again

    @ParameterizedTest
    @ValueSource(strings = {"QEMU_7_2", "QEMU_11_1"})
    void eachCancelEmitsAnEvent(Profile profile) throws QmpException {
        try (Meeting meeting =
                new Meeting(profile, PRECOPY, false).migrate(ReturnPathMode.INLINE).untilActive()) {
            meeting.pair.outgoing.cancel();
            meeting.pair.outgoing.cancel();
            meeting.passUntil(MigrationStatus.CANCELLED);
            meeting.pair.outgoing.cancel();
            assertThat(meeting.pair.source.events.stream().filter("MIGRATION(cancelling)"::equals))
                    .hasSize(2);
        }
    }
}
