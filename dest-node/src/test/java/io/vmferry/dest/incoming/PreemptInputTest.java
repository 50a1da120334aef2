package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The channel without a name: how it is recognised, and what its pages may overtake. */
class PreemptInputTest {

    private static final UUID ID = new UUID(7, 8);

    private final List<String> seen = new ArrayList<>();

    private static Destination destination(Profile profile) {
        return new Destination(PostcopyPlan.plan(profile, Capability.POSTCOPY_PREEMPT));
    }

    private static byte[] switchover() {
        return new StreamBytes().discard(0, 8).packaged(StreamBytes.listen().run()).bytes();
    }

    private static byte[] record(int page) {
        return new StreamBytes().pageRecord(Destination.BLOCK_NAME, page, page + 1).bytes();
    }

    private static byte[] pages(int from, int to) {
        StreamBytes stream = new StreamBytes();
        for (int page = from; page < to; page++) {
            stream.page(Destination.BLOCK_NAME, page, page + 1);
        }
        return stream.bytes();
    }

    private static byte[] end() {
        return new StreamBytes().ramEnd().eof().bytes();
    }

    // ---- recognition

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"QEMU_8_2", "QEMU_10_2", "QEMU_11_1"})
    void thePackageWaitsForTheChannel(Profile profile) {
        try (Destination here = destination(profile)) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().beginPostcopy().bytes());
            main.receive(switchover());
            here.loop.run();
            assertThat(here.points)
                    .anyMatch(point -> point.startsWith("package-received("))
                    .doesNotContain("listening");
            here.connect();
            assertThat(here.points).containsSubsequence("preempt-channel", "listening");
            assertThat(here.told).endsWith("RESUME");
        }
    }

    /** Before 8.0 the channels come in their order, before the first section. */
    @Test
    void anOldDestinationReadsNothingBeforeTheChannelIsThere() {
        try (Destination here = destination(Profile.QEMU_7_2)) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().beginPostcopy().bytes());
            here.loop.run();
            assertThat(here.points).contains("configuration-received");
            assertThat(here.points).doesNotContain("command-received(PING)");
            here.connect();
            assertThat(here.points)
                    .containsSubsequence("preempt-channel", "command-received(PING)");
        }
    }

    @Test
    void pagesMayComeToAnOldDestinationBeforeItsMainChannelSaysAWord() {
        try (Destination here = destination(Profile.QEMU_7_2)) {
            ManualLink main = here.connect();
            ManualLink preempt = here.connect();
            preempt.receive(record(3));
            preempt.receive(new StreamBytes().endOfRecords().bytes());
            assertThat(here.status()).isNotEqualTo(MigrationStatus.FAILED);
            main.receive(new StreamBytes().beginPostcopy().bytes());
            here.loop.run();
            main.receive(switchover());
            here.loop.run();
            assertThat(here.ram.blocks().getFirst().received().word(0)).isEqualTo(1 << 3);
            main.receive(pages(0, 3));
            main.receive(pages(4, 8));
            main.receive(end());
            here.assertCompleted();
        }
    }

    @Test
    void theReturnPathIsNotTakenForIt() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            ManualLink path = here.connect();
            main.receive(
                    new StreamBytes()
                            .begin(new ConfigurationSubsection.ReturnPathChannel(ID))
                            .command(new Command.OpenReturnPath())
                            .bytes());
            here.loop.run();
            assertThat(here.points).doesNotContain("preempt-channel");
            path.receive(new StreamBytes().with(new ReturnPathPreamble(ID)::write).bytes());
            here.loop.run();
            assertThat(here.points).contains("return-path-channel");
            assertThat(here.points).doesNotContain("preempt-channel");
            here.connect();
            assertThat(here.points).endsWith("preempt-channel");
        }
    }

    @Test
    void aMainChannelThatBreaksEndsTheWaitForIt() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().beginPostcopy().bytes());
            main.receive(switchover());
            here.loop.run();
            main.breakOff("Connection reset by peer");
            here.loop.run();
            here.assertFailed("Main channel: ", "Connection reset by peer");
        }
        try (Destination here = destination(Profile.QEMU_7_2)) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().beginPostcopy().bytes());
            main.breakOff("Connection reset by peer");
            here.loop.run();
            here.assertFailed("Main channel: ", "Connection reset by peer");
        }
    }

    // ---- pages

    private static ManualLink[] running(Destination here) {
        ManualLink main = here.connect();
        main.receive(new StreamBytes().beginPostcopy().bytes());
        ManualLink preempt = here.connect();
        main.receive(switchover());
        here.loop.run();
        assertThat(here.told).as(here.error()).endsWith("RESUME");
        return new ManualLink[] {main, preempt};
    }

    @Test
    void nothingIsReadBeforeListen() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().beginPostcopy().bytes());
            ManualLink preempt = here.connect();
            preempt.receive(record(3));
            here.loop.run();
            assertThat(here.ram.blocks().getFirst().received().cardinality()).isZero();
            main.receive(switchover());
            here.loop.run();
            assertThat(here.ram.blocks().getFirst().received().word(0)).isEqualTo(1 << 3);
        }
    }

    @Test
    void theEndOfTheMainStreamWaitsForThePagesThatWereAskedFor() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink[] links = running(here);
            PostcopyPlan.look(here, 3, seen);
            links[0].receive(pages(0, 3));
            links[0].receive(pages(4, 8));
            links[0].receive(end());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
            links[1].receive(record(3));
            here.loop.run();
            here.assertCompleted();
            assertThat(seen).containsExactly("page 3");
            assertThat(here.ram.blocks().getFirst().isZero(3)).isFalse();
        }
    }

    @Test
    void aSourceThatEndsWithoutThemPauses() {
        try (Destination here = destination(Profile.QEMU_7_2)) {
            ManualLink[] links = running(here);
            PostcopyPlan.look(here, 3, seen);
            links[1].receive(new StreamBytes().endOfRecords().bytes());
            here.loop.run();
            links[0].receive(end());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(here.error()).contains("without 1 page it");
        }
    }

    @Test
    void aBreakOfItPausesOnceTheGuestRuns() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink[] links = running(here);
            links[1].breakOff("Connection reset by peer");
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(here.error()).isEqualTo("Preempt channel broke: Connection reset by peer");
            assertThat(links[0].aborted()).isTrue();
        }
    }

    @Test
    void aBreakOfItBeforeThatFails() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().beginPostcopy().bytes());
            here.connect().breakOff("Connection reset by peer");
            here.loop.run();
            here.assertFailed("Preempt channel broke: Connection reset by peer");
        }
    }

    @Test
    void anEndThatTheSourceHasAnnouncedIsNone() {
        try (Destination here = destination(Profile.QEMU_7_2)) {
            ManualLink[] links = running(here);
            links[1].receive(new StreamBytes().endOfRecords().bytes());
            links[1].end();
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        }
    }

    @Test
    void recordsThatMakeNoSenseAreToldWithTheirChannel() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink[] links = running(here);
            links[1].receive(new StreamBytes().hex("0000000000000f00").bytes());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(here.error())
                    .startsWith("Preempt channel: ")
                    .endsWith(" (at byte 0 of the preempt channel)");
        }
    }
}
