package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stopping for the switchover and giving the guest back, with vCPUs that take time to stop. */
class GuestStopTest {

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 4096)));
    private final List<String> told = new ArrayList<>();
    private final SlowVcpus vcpus = new SlowVcpus();
    private final Disk disk = new Disk();
    private final RunControl run =
            new RunControl(vcpus, disk, e -> told.add(e.name()), RunState.PRELAUNCH, true);
    private final Guest guest =
            new Guest("none", Optional.empty(), ram, List.of(), vcpus, run, disk);
    private final GuestStop stop = new GuestStop(guest);

    @AfterEach
    void unmap() {
        ram.close();
    }

    @Test
    void stopsARunningGuestAndGivesItBack() {
        run.start();
        stop.begin(() -> told.add("stopped"));
        assertThat(run.state()).isEqualTo(RunState.FINISH_MIGRATE);
        assertThat(told).containsExactly("RESUME");
        vcpus.finishStop();
        assertThat(told).containsExactly("RESUME", "STOP", "stopped");
        assertThat(vcpus.running).isFalse();
        assertThat(run.beforeStop()).isEqualTo(RunState.RUNNING);

        stop.handOver();
        assertThat(disk.held).isFalse();
        stop.undo(() -> told.add("back"));
        assertThat(told).containsExactly("RESUME", "STOP", "stopped", "RESUME", "back");
        assertThat(run.state()).isEqualTo(RunState.RUNNING);
        assertThat(disk.held).isTrue();
    }

    @Test
    void undoneWhileItStopsTheGuestComesBackAfterwards() {
        run.start();
        stop.begin(() -> told.add("stopped"));
        stop.undo(() -> told.add("back"));
        assertThat(told).containsExactly("RESUME");
        vcpus.finishStop();
        assertThat(told).containsExactly("RESUME", "STOP", "RESUME", "back");
        assertThat(vcpus.running).isTrue();
    }

    @Test
    void aPausedGuestStaysPaused() {
        run.start();
        run.stop(RunState.PAUSED, () -> {});
        vcpus.finishStop();
        told.clear();
        stop.begin(() -> told.add("stopped"));
        assertThat(run.beforeStop()).isEqualTo(RunState.PAUSED);
        assertThat(run.state()).isEqualTo(RunState.FINISH_MIGRATE);
        stop.undo(() -> told.add("back"));
        assertThat(told).containsExactly("stopped", "back");
        assertThat(run.state()).isEqualTo(RunState.PAUSED);
    }

    /** The guest's vCPUs must stand still, whoever told them to stop. */
    @Test
    void waitsForAStopThatIsUnderWay() {
        run.start();
        run.stop(RunState.PAUSED, () -> told.add("paused"));
        stop.begin(() -> told.add("stopped"));
        assertThat(told).containsExactly("RESUME");
        vcpus.finishStop();
        assertThat(told).containsExactly("RESUME", "STOP", "paused", "stopped");
        assertThat(run.beforeStop()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void undoneWhileItWaitsForAnotherStopThePausedGuestStaysPaused() {
        run.start();
        run.stop(RunState.PAUSED, () -> told.add("paused"));
        stop.begin(() -> told.add("stopped"));
        stop.undo(() -> told.add("back"));
        vcpus.finishStop();
        assertThat(told).containsExactly("RESUME", "STOP", "paused", "back");
        assertThat(run.state()).isEqualTo(RunState.PAUSED);
        assertThat(vcpus.running).isFalse();
    }

    @Test
    void aGuestThatWasNeverStoppedRunsOn() {
        run.start();
        stop.undo(() -> told.add("back"));
        assertThat(told).containsExactly("RESUME", "back");
        assertThat(vcpus.running).isTrue();
    }

    @Test
    void aGuestWhoseDiskIsElsewhereStaysStopped() {
        run.start();
        stop.begin(() -> {});
        vcpus.finishStop();
        stop.handOver();
        disk.free = false;
        stop.undo(() -> told.add("over"));
        assertThat(run.state()).isEqualTo(RunState.FINISH_MIGRATE);
        assertThat(vcpus.running).isFalse();
        assertThat(told).containsExactly("RESUME", "STOP", "over");
    }

    @Test
    void aGuestThatSwitchedItselfOffIsNotStarted() {
        run.start();
        stop.begin(() -> {});
        vcpus.finishStop();
        run.become(RunState.SHUTDOWN);
        stop.undo(() -> {});
        assertThat(run.state()).isEqualTo(RunState.SHUTDOWN);
        assertThat(vcpus.running).isFalse();
    }

    private static final class SlowVcpus implements VcpuRunner {

        private boolean running;
        private Optional<Runnable> stopping = Optional.empty();

        @Override
        public void start() {
            assertThat(running || stopping.isPresent()).as("started while running").isFalse();
            running = true;
        }

        @Override
        public void stop(Runnable whenStopped) {
            assertThat(stopping).as("stopped twice").isEmpty();
            stopping = Optional.of(whenStopped);
        }

        void finishStop() {
            running = false;
            Runnable told = stopping.orElseThrow();
            stopping = Optional.empty();
            told.run();
        }

        @Override
        public void wake(int vcpu) {}

        @Override
        public void throttle(int percent) {}
    }

    private static final class Disk implements Lease {

        private boolean free = true;
        private boolean held;

        @Override
        public boolean take() {
            held |= free;
            return held;
        }

        @Override
        public void giveUp() {
            held = false;
        }

        @Override
        public boolean held() {
            return held;
        }

        @Override
        public String description() {
            return "the disk";
        }
    }
}
