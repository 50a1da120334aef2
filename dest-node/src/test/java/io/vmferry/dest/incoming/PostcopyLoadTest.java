package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Postcopy as the destination goes through it, and how it ends when it breaks. */
class PostcopyLoadTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final StateDevice NET =
            (StateDevice) DeviceSpec.parse("virtio-net").create(1, 0);

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

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'setup,active,postcopy-active,RESUME,completed'",
        "QEMU_10_0, 'setup,active,postcopy-active,RESUME,completed'",
        "QEMU_10_2, 'setup,active,postcopy-device,postcopy-active,RESUME,completed'",
        "QEMU_11_1, 'setup,active,postcopy-device,postcopy-active,RESUME,completed'"
    })
    void theGuestRunsBeforeItsPagesAreHere(Profile profile, String told) {
        try (Destination here = new Destination(PostcopyPlan.plan(profile))) {
            ManualLink main = PostcopyPlan.running(here);
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
            assertThat(here.guest.lease().held()).isTrue();
            main.receive(new StreamBytes().command(new Command.Ping(4)).bytes());
            main.receive(pages(0, 8));
            assertThat(here.ends).isEmpty();
            main.receive(end());

            here.assertCompleted();
            assertThat(String.join(",", here.told)).isEqualTo(told);
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, 3, 0x42, 4);
            assertThat(Destination.messages(main)).endsWith(new ReturnPathMessage.Shut(0));
        }
    }

    /** As a QEMU does, whose thread for it is there before the rest of the package is loaded. */
    @Test
    void whatFollowsThePackageIsReadFromListenOn() {
        try (Destination here = new Destination(PostcopyPlan.plan(Profile.QEMU_11_1))) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .beginPostcopy()
                            .discard(0, 8)
                            .command(new Command.Ping(2))
                            .packaged(StreamBytes.listen().run())
                            .command(new Command.Ping(4))
                            .bytes());
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, 2, 4, 3, 0x42);
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
        }
    }

    @Test
    void pong4AndPagesComeWhileADeviceIsStillLoading() {
        try (Destination here = PostcopyPlan.slow(50)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .beginPostcopy()
                            .discard(0, 8)
                            .command(new Command.Ping(2))
                            .packaged(StreamBytes.listen().full(9, NET).run())
                            .command(new Command.Ping(4))
                            .bytes());
            main.receive(pages(0, 3));
            here.loop.run();
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, 2, 4);
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);
            assertThat(here.ram.blocks().getFirst().received().cardinality()).isEqualTo(3);

            List<String> seen = new ArrayList<>();
            PostcopyPlan.look(here, 5, seen);
            assertThat(PostcopyPlan.requests(main)).containsExactly("ram 5+1");

            here.loop.advance(50 * MILLI);
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, 2, 4, 3, 0x42);
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        }
    }

    /** A tiny guest: all has come before the last device is ready. */
    @Test
    void theEndOfTheStreamWaitsForThePackage() {
        try (Destination here = PostcopyPlan.slow(50)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .beginPostcopy()
                            .discard(0, 8)
                            .packaged(StreamBytes.listen().full(9, NET).run())
                            .bytes());
            main.receive(pages(0, 8));
            main.receive(end());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);
            here.loop.advance(50 * MILLI);
            here.assertCompleted();
            assertThat(here.told).endsWith("postcopy-active", "RESUME", "completed");
        }
    }

    @Test
    void aGuestThatIsNotToBeStartedIsHereAndPaused() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2);
        plan.autostart = false;
        try (Destination here = new Destination(plan)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .beginPostcopy()
                            .discard(0, 8)
                            .packaged(StreamBytes.listen().run())
                            .bytes());
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
            assertThat(here.guest.lease().held()).isFalse();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        }
    }

    /** The source has taken its guest back while the package was loading. */
    @Test
    void aGuestWhoseLeaseIsTakenIsNotRun() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2);
        ScriptedLease lease = new ScriptedLease();
        lease.taking = new Taking.HeldElsewhere("pid 7 x");
        plan.lease = lease;
        try (Destination here = new Destination(plan)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .beginPostcopy()
                            .discard(0, 8)
                            .packaged(StreamBytes.listen().run())
                            .bytes());
            here.assertFailed("The guest may not run here: lease L is held by pid 7 x");
            assertThat(here.told).endsWith("postcopy-device", "failed").doesNotContain("RESUME");
            assertThat(Destination.messages(main)).endsWith(new ReturnPathMessage.Shut(1));
        }
    }

    // ---- breaks

    @Test
    void aBreakWhileThePackageLoadsFails() {
        try (Destination here = PostcopyPlan.slow(50)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .beginPostcopy()
                            .discard(0, 8)
                            .packaged(StreamBytes.listen().full(9, NET).run())
                            .bytes());
            main.breakOff("Connection reset by peer");
            here.loop.run();
            here.assertFailed("Connection reset by peer");
            here.loop.advance(100 * MILLI);
            assertThat(here.told).endsWith("postcopy-device", "failed");
        }
    }

    @Test
    void aBreakPausesOnceTheGuestRuns() {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = PostcopyPlan.running(here);
            main.receive(pages(0, 3));
            main.breakOff("Connection reset by peer");
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(here.error()).contains("Connection reset by peer");
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
            assertThat(here.guest.lease().held()).isTrue();
            assertThat(here.ends).isEmpty();
            assertThat(here.ram.blocks().getFirst().received().cardinality()).isEqualTo(3);
        }
    }

    /** Also when it is the source that makes no sense: it may be a broken network card. */
    @Test
    void bytesThatMakeNoSensePauseOnceTheGuestRuns() {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = PostcopyPlan.running(here);
            main.receive(new StreamBytes().hex("ff").bytes());
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
        }
    }

    @Test
    void aPageThatComesTwicePausesBeforeItChangesAnything() {
        try (Destination here = PostcopyPlan.destination()) {
            ManualLink main = PostcopyPlan.running(here);
            main.receive(pages(0, 3));
            main.receive(new StreamBytes().page(Destination.BLOCK_NAME, 1, 99).bytes());
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(here.error()).contains("page 0x1000 of 'ram' came a second time");
            byte first = here.ram.blocks().getFirst().segment().get(ValueLayout.JAVA_BYTE, 4096);
            assertThat(first).isEqualTo((byte) 2);
        }
    }

    // ---- without RAM

    @Test
    void onlyBitmapsMayFollow() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2);
        plan.capabilities = EnumSet.of(Capability.EVENTS, Capability.DIRTY_BITMAPS);
        try (Destination here = new Destination(plan)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .begin()
                            .command(new Command.PostcopyAdvise(Optional.empty()))
                            .ramStart()
                            .bytes());
            main.receive(pages(0, 8));
            main.receive(
                    new StreamBytes()
                            .ramEnd()
                            .packaged(StreamBytes.listen().command(new Command.PostcopyRun()))
                            .bytes());
            assertThat(here.told).containsExactly("setup", "active", "postcopy-active", "RESUME");
            main.breakOff("Connection reset by peer");
            here.assertCompleted();
        }
    }
}
