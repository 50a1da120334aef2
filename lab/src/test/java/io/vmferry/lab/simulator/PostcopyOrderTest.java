package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The messages between both sides in postcopy, and their order. */
class PostcopyOrderTest {

    private static final Profile NEW = Profile.QEMU_10_2;

    private static ObservedMigration slowDevice(Set<Capability> more) {
        return ObservedMigration.postcopy(NEW, more, "virtio-net,load-time=200");
    }

    /** The package delays the answer to PING 3, the main channel continues. */
    @Test
    void pong4ComesBeforePong3WhenADeviceTakesItsTime() {
        try (ObservedMigration run = slowDevice(Set.of()).migrate()) {
            List<String> points = run.pair.source.points();
            assertThat(points)
                    .containsSubsequence(
                            "pong(0x1)", "pong(0x2)", "pong(0x4)", "pong(0x3)", "pong(0x42)");
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Capability.class,
            names = {"POSTCOPY_RAM", "POSTCOPY_PREEMPT"})
    void aPageThatADeviceNeedsIsServedBeforeThePackageIsLoaded(Capability more) {
        String device = "virtio-net,ring=on";
        for (int i = 0; i < 40; i++) {
            // where the ring lies follows from the device's slot: one of them is at a missing page
            String[] devices = {"virtio-net,state-size=" + (i + 1) + "K,ring=on", device};
            try (ObservedMigration run =
                    ObservedMigration.postcopy(NEW, Set.of(more), devices).migrate()) {
                List<String> points = run.pair.source.points();
                int loaded = points.indexOf("pong(0x42)");
                int sent = firstStartingWith(points, "requested-page-sent(");
                if (sent >= 0 && sent < loaded) {
                    assertThat(firstStartingWith(points, "page-requested(")).isLessThan(sent);
                    assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
                    return;
                }
            }
        }
        throw new AssertionError("No device has asked for a page while it was loaded");
    }

    /** The device checks at the destination that nothing is missing, doubled or out of order. */
    @Test
    void aPackageOfSeveralBatchesArrivesWhole() {
        String device = "virtio-net,state-size=900K";
        try (ObservedMigration run =
                ObservedMigration.postcopy(NEW, Set.of(), device, device).migrate()) {
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
            String sent =
                    run.pair.source.points().stream()
                            .filter(point -> point.startsWith("package-sent("))
                            .findFirst()
                            .orElseThrow();
            assertThat(Long.parseLong(sent.replaceAll("\\D", ""))).isGreaterThan(2 * 900 * 1024);
        }
    }

    private static int firstStartingWith(List<String> points, String start) {
        for (int i = 0; i < points.size(); i++) {
            if (points.get(i).startsWith(start)) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void theStateIsChangedByThePhaseAndOnlyAfterPong42() {
        try (ObservedMigration run = slowDevice(Set.of())) {
            List<MigrationStatus> atPong = new ArrayList<>();
            run.pair.source.probe(point -> {
                if (point.toString().equals("pong(0x42)")) {
                    atPong.add(run.pair.outgoing.status());
                }
            });
            run.migrate();
            assertThat(atPong).containsExactly(MigrationStatus.POSTCOPY_DEVICE);
            assertThat(run.pair.source.points())
                    .containsSubsequence("pong(0x42)", "status(postcopy-active)", "package-loaded");
        }
    }

    /** Also when all of RAM is sent: the end of the stream must not say more than is known. */
    @Test
    void theEndOfTheStreamWaitsForThePackageToBeLoaded() {
        try (ObservedMigration run = slowDevice(Set.of(Capability.RELEASE_RAM)).migrate()) {
            assertThat(run.pair.source.points())
                    .containsSubsequence("package-loaded", "postcopy-ram-sent", "eof-sent");
        }
    }

    /** A block's ranges travel in commands of twelve at most. */
    @Test
    void discardsNameTwelveRangesAtMost() {
        try (ObservedMigration run = ObservedMigration.laterPostcopy(NEW)) {
            int[] ranges = new int[1];
            run.destination.side.probe(point -> {
                if (point.name() == PointName.LISTENING) {
                    ranges[0] = missingRuns(run);
                }
            });
            run.migrate();
            long commands =
                    run.destination.side.points().stream()
                            .filter("command-received(POSTCOPY_RAM_DISCARD)"::equals)
                            .count();
            assertThat(ranges[0]).isGreaterThan(12);
            // what the guest wrote after the ones that were sent ahead is a command more
            assertThat(commands - (ranges[0] + 11) / 12).isBetween(0L, 1L);
        }
    }

    private static int missingRuns(ObservedMigration run) {
        RamBlock block = run.destination.side.hosted.guest().ram().blocks().getFirst();
        int runs = 0;
        boolean before = true;
        for (long page = 0; page < block.pageCount(); page++) {
            boolean here = block.received().get(page);
            runs += before && !here ? 1 : 0;
            before = here;
        }
        return runs;
    }

    @Test
    void eachMissingPageIsAskedForOnce() {
        try (ObservedMigration run = ObservedMigration.postcopy(NEW, Set.of()).migrate()) {
            List<String> asked =
                    run.destination.side.points().stream()
                            .filter(point -> point.startsWith("req-pages-sent("))
                            .toList();
            assertThat(asked).hasSizeGreaterThan(10).doesNotHaveDuplicates();
            assertThat(new TreeSet<>(run.pair.source.points()))
                    .containsAll(
                            asked.stream()
                                    .map(a -> a.replace("req-pages-sent", "page-requested"))
                                    .toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"QEMU_7_2, true", "QEMU_8_2, false", "QEMU_10_2, false", "QEMU_11_1, false"})
    void thePreemptChannelIsConnectedAtTheStartOrAtTheSwitchover(Profile profile, boolean start) {
        try (ObservedMigration run =
                ObservedMigration.postcopy(profile, Set.of(Capability.POSTCOPY_PREEMPT))
                        .migrate()) {
            List<String> points = run.pair.source.points();
            int connected = points.indexOf("preempt-connected");
            assertThat(connected).isNotNegative().isLessThan(points.indexOf("switchover-started"));
            assertThat(connected < points.indexOf("header-sent")).isEqualTo(start);
            if (!start) {
                // its order among the channels is certain only once the others are known to stand
                assertThat(connected).isGreaterThan(points.indexOf("pong(0x1)"));
            }
            assertThat(run.destination.side.points())
                    .containsSubsequence("configuration-received", "preempt-channel", "listening");
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
        }
    }

    // ---- what comes back

    @ParameterizedTest
    @CsvSource({
        "0003 0010 0000000000000800 00001000 03 72616d, 4096 bytes at 0x800 of 'ram'",
        "0003 0010 0000000000000000 00000800 03 72616d, 2048 bytes at 0x0 of 'ram'",
        "0003 0010 0000000000000000 00000000 03 72616d, 0 bytes at 0x0 of 'ram'",
        "0003 0010 0000000000100000 00001000 03 72616d, which has 0x100000 bytes",
        "0003 0010 ffffffffffff0000 00001000 03 72616d, which has 0x100000 bytes",
        "0003 0010 00000000000ff000 00002000 03 72616d, which has 0x100000 bytes",
        "0003 0010 0000000000000000 00001000 03 726f6d, unknown RAM block 'rom'"
    })
    void aRequestForWhatIsNoPageIsRefused(String hex, String says) {
        try (ObservedMigration run = ObservedMigration.postcopy(NEW, Set.of())) {
            run.whenSourceIs(MigrationStatus.POSTCOPY_ACTIVE, () -> run.sayBack(hex)).migrate();
            assertThat(run.sourceError()).contains("Return path: ", says);
            assertThat(run.source()).endsWith("postcopy-active", "postcopy-paused");
        }
    }

    @Test
    void aRequestWithoutABlockIsRefusedWhenNoneWasNamedBefore() {
        try (ObservedMigration run = ObservedMigration.postcopy(NEW, Set.of())) {
            run.whenSourceIs(
                            MigrationStatus.ACTIVE,
                            () -> run.sayBack("0004 000c 0000000000000000 00001000"))
                    .migrate();
            assertThat(run.sourceError()).contains("Return path: ", "REQ_PAGES");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    /** The guest is there, and pages that cannot be requested any more are sent all the same. */
    @ParameterizedTest
    @CsvSource({"QEMU_7_2, 0", "QEMU_10_0, 900", "QEMU_11_1, 900"})
    void aWrongAnswerPausesOnlyOnceAllIsSent(Profile profile, int atLeastKibibytes) {
        try (ObservedMigration run = ObservedMigration.postcopy(profile, Set.of())) {
            run.whenSourceIs(MigrationStatus.POSTCOPY_ACTIVE, () -> run.sayBack("0063 0000"))
                    .migrate();
            assertThat(run.sourceError()).contains("Unknown message type 0x63");
            assertThat(run.source()).endsWith("postcopy-paused");
            assertThat(run.pair.outgoing.figures().orElseThrow().ram().transferredBytes() >> 10)
                    .isGreaterThanOrEqualTo(atLeastKibibytes);
        }
    }

    @Test
    void whatBelongsToARecoveryIsIgnoredOutsideOfOne() {
        try (ObservedMigration run = ObservedMigration.postcopy(NEW, Set.of())) {
            run.whenSourceIs(
                            MigrationStatus.POSTCOPY_ACTIVE,
                            () -> run.sayBack("0006 0004 00000001"))
                    .migrate();
            assertThat(run.sourceError()).isEqualTo("no error");
            assertThat(run.source()).endsWith("completed");
        }
    }
}
