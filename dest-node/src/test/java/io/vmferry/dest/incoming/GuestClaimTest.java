package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import org.junit.jupiter.api.Test;

/** The lease is taken before the source can conclude that the guest runs here. */
class GuestClaimTest {

    private static final int LOADED = Command.Ping.PACKAGE_LOADED;
    private static final Taking FULL = new Taking.Unusable("No space left on device");
    private static final String WHY =
            "The guest may not run here: lease L cannot be used: No space left on device";

    private final ScriptedLease lease = new ScriptedLease();

    private Destination destination(Profile profile) {
        Destination.Plan plan = PostcopyPlan.plan(profile);
        plan.lease = lease;
        return new Destination(plan);
    }

    private static byte[] until(StreamBytes packaged) {
        return new StreamBytes().beginPostcopy().discard(0, 8).packaged(packaged).bytes();
    }

    private static byte[] pages() {
        StreamBytes pages = new StreamBytes();
        for (int page = 0; page < 8; page++) {
            pages.page(Destination.BLOCK_NAME, page, page + 1);
        }
        return pages.ramEnd().eof().bytes();
    }

    /** The answer is what makes the source give the guest up. */
    @Test
    void theSourceHearsThatThePackageIsLoadedWhenTheLeaseIsOurs() {
        lease.late = true;
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(until(StreamBytes.listen().run()));
            here.loop.run();
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, 3);
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);
            assertThat(here.points).doesNotContain("command-received(POSTCOPY_RUN)");

            lease.respond();
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, 3, LOADED);
            assertThat(here.told).endsWith("postcopy-active", "RESUME");
        }
    }

    @Test
    void pagesComeWhileTheLeaseIsAskedFor() {
        lease.late = true;
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(until(StreamBytes.listen().run()));
            main.receive(pages());
            here.loop.run();
            assertThat(here.ram.blocks().getFirst().received().cardinality()).isEqualTo(8);
            assertThat(here.ends).isEmpty();
            lease.respond();
            here.loop.run();
            here.assertCompleted();
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
        }
    }

    @Test
    void aLeaseThatCannotBeHadIsToldBeforeTheSourceGivesTheGuestUp() {
        lease.late = true;
        lease.taking = FULL;
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(until(StreamBytes.listen().run()));
            lease.respond();
            here.assertFailed(WHY);
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, 3);
            assertThat(Destination.messages(main)).endsWith(new ReturnPathMessage.Shut(1));
        }
    }

    @Test
    void aGuestThatIsNotToRunNeedsNoLease() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2);
        plan.lease = lease;
        plan.autostart = false;
        try (Destination here = new Destination(plan)) {
            ManualLink main = here.connect();
            main.receive(until(StreamBytes.listen().run()));
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, 3, LOADED);
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
            assertThat(lease.asked).isEmpty();
        }
    }

    /** Asked for elsewhere it means nothing. */
    @Test
    void theSamePingOnTheMainChannelTakesNoLease() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes().beginPostcopy().command(new Command.Ping(LOADED)).bytes());
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, LOADED);
            assertThat(lease.asked).isEmpty();
        }
    }

    @Test
    void inAPackageThatIsNotListenedToItTakesNoLease() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(until(new StreamBytes().command(new Command.Ping(LOADED)).run()));
            here.assertFailed("POSTCOPY_RUN in postcopy state");
            assertThat(lease.asked).isEmpty();
        }
    }

    // ---- what breaks while the lease is asked for

    @Test
    void aBreakMeanwhilePausesAGuestThatTurnsOutToBeOurs() {
        lease.late = true;
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(until(StreamBytes.listen().run()));
            main.breakOff("Connection reset by peer");
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);

            lease.respond();
            assertThat(here.told).endsWith("postcopy-active", "RESUME", "postcopy-paused");
            assertThat(here.error()).contains("Connection reset by peer");
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
            assertThat(lease.held()).isTrue();
        }
    }

    @Test
    void aBreakMeanwhileFailsAGuestThatTurnsOutToBeTheSources() {
        lease.late = true;
        lease.taking = new Taking.HeldElsewhere("pid 7 source");
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(until(StreamBytes.listen().run()));
            main.breakOff("Connection reset by peer");
            here.loop.run();
            lease.respond();
            here.assertFailed("lease L is held by pid 7 source");
        }
    }

    /** The source has heard that the guest is ours: nobody else will run it. */
    @Test
    void aGuestThatIsOursRunsWhateverTheRestOfThePackageIs() {
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(
                    until(StreamBytes.listen().command(new Command.Ping(LOADED)).hex("ff ff")));
            here.loop.run();
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, LOADED);
            assertThat(here.told).endsWith("postcopy-active", "RESUME", "postcopy-paused");
            assertThat(lease.held()).isTrue();
        }
    }

    /** Whoever has looked at the lease since has seen that the guest is the destination's. */
    @Test
    void aClaimOfWhatWasPausedMeanwhileIsTold() {
        lease.late = true;
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(
                    until(StreamBytes.listen().command(new Command.Ping(LOADED)).hex("ff ff")));
            here.engine.pauseByUser();
            lease.respond();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(PostcopyPlan.pongs(main)).containsExactly(1, LOADED);
            assertThat(lease.asked).containsExactly("take");
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
            assertThat(here.ends).isEmpty();
        }
    }

    @Test
    void aNodeThatEndsClaimsNothing() {
        lease.late = true;
        try (Destination here = destination(Profile.QEMU_10_2)) {
            ManualLink main = here.connect();
            main.receive(until(StreamBytes.listen().run()));
            here.guest.run().end(() -> {}, () -> {});
            lease.respond();
            assertThat(here.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(PostcopyPlan.pongs(main)).doesNotContain(LOADED);
            while (lease.waiting() > 0) {
                lease.respond();
            }
            assertThat(lease.held()).isFalse();
            assertThat(lease.asked).doesNotContain("give up");
        }
    }

    // ---- versions that give the guest up with the package

    private static StreamBytes old() {
        return StreamBytes.listen().command(new Command.Ping(3)).command(new Command.PostcopyRun());
    }

    @Test
    void withoutThatPingTheLeaseIsTakenAtRun() {
        lease.late = true;
        try (Destination here = destination(Profile.QEMU_9_2)) {
            ManualLink main = here.connect();
            main.receive(until(old()));
            main.receive(pages());
            here.loop.run();
            assertThat(here.told).endsWith("postcopy-active");
            lease.respond();
            here.loop.run();
            here.assertCompleted();
            assertThat(here.told).contains("RESUME");
        }
    }

    /** The source has left it to us: here it can still be started, there it cannot. */
    @Test
    void aGuestThatWasLeftToUsStaysHereThoughItMayNotRunYet() {
        lease.taking = FULL;
        try (Destination here = destination(Profile.QEMU_9_2)) {
            ManualLink main = here.connect();
            main.receive(until(old()));
            main.receive(pages());
            here.loop.run();
            here.assertCompleted();
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
            assertThat(here.guest.run().refusal())
                    .hasValue("lease L cannot be used: No space left on device");

            lease.taking = new Taking.Ours();
            here.guest.run().start(why -> {});
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
        }
    }

    @Test
    void aBreakWhileTheLeaseIsAskedForAtRunPauses() {
        lease.late = true;
        try (Destination here = destination(Profile.QEMU_9_2)) {
            ManualLink main = here.connect();
            main.receive(until(old()));
            main.breakOff("Connection reset by peer");
            here.loop.run();
            lease.respond();
            assertThat(here.told).endsWith("RESUME", "postcopy-paused");
        }
    }

    // ---- precopy

    private static StreamBytes precopy(boolean returnPath) {
        StreamBytes stream = new StreamBytes().begin();
        if (returnPath) {
            stream.command(new Command.OpenReturnPath()).command(new Command.Ping(1));
        }
        return stream.ramStart().ramEnd().eof();
    }

    private Destination precopyDestination() {
        Destination.Plan plan = new Destination.Plan();
        plan.lease = lease;
        return new Destination(plan);
    }

    @Test
    void aPrecopyIsCompleteWhenTheLeaseIsOurs() {
        lease.late = true;
        try (Destination here = precopyDestination()) {
            ManualLink main = here.load(precopy(true).bytes());
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);
            assertThat(here.ends).isEmpty();
            lease.respond();
            here.assertCompleted();
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
            assertThat(Destination.messages(main)).endsWith(new ReturnPathMessage.Shut(0));
        }
    }

    @Test
    void aPrecopyWhoseLeaseCannotBeHadIsLeftToASourceThatHearsOfIt() {
        lease.taking = FULL;
        try (Destination here = precopyDestination()) {
            ManualLink main = here.load(precopy(true).bytes());
            here.assertFailed(WHY);
            assertThat(Destination.messages(main)).endsWith(new ReturnPathMessage.Shut(1));
        }
    }

    @Test
    void aPrecopyOfASourceThatHearsNothingStaysHere() {
        lease.taking = FULL;
        try (Destination here = precopyDestination()) {
            here.load(precopy(false).bytes());
            here.assertCompleted();
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
            lease.taking = new Taking.Ours();
            here.guest.run().start(why -> {});
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
        }
    }

    /** As in QEMU: whoever holds it may be the source, which has taken its guest back. */
    @Test
    void aPrecopyWhoseLeaseIsHeldElsewhereStaysHerePaused() {
        lease.taking = new Taking.HeldElsewhere("pid 7 x");
        try (Destination here = precopyDestination()) {
            here.load(precopy(true).bytes());
            here.assertCompleted();
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
            assertThat(here.guest.run().refusal()).hasValue("lease L is held by pid 7 x");
        }
    }

    @Test
    void aStopWhileTheLeaseIsAskedForCounts() {
        lease.late = true;
        try (Destination here = precopyDestination()) {
            here.load(precopy(true).bytes());
            here.guest.run().autostart(false);
            lease.respond();
            here.assertCompleted();
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
        }
    }
}
