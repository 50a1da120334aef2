package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A source whose destination asks for more than it can take, or says what is not due: it costs the
 * source what it sends, and what is wrong is refused with one clear line.
 */
class HostileDestinationTest {

    private static final Set<Capability> POSTCOPY =
            EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM);

    private static final int PAGES = 512;
    private static final long MANY_BYTES = 16L << 30;

    /** Nearly 4 GiB: the longest range of pages that a message can name. */
    private static final int LONGEST = 0xfffff000;

    /** As many requests as a source keeps waiting. */
    private static final int MAX_WAITING = 4096;

    private static final ReturnPathMessage.Pong LOADED = new ReturnPathMessage.Pong(0x42);

    private static Meeting meeting() {
        return new Meeting(Profile.QEMU_10_2, POSTCOPY).migrate(ReturnPathMode.INLINE);
    }

    private static Meeting large(Capability... more) {
        Set<Capability> on = EnumSet.copyOf(POSTCOPY);
        on.addAll(List.of(more));
        return new Meeting(Profile.QEMU_10_2, on, MANY_BYTES).migrate(ReturnPathMode.CHANNEL);
    }

    private static ReturnPathMessage request(long page, int lengthBytes) {
        return new ReturnPathMessage.ReqPagesId(page * 4096, lengthBytes, "ram");
    }

    /** The same request again and again. */
    private static ReturnPathMessage[] flood(int count, long page, int lengthBytes) {
        return Collections.nCopies(count, request(page, lengthBytes))
                .toArray(ReturnPathMessage[]::new);
    }

    // ---- page requests

    @Test
    void requestsBeforeThePackageCostNothing() {
        try (Meeting meeting = large().untilActive()) {
            meeting.say(meeting.returnPath(), flood(10_000, 0, LONGEST)).pass(1000);
            assertThat(meeting.points("page-requested(ram+0x0..0xfffff000)")).isEqualTo(10_000);
            assertThat(meeting.points("page-requested")).isEqualTo(10_000);
            assertThat(meeting.points("requested-page-sent")).isZero();
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.ACTIVE);
            meeting.answerDiscards().untilPackageSent().pass(100);
            assertThat(meeting.points("requested-page-sent")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSourceReadsNoMoreRequestsThanItCanKeep(boolean preempt) {
        try (Meeting meeting = preempt ? large(Capability.POSTCOPY_PREEMPT) : large()) {
            meeting.untilActive().say(meeting.returnPath(), new ReturnPathMessage.Pong(1));
            meeting.untilPackageSent();
            for (int channel = 0; channel < meeting.links.size(); channel++) {
                if (channel != 1) {
                    meeting.links.get(channel).reading(false);
                }
            }
            meeting.pass(1000);
            meeting.say(meeting.returnPath(), flood(3 * MAX_WAITING, 0, LONGEST)).pass(10_000);
            assertThat(meeting.requests()).isBetween((long) MAX_WAITING, MAX_WAITING + 1L);
            assertThat(meeting.points("page-requested")).isEqualTo(meeting.requests());
            assertThat(meeting.sentBytes() - meeting.receivedBytes).isLessThan(5 << 20);
        }
    }

    /** Delayed requests are read as soon as there is room again, and none is lost. */
    @Test
    void allThatIsAskedForIsServedOnceThePeerReads() {
        try (Meeting meeting = large()) {
            meeting.untilPackageSent().links.getFirst().reading(false);
            meeting.pass(1000);
            int count = 3 * MAX_WAITING;
            ReturnPathMessage[] single = new ReturnPathMessage[count];
            for (int i = 0; i < count; i++) {
                single[i] = request(MANY_BYTES / 4096 - 1 - 2L * i, 4096);
            }
            meeting.say(meeting.returnPath(), single).pass(1000);
            assertThat(meeting.requests()).isBetween((long) MAX_WAITING, MAX_WAITING + 1L);

            meeting.links.getFirst().reading(true);
            meeting.passUntil("all requests", () -> meeting.requests() == count).pass(1000);
            assertThat(meeting.points("requested-page-sent")).isEqualTo(count);
        }
    }

    @Test
    void aRangeIsServedPageByPageAndEachOnce() {
        try (Meeting meeting = meeting()) {
            meeting.untilPackageSent().links.getFirst().reading(false);
            meeting.say(meeting.returnPath(), request(0, PAGES * 4096));
            meeting.say(meeting.returnPath(), request(PAGES / 2, PAGES / 2 * 4096));
            meeting.say(meeting.returnPath(), request(7, 4096), LOADED);
            meeting.pass(10).links.getFirst().reading(true);
            meeting.passUntil("eof-sent");
            assertThat(meeting.points("page-requested")).isEqualTo(3);
            List<String> sent =
                    meeting.pair.source.points().stream()
                            .filter(point -> point.startsWith("requested-page-sent"))
                            .toList();
            assertThat(sent).doesNotHaveDuplicates().hasSizeGreaterThan(PAGES / 2);
            meeting.say(meeting.returnPath(), new ReturnPathMessage.Shut(0));
            meeting.passUntil(MigrationStatus.COMPLETED);
        }
    }

    /** Endless requests for pages that were sent, and no answer to a PING. */
    @Test
    void theRestIsSentDespiteRequestsInBetween() {
        try (Meeting meeting = new Meeting(Profile.QEMU_10_2, POSTCOPY, 64 << 20)) {
            meeting.migrate(ReturnPathMode.INLINE).untilPostcopyActive();
            for (int i = 0; i < 10_000 && meeting.points("eof-sent") == 0; i++) {
                meeting.say(meeting.returnPath(), request(0, 4096)).pass(10);
            }
            assertThat(meeting.points("eof-sent")).isEqualTo(1);
        }
    }

    @Test
    void aFloodAfterTheLastPageDoesNotHideTheEnd() {
        try (Meeting meeting = meeting()) {
            meeting.untilPostcopyActive().passUntil("eof-sent");
            meeting.say(meeting.returnPath(), flood(5 * MAX_WAITING, 0, PAGES * 4096));
            meeting.say(meeting.returnPath(), new ReturnPathMessage.Shut(0));
            meeting.passUntil(MigrationStatus.COMPLETED);
        }
    }

    private static final String BAD_REQUESTS =
            """
            0001000000 | 00001000 | 03 72616d   | 4096 bytes at 0x1000000 of 'ram', which has 0x200000 bytes
            0000000000 | 00201000 | 03 72616d   | 2101248 bytes at 0x0 of 'ram', which has 0x200000 bytes
            00001ff000 | 00002000 | 03 72616d   | 8192 bytes at 0x1ff000 of 'ram', which has 0x200000 bytes
            0000000000 | fffff000 | 03 72616d   | 4294963200 bytes at 0x0 of 'ram', which has 0x200000 bytes
            0000000001 | 00001000 | 03 72616d   | 4096 bytes at 0x1 of 'ram', whose pages have 4096 bytes
            0000000000 | 00000001 | 03 72616d   | 1 bytes at 0x0 of 'ram', whose pages have 4096 bytes
            0000000000 | 00000000 | 03 72616d   | 0 bytes at 0x0 of 'ram', whose pages have 4096 bytes
            0000000000 | 00001000 | 03 726f6d   | unknown RAM block 'rom'
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = BAD_REQUESTS)
    void aRequestForWhatIsNotThereIsRefused(
            String start, String length, String block, String says) {
        String message = "0003 0010 000000" + start + length + block;
        try (Meeting meeting = meeting().untilActive()) {
            meeting.sayBytes(meeting.returnPath(), message.replace(" ", ""));
            meeting.assertFailed("Return path: page request for ", says);
        }
        try (Meeting meeting = meeting()) {
            meeting.untilPostcopyActive();
            meeting.sayBytes(meeting.returnPath(), message.replace(" ", ""));
            meeting.assertPaused("Return path: page request for ", says);
        }
    }

    // ---- acknowledgements that are not due

    @Test
    void thePackageIsNotLoadedBeforeItWasSent() {
        try (Meeting meeting = meeting().untilActive()) {
            meeting.say(meeting.returnPath(), LOADED, new ReturnPathMessage.Pong(5))
                    .untilPackageSent();
            meeting.pass(5000);
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);
            meeting.say(meeting.returnPath(), LOADED);
            meeting.passUntil(MigrationStatus.POSTCOPY_ACTIVE);
        }
    }

    @Test
    void discardsAreNotTakenBeforeTheyWereSent() {
        try (Meeting meeting = large().untilActive().pass(1000)) {
            meeting.say(meeting.returnPath(), new ReturnPathMessage.Pong(5)).pass(10);
            meeting.startPostcopy().passUntil("discards-ahead").pass(1000);
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.ACTIVE);
            meeting.answerDiscards().say(meeting.returnPath(), new ReturnPathMessage.Pong(5));
            meeting.passUntil("package-sent");
        }
    }

    private static final String NOT_DUE =
            """
            000600040000 0002          | RESUME_ACK with value 2, expected 1
            00050004 0372616d          | RECV_BITMAP was not asked for, the migration is in
            00070001 00                | SWITCHOVER_ACK has 1 bytes of payload, expected 0
            00010004 00000001          | the destination reported that loading failed (SHUT 1), its log
            00010004 ffffffff          | the destination reported that loading failed (SHUT -1), its log
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = NOT_DUE)
    void whatIsNotDueIsRefusedWhereverItComes(String hex, String says) {
        String message = hex.replace(" ", "");
        try (Meeting meeting = meeting().untilActive()) {
            meeting.sayBytes(meeting.returnPath(), message);
            meeting.assertFailed("Return path: ", says);
        }
        try (Meeting meeting = meeting()) {
            meeting.untilPackageSent().sayBytes(meeting.returnPath(), message);
            meeting.assertFailed("Return path: ", says);
        }
        try (Meeting meeting = meeting()) {
            meeting.untilPostcopyActive();
            meeting.sayBytes(meeting.returnPath(), message);
            meeting.assertPaused("Return path: ", says);
        }
    }

    @Test
    void anEndInPlaceOfTheLoadedPackageIsAFailure() {
        try (Meeting meeting = meeting()) {
            meeting.untilPackageSent().say(meeting.returnPath(), new ReturnPathMessage.Shut(0));
            meeting.assertFailed("Return path: expected PONG 0x42, but", "has ended (SHUT 0)");
        }
        try (Meeting meeting = meeting().untilActive()) {
            meeting.say(meeting.returnPath(), new ReturnPathMessage.Shut(0)).untilPackageSent();
            meeting.assertFailed("Return path: expected PONG 0x42, but", "has ended (SHUT 0)");
        }
    }

    @Test
    void anEndInPlaceOfAnAcknowledgementIsAFailure() {
        Set<Capability> acks = EnumSet.copyOf(POSTCOPY);
        acks.addAll(List.of(Capability.RETURN_PATH, Capability.SWITCHOVER_ACK));
        try (Meeting meeting = new Meeting(Profile.QEMU_10_2, acks)) {
            meeting.migrate(ReturnPathMode.INLINE).untilActive();
            meeting.say(meeting.returnPath(), new ReturnPathMessage.Shut(0));
            meeting.assertFailed("Return path: expected SWITCHOVER_ACK, but", "(SHUT 0)");
        }
        try (Meeting meeting = large(Capability.POSTCOPY_PREEMPT).untilActive()) {
            meeting.say(meeting.returnPath(), new ReturnPathMessage.Shut(0)).startPostcopy();
            meeting.assertFailed("Return path: expected PONG 1, but", "(SHUT 0)");
        }
    }

    // ---- recovery

    private static Meeting recovering() {
        Meeting meeting = new Meeting(Profile.QEMU_10_2, POSTCOPY).migrate(ReturnPathMode.INLINE);
        return meeting.untilPostcopyActive().recover(ReturnPathMode.INLINE);
    }

    private static ReturnPathMessage bitmap(int pages) {
        return new ReturnPathMessage.RecvBitmap("ram", ReceivedBitmap.copyOf(new long[pages / 64]));
    }

    @Test
    void aBitmapIsTakenOnceAndWithTheSizeOfItsBlock() {
        try (Meeting meeting = recovering()) {
            meeting.say(meeting.returnPath(), bitmap(PAGES), bitmap(PAGES));
            meeting.assertPaused(
                    "Return path: RECV_BITMAP was not asked for, the migration is in postcopy-recover");
        }
        for (int pages : new int[] {PAGES - 64, PAGES + 64, 0}) {
            try (Meeting meeting = recovering()) {
                meeting.say(meeting.returnPath(), bitmap(pages));
                meeting.assertPaused(
                        "Return path: Bitmap of block 'ram' has %d bytes, expected %d"
                                .formatted(pages / 8, PAGES / 8));
            }
        }
        try (Meeting meeting = recovering()) {
            meeting.sayBytes(meeting.returnPath(), "0005000403726f6d");
            meeting.assertPaused("Return path: RECV_BITMAP was not asked for");
        }
    }

    @Test
    void aRecoveryIsAcknowledgedAfterItsRequestAndOnce() {
        ReturnPathMessage ack = new ReturnPathMessage.ResumeAck(1);
        try (Meeting meeting = recovering()) {
            meeting.say(meeting.returnPath(), ack);
            meeting.assertPaused(
                    "Return path: RESUME_ACK was not asked for, the migration is in postcopy-recover");
        }
        try (Meeting meeting = recovering()) {
            meeting.say(meeting.returnPath(), bitmap(PAGES))
                    .pass(10)
                    .say(meeting.returnPath(), ack, ack);
            meeting.passUntil(MigrationStatus.POSTCOPY_ACTIVE).pass(50);
            assertThat(meeting.error()).isEqualTo("no error");
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        }
    }

    /** Without a recovery there is no message, in any version. */
    @Test
    void anAcknowledgementOutsideOfARecoveryIsIgnored() {
        ReturnPathMessage ack = new ReturnPathMessage.ResumeAck(1);
        try (Meeting meeting = meeting().untilActive()) {
            meeting.say(meeting.returnPath(), ack).pass(50);
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.ACTIVE);
            assertThat(meeting.error()).isEqualTo("no error");
        }
        try (Meeting meeting = meeting()) {
            meeting.untilPackageSent().say(meeting.returnPath(), ack).pass(50);
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);
            assertThat(meeting.error()).isEqualTo("no error");
        }
        try (Meeting meeting = meeting().untilPostcopyActive()) {
            meeting.say(meeting.returnPath(), ack).pass(50);
            assertThat(meeting.pair.outgoing.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
            assertThat(meeting.error()).isEqualTo("no error");
        }
    }

    @Test
    void anEndInPlaceOfARecoveryPauses() {
        ReturnPathMessage shut = new ReturnPathMessage.Shut(0);
        try (Meeting meeting = recovering()) {
            meeting.say(meeting.returnPath(), shut);
            meeting.assertPaused("Return path: expected RECV_BITMAP, but", "(SHUT 0)");
        }
        try (Meeting meeting = recovering()) {
            meeting.say(meeting.returnPath(), bitmap(PAGES))
                    .pass(10)
                    .say(meeting.returnPath(), shut);
            meeting.assertPaused("Return path: expected RESUME_ACK, but", "(SHUT 0)");
        }
    }
}
