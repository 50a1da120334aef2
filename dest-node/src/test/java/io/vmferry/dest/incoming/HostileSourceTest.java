package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A source that says things twice, in the wrong place, or after the end: nothing of that is done,
 * and a guest that was given back to the source never runs here.
 */
class HostileSourceTest {

    private static final StateDevice NET =
            (StateDevice) DeviceSpec.parse("virtio-net").create(1, 0);

    private static final Command LISTEN = new Command.PostcopyListen();
    private static final Command RUN = new Command.PostcopyRun();
    private static final Command PING = new Command.Ping(77);

    private static StreamBytes advised() {
        return new StreamBytes().beginPostcopy();
    }

    private static StreamBytes none() {
        return new StreamBytes();
    }

    private static StreamBytes opened() {
        return new StreamBytes().begin().command(new Command.OpenReturnPath());
    }

    /** A package whose device takes its time, and what comes on the main channel meanwhile. */
    private static StreamBytes meanwhile(StreamBytes main, boolean discarded) {
        StreamBytes stream = advised();
        if (discarded) {
            stream.discard(0, 8);
        }
        return stream.packaged(StreamBytes.listen().full(9, NET).run())
                .with(out -> out.writeBytes(main.bytes()));
    }

    static Stream<Arguments> refused() {
        StreamBytes emptyPackage = none().packaged(StreamBytes.listen().run());
        return Stream.of(
                Arguments.of(
                        "LISTEN in the package and on the main channel without a discard",
                        meanwhile(none().command(LISTEN), false),
                        "POSTCOPY_LISTEN after POSTCOPY_LISTEN, in postcopy state discard (2)"),
                Arguments.of(
                        "LISTEN in the package and on the main channel",
                        meanwhile(none().command(LISTEN), true),
                        "POSTCOPY_LISTEN in postcopy state listening (3)"),
                Arguments.of(
                        "DISCARD after a LISTEN without a discard",
                        meanwhile(none().discard(0, 8), false),
                        "POSTCOPY_RAM_DISCARD after POSTCOPY_LISTEN, in postcopy state discard (2)"),
                Arguments.of(
                        "DISCARD after LISTEN",
                        meanwhile(none().discard(0, 8), true),
                        "POSTCOPY_RAM_DISCARD in postcopy state listening (3)"),
                Arguments.of(
                        "ADVISE after LISTEN",
                        meanwhile(none().advise(), true),
                        "POSTCOPY_ADVISE in postcopy state listening (3)"),
                Arguments.of(
                        "RUN on the main channel while the package loads",
                        meanwhile(none().command(RUN), true),
                        "POSTCOPY_RUN on the main channel while the package is loading"),
                Arguments.of(
                        "RUN on the main channel after a LISTEN without a discard",
                        meanwhile(none().command(RUN), false),
                        "POSTCOPY_RUN in postcopy state discard (2)"),
                Arguments.of(
                        "a second package while the first one loads",
                        meanwhile(emptyPackage, true),
                        "PACKAGED in postcopy state listening (3)"),
                Arguments.of(
                        "a second package after a LISTEN without a discard",
                        meanwhile(emptyPackage, false),
                        "PACKAGED after POSTCOPY_LISTEN, in postcopy state discard (2)"),
                Arguments.of(
                        "a second package after one without LISTEN",
                        advised()
                                .discard(0, 8)
                                .packaged(none().eof())
                                .packaged(StreamBytes.listen().run()),
                        "PACKAGED a second time, in postcopy state discard (2)"),
                Arguments.of(
                        "a package of a postcopy without ADVISE",
                        opened().packaged(StreamBytes.listen().run()),
                        "POSTCOPY_LISTEN in postcopy state none (0)"),
                Arguments.of(
                        "a second package without ADVISE",
                        opened().packaged(none().eof()).packaged(none().eof()),
                        "PACKAGED a second time, in postcopy state none (0)"),
                Arguments.of(
                        "a second package of which nothing is here yet",
                        advised()
                                .discard(0, 8)
                                .packaged(none().eof())
                                .command(new Command.Packaged(32 << 20)),
                        "PACKAGED a second time, in postcopy state discard (2)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void isRefusedAndLeavesTheGuestToTheSource(String name, StreamBytes stream, String says) {
        assertRefused(stream.command(PING).command(RUN), says);
    }

    /** With nothing after the package, which would be read before the second LISTEN. */
    @Test
    void listenTwiceInThePackageWithoutADiscardIsRefused() {
        assertRefused(
                advised().packaged(StreamBytes.listen().command(LISTEN).run()),
                "POSTCOPY_LISTEN after POSTCOPY_LISTEN, in postcopy state discard (2)");
    }

    private static void assertRefused(StreamBytes stream, String says) {
        try (Destination here = PostcopyPlan.slow(50)) {
            ManualLink main = here.connect();
            main.receive(stream.bytes());
            here.loop.run();
            here.assertFailed("Main channel: ", says);
            here.loop.advance(1_000_000_000);
            assertThat(here.told).doesNotContain("RESUME");
            assertThat(here.guest.run().state()).isEqualTo(RunState.INMIGRATE);
            assertThat(here.guest.lease().held()).isFalse();
            assertThat(here.points).doesNotContain("guest-started");
            assertThat(Destination.messages(main)).endsWith(new ReturnPathMessage.Shut(1));
        }
    }

    static Stream<Arguments> refusedWhileRunning() {
        return Stream.of(
                Arguments.of(
                        "RUN twice",
                        none().command(RUN),
                        "POSTCOPY_RUN in postcopy state running (4)"),
                Arguments.of(
                        "LISTEN twice",
                        none().command(LISTEN),
                        "POSTCOPY_LISTEN in postcopy state running (4)"),
                Arguments.of(
                        "DISCARD",
                        none().discard(0, 8),
                        "POSTCOPY_RAM_DISCARD in postcopy state running (4)"),
                Arguments.of(
                        "ADVISE twice",
                        none().advise(),
                        "POSTCOPY_ADVISE in postcopy state running (4)"),
                Arguments.of(
                        "a second package",
                        none().packaged(StreamBytes.listen().run()),
                        "PACKAGED in postcopy state running (4)"));
    }

    /** The guest is here: whatever the source says now, it stays, and what is missing may come. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedWhileRunning")
    void pausesOnceTheGuestRuns(String name, StreamBytes stream, String says) {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = PostcopyPlan.running(here);
            main.receive(stream.page(Destination.BLOCK_NAME, 2, 9).bytes());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(here.error()).startsWith("Main channel: ").contains(says);
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
            assertThat(here.ram.blocks().getFirst().received().get(2)).isFalse();
        }
    }

    // ---- after a failure

    private static Destination.Plan refusingNet() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2);
        plan.extraDevices = List.of(DeviceSpec.parse("virtio-net").create(1, 0));
        plan.trouble =
                new DeviceTrouble() {
                    @Override
                    public Optional<String> saving(String device) {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<String> loading(String device) {
                        return device.equals(NET.idstr()) ? Optional.of("no") : Optional.empty();
                    }
                };
        return plan;
    }

    @Test
    void nothingOfAPackageIsDoneAfterAFailure() {
        try (Destination here = new Destination(refusingNet())) {
            ManualLink main = here.connect();
            main.receive(
                    advised()
                            .discard(0, 8)
                            .packaged(
                                    StreamBytes.listen()
                                            .full(9, NET)
                                            .command(PING)
                                            .full(10, NET)
                                            .run())
                            .command(PING)
                            .bytes());
            here.loop.run();
            here.assertFailed("Device '0000:00:02.0/virtio-net' cannot load its state: no");
            assertThat(here.points)
                    .endsWith(
                            "device-load-started(" + NET.idstr() + ")",
                            "failure(device)",
                            "status(failed)",
                            "shut-sent(1)");
            assertThat(here.told).doesNotContain("RESUME");
        }
    }

    @Test
    void nothingOfTheMainChannelIsDoneAfterAFailure() {
        try (Destination here = new Destination(refusingNet())) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .begin()
                            .command(new Command.OpenReturnPath())
                            .ramStart()
                            .full(9, NET)
                            .page(Destination.BLOCK_NAME, 2, 9)
                            .ramEnd()
                            .eof()
                            .bytes());
            here.loop.run();
            here.assertFailed("Device '0000:00:02.0/virtio-net' cannot load its state: no");
            assertThat(here.points)
                    .endsWith(
                            "device-load-started(" + NET.idstr() + ")",
                            "failure(device)",
                            "status(failed)",
                            "shut-sent(1)");
            assertThat(here.ram.blocks().getFirst().received().cardinality()).isZero();
        }
    }

    // ---- after the end

    private static ManualLink[] runningWithPreempt(Destination here) {
        ManualLink main = here.connect();
        main.receive(advised().bytes());
        ManualLink preempt = here.connect();
        main.receive(none().discard(0, 8).packaged(StreamBytes.listen().run()).bytes());
        here.loop.run();
        assertThat(here.told).as(here.error()).endsWith("RESUME");
        return new ManualLink[] {main, preempt};
    }

    private static byte[] records(int... pages) {
        StreamBytes records = new StreamBytes();
        for (int page : pages) {
            records.pageRecord(Destination.BLOCK_NAME, page, page + 1);
        }
        return records.bytes();
    }

    /** The last page that was waited for completes the migration, in the middle of a read. */
    @Test
    void noPageIsPlacedAfterTheLastOne() {
        try (Destination here = PostcopyPlan.destination(Capability.POSTCOPY_PREEMPT)) {
            ManualLink[] links = runningWithPreempt(here);
            PostcopyPlan.look(here, 3, new ArrayList<>());
            links[0].receive(none().ramEnd().eof().page(Destination.BLOCK_NAME, 4, 9).bytes());
            links[1].receive(records(3, 5));
            here.loop.run();
            here.assertCompleted();
            assertThat(here.ram.blocks().getFirst().received().word(0)).isEqualTo(1 << 3);
            assertThat(here.ram.blocks().getFirst().isZero(5)).isTrue();
        }
    }

    /** More than is ever kept for a reader. */
    @Test
    void whatFollowsTheEndOfThePreemptChannelIsDropped() {
        try (Destination here = PostcopyPlan.destination(Capability.POSTCOPY_PREEMPT)) {
            ManualLink[] links = runningWithPreempt(here);
            links[1].receive(none().endOfRecords().bytes());
            links[1].receive(records(5));
            byte[] mebibyte = new byte[1 << 20];
            for (int i = 0; i < 70; i++) {
                links[1].receive(mebibyte);
            }
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
            assertThat(here.ram.blocks().getFirst().received().cardinality()).isZero();
        }
    }

    // ---- answers that nobody reads

    /** Both streams ask, and the source reads no answer. */
    @Test
    void noStreamIsReadWhileItsAnswersDoNotLeave() {
        try (Destination here = PostcopyPlan.slow(50)) {
            ManualLink main = here.connect();
            StreamBytes devices = StreamBytes.listen();
            StreamBytes more = new StreamBytes();
            for (int i = 0; i < 1000; i++) {
                devices.command(PING);
                more.command(PING);
            }
            main.receive(advised().discard(0, 8).bytes());
            main.writable(false);
            main.receive(none().packaged(devices.run()).bytes());
            main.receive(more.bytes());
            here.loop.run();
            assertThat(PostcopyPlan.pongs(main)).hasSizeLessThan(5);

            for (int i = 0; i < 3000; i++) {
                main.writable(false);
                main.writable(true);
            }
            here.loop.run();
            assertThat(PostcopyPlan.pongs(main)).hasSize(1 + 1000 + 2 + 1000);
            assertThat(here.told).endsWith("RESUME");
        }
    }
}
