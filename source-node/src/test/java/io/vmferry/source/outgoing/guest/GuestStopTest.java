package io.vmferry.source.outgoing.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.HeldVcpus;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stopping for the switchover and giving the guest back, with vCPUs that take time to stop. */
class GuestStopTest {

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 4096)));
    private final List<String> told = new ArrayList<>();
    private final HeldVcpus vcpus = new HeldVcpus();
    private final ScriptedLease disk = new ScriptedLease();
    private final ManualLoop loop = new ManualLoop();
    private final RunControl run =
            new RunControl(vcpus, disk, e -> told.add(e.name()), RunState.PRELAUNCH, true);
    private final Guest guest =
            new Guest("none", Optional.empty(), ram, List.of(), vcpus, run, disk);
    private final GuestStop stop = stop(Profile.DEFAULT, false);

    private GuestStop stop(Profile profile, boolean asQemu) {
        Parameters parameters = Parameters.defaults(profile);
        return new GuestStop(
                guest,
                new MigrationOptions(profile, asQemu, Capabilities.none(), parameters),
                loop);
    }

    @AfterEach
    void unmap() {
        ram.close();
    }

    @Test
    void stopsARunningGuestAndGivesItBack() {
        run.start(why -> {});
        stop.begin(() -> told.add("stopped"));
        assertThat(run.state()).isEqualTo(RunState.FINISH_MIGRATE);
        assertThat(told).containsExactly("RESUME");
        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "stopped");
        assertThat(vcpus.running).isFalse();
        assertThat(run.beforeStop()).isEqualTo(RunState.RUNNING);

        stop.handOver(() -> told.add("handed over"));
        assertThat(disk.held()).isFalse();
        stop.undo(() -> told.add("back"));
        assertThat(told)
                .containsExactly("RESUME", "STOP", "stopped", "handed over", "RESUME", "back");
        assertThat(run.state()).isEqualTo(RunState.RUNNING);
        assertThat(disk.held()).isTrue();
    }

    @Test
    void undoneWhileItStopsTheGuestComesBackAfterwards() {
        run.start(why -> {});
        stop.begin(() -> told.add("stopped"));
        stop.undo(() -> told.add("back"));
        assertThat(told).containsExactly("RESUME");
        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "RESUME", "back");
        assertThat(vcpus.running).isTrue();
    }

    @Test
    void aPausedGuestStaysPaused() {
        run.start(why -> {});
        run.stop(RunState.PAUSED, () -> {});
        vcpus.stopped();
        told.clear();
        stop.begin(() -> told.add("stopped"));
        assertThat(run.beforeStop()).isEqualTo(RunState.PAUSED);
        assertThat(run.state()).isEqualTo(RunState.FINISH_MIGRATE);
        stop.undo(() -> told.add("back"));
        assertThat(told).containsExactly("stopped", "back");
        assertThat(run.state()).isEqualTo(RunState.PAUSED);
    }

    /** The guest's vCPUs must be stopped, whoever told them to stop. */
    @Test
    void waitsForAStopThatIsUnderWay() {
        run.start(why -> {});
        run.stop(RunState.PAUSED, () -> told.add("paused"));
        stop.begin(() -> told.add("stopped"));
        assertThat(told).containsExactly("RESUME");
        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "paused", "stopped");
        assertThat(run.beforeStop()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void undoneWhileItWaitsForAnotherStopThePausedGuestStaysPaused() {
        run.start(why -> {});
        run.stop(RunState.PAUSED, () -> told.add("paused"));
        stop.begin(() -> told.add("stopped"));
        stop.undo(() -> told.add("back"));
        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "paused", "back");
        assertThat(run.state()).isEqualTo(RunState.PAUSED);
        assertThat(vcpus.running).isFalse();
    }

    @Test
    void aGuestThatWasNeverStoppedRunsOn() {
        run.start(why -> {});
        stop.undo(() -> told.add("back"));
        assertThat(told).containsExactly("RESUME", "back");
        assertThat(vcpus.running).isTrue();
    }

    private void stopAndHandOver() {
        run.start(why -> {});
        stop.begin(() -> {});
        vcpus.stopped();
        stop.handOver(() -> told.add("handed over"));
    }

    @Test
    void handingOverWaitsForTheDisks() {
        disk.late = true;
        stop.begin(() -> {});
        stop.handOver(() -> told.add("handed over"));
        assertThat(told).isEmpty();
        disk.respond();
        assertThat(told).containsExactly("handed over");
    }

    @Test
    void aGuestWhoseDiskIsElsewhereStaysStopped() {
        stopAndHandOver();
        disk.taking = new Taking.HeldElsewhere("pid 7 x");
        stop.undo(() -> told.add("over"));
        assertThat(run.state()).isEqualTo(RunState.FINISH_MIGRATE);
        assertThat(vcpus.running).isFalse();
        assertThat(told).containsExactly("RESUME", "STOP", "handed over", "over");
        assertThat(run.refusal()).hasValue("lease L is held by pid 7 x");
    }

    /** What the lease said when the guest was started here is no news when it is stopped. */
    @Test
    void aGuestWhoseDiskWasNeverHandedOverIsOurs() {
        disk.taking = new Taking.OursAfterOthers();
        run.start(why -> {});
        stop.begin(() -> {});
        vcpus.stopped();
        stop.undo(() -> told.add("over"));
        assertThat(run.state()).isEqualTo(RunState.RUNNING);
        assertThat(run.refusal()).isEmpty();
    }

    @Test
    void aGuestThatHasRunElsewhereStaysStopped() {
        stopAndHandOver();
        disk.taking = new Taking.OursAfterOthers();
        stop.undo(() -> told.add("over"));
        assertThat(run.state()).isEqualTo(RunState.FINISH_MIGRATE);
        assertThat(told).endsWith("over");
        assertThat(run.refusal()).hasValue("lease L is held here, after another node has held it");
    }

    /** Nobody can tell whether it runs elsewhere, and it is not lost for that. */
    @Test
    void aGuestWhoseDiskCannotBeUsedWaitsUntilItCan() {
        stopAndHandOver();
        disk.taking = new Taking.Unusable("No space left on device");
        stop.undo(() -> told.add("back"));
        loop.advanceMillis(10_000);
        assertThat(run.state()).isEqualTo(RunState.FINISH_MIGRATE);
        assertThat(told).doesNotContain("back");
        assertThat(run.refusal()).hasValue("lease L cannot be used: No space left on device");
        assertThat(stop.begun()).isTrue();

        disk.taking = new Taking.Ours();
        loop.advanceMillis(1000);
        assertThat(run.state()).isEqualTo(RunState.RUNNING);
        assertThat(told).endsWith("RESUME", "back");
        assertThat(run.refusal()).isEmpty();
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void onceTheDiskHasAnsweredTheGuestIsBackWithinTheCall() {
        stopAndHandOver();
        disk.late = true;
        stop.decide(() -> told.add("decided"));
        assertThat(told).endsWith("handed over");
        disk.respond();
        assertThat(told).endsWith("decided");
        stop.undo(() -> told.add("back"));
        assertThat(told).endsWith("decided", "RESUME", "back");
        assertThat(disk.waiting()).isZero();
    }

    @Test
    void aGuestThatWasNotHandedOverNeedsNoAnswer() {
        run.start(why -> {});
        stop.begin(() -> {});
        disk.late = true;
        stop.decide(() -> told.add("decided while it stops"));
        vcpus.stopped();
        stop.decide(() -> told.add("decided"));
        stop.undo(() -> told.add("back"));
        assertThat(told)
                .containsExactly(
                        "RESUME", "decided while it stops", "STOP", "decided", "RESUME", "back");
    }

    @Test
    void theGuestIsBackWhenTheDiskHasAnswered() {
        stopAndHandOver();
        disk.late = true;
        stop.undo(() -> told.add("back"));
        assertThat(told).endsWith("handed over");
        disk.respond();
        assertThat(told).endsWith("RESUME", "back");
    }

    @Test
    void aGuestThatSwitchedItselfOffIsNotStarted() {
        run.start(why -> {});
        stop.begin(() -> {});
        vcpus.stopped();
        run.become(RunState.SHUTDOWN);
        stop.undo(() -> {});
        assertThat(run.state()).isEqualTo(RunState.SHUTDOWN);
        assertThat(vcpus.running).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, true, POSTMIGRATE",
        "QEMU_7_2, false, PAUSED",
        "QEMU_8_2, true, PAUSED",
        "QEMU_11_1, true, PAUSED"
    })
    void aGuestThatWasPausedIsLeftAsTheVersionLeavesIt(
            Profile profile, boolean asQemu, RunState left) {
        run.start(why -> {});
        run.stop(RunState.PAUSED, () -> {});
        vcpus.stopped();
        GuestStop undone = stop(profile, asQemu);
        undone.begin(() -> {});
        undone.undo(() -> told.add("undone"));
        assertThat(told).contains("undone");
        assertThat(run.state()).isEqualTo(left);
    }
}
