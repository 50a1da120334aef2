package io.vmferry.machine.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunControlTest {

    private final HeldVcpus vcpus = new HeldVcpus();
    private final ScriptedLease lease = new ScriptedLease();
    private final List<String> told = new ArrayList<>();
    private final RunControl run =
            new RunControl(vcpus, lease, event -> told.add(event.name()), RunState.PRELAUNCH, true);

    private void start() {
        run.start(refusal -> told.add(refusal.orElse("started")));
    }

    @Test
    void aGuestRunsWithTheLeaseOnly() {
        lease.taking = new Taking.HeldElsewhere("pid 7 x");
        start();
        assertThat(run.state()).isEqualTo(RunState.PRELAUNCH);
        assertThat(told).containsExactly("lease L is held by pid 7 x");
        assertThat(run.refusal()).hasValue("lease L is held by pid 7 x");

        told.clear();
        lease.taking = new Taking.Unusable("No space left on device");
        start();
        assertThat(told).containsExactly("lease L cannot be used: No space left on device");

        told.clear();
        lease.taking = new Taking.Ours();
        start();
        assertThat(vcpus.running).isTrue();
        assertThat(run.refusal()).isEmpty();
        start();
        assertThat(told)
                .as("the guest runs already")
                .containsExactly("RESUME", "started", "started");
    }

    @Test
    void nothingRunsBeforeTheLeaseHasResponded() {
        lease.late = true;
        start();
        start();
        assertThat(lease.asked).as("one start").containsExactly("take");
        assertThat(told).isEmpty();
        lease.respond();
        assertThat(told).containsExactly("RESUME", "started", "started");
    }

    @Test
    void onlySoManyMayWaitForTheLease() {
        lease.late = true;
        for (int i = 0; i < 16; i++) {
            start();
        }
        assertThat(told).isEmpty();
        start();
        assertThat(told).containsExactly("too many wait already until lease L responds");
        told.clear();
        lease.respond();
        assertThat(told).hasSize(17).startsWith("RESUME", "started");
    }

    @Test
    void aStopBeforeTheResponseCounts() {
        lease.late = true;
        lease.taking = new Taking.HeldElsewhere("pid 7 x");
        start();
        run.stop(RunState.FINISH_MIGRATE, () -> told.add("stopped"));
        assertThat(told).containsExactly("it was stopped before lease L had responded", "stopped");
        lease.respond();
        assertThat(run.state()).isEqualTo(RunState.FINISH_MIGRATE);
        assertThat(vcpus.running).isFalse();

        run.become(RunState.PAUSED);
        told.clear();
        lease.taking = new Taking.Ours();
        start();
        run.callOffStart();
        start();
        assertThat(told).containsExactly("it was stopped before lease L had responded");
        while (lease.waiting() > 0) {
            lease.respond();
        }
        assertThat(told).endsWith("RESUME", "started").hasSize(3);
    }

    @Test
    void aGuestWhoseLeaseIsLostIsStopped() {
        start();
        told.clear();
        lease.lose("its files were replaced and are held by pid 9 y");
        vcpus.stopped();
        assertThat(told).containsExactly("STOP");
        assertThat(run.state()).isEqualTo(RunState.PAUSED);
        assertThat(run.refusal())
                .hasValue("lease L is lost, its files were replaced and are held by pid 9 y");

        lease.taking = new Taking.HeldElsewhere("pid 9 y");
        start();
        assertThat(told).containsExactly("STOP", "lease L is held by pid 9 y");
    }

    @Test
    void aLeaseUnderWhichNothingHasRunIsPutBack() {
        lease.take(taking -> {});
        run.giveUpLease(() -> told.add("back"));
        start();
        run.giveUpLease(() -> told.add("given up"));
        assertThat(lease.asked).containsExactly("take", "put back", "take", "give up");
        assertThat(told).containsExactly("back", "RESUME", "started", "given up");
    }

    @Test
    void nothingRunsAnyMoreWhenTheNodeEnds() {
        lease.late = true;
        start();
        run.end(() -> told.add("stopped"), () -> told.add("given up"));
        lease.respond();
        start();
        vcpus.stopped();
        lease.respond();
        assertThat(told)
                .containsExactly(
                        "it was stopped before lease L had responded",
                        "this node ends",
                        "stopped",
                        "given up");
        assertThat(vcpus.running).isFalse();
        assertThat(lease.held()).isFalse();
    }

    @Test
    void runningWithoutTheLeaseIsABug() {
        assertThatThrownBy(run::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lease L");
    }

    /** A lease within the process responds synchronously. */
    @Test
    void aLocalLeaseRespondsWithinTheCall() {
        RunControl local =
                new RunControl(
                        vcpus,
                        new LocalLease(),
                        event -> told.add(event.name()),
                        RunState.PRELAUNCH,
                        true);
        local.start(refusal -> told.add(refusal.orElse("started")));
        assertThat(told).containsExactly("RESUME", "started");
    }

    @Test
    void theStopIsToldWhenTheVcpusStandStill() {
        run.start(why -> {});
        run.stop(RunState.PAUSED, () -> told.add("stopped"));
        assertThat(run.state()).isEqualTo(RunState.PAUSED);
        assertThat(told).containsExactly("RESUME");

        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "stopped");
        assertThat(run.beforeStop()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aSecondStopWaitsForTheFirst() {
        run.start(why -> {});
        run.stop(RunState.PAUSED, () -> told.add("first"));
        run.stop(RunState.FINISH_MIGRATE, () -> told.add("second"));
        assertThat(told).containsExactly("RESUME");

        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "first", "second");
        assertThat(run.beforeStop()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void whoWantsItToRunAgainWaitsForTheStop() {
        run.start(why -> {});
        run.stop(RunState.PAUSED, () -> told.add("stopped"));
        run.whenStill(() -> run.start(why -> {}));
        run.whenStill(() -> run.stop(RunState.PAUSED, () -> told.add("stopped again")));
        run.whenStill(() -> told.add("still"));

        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "stopped", "RESUME");
        vcpus.stopped();
        assertThat(told.subList(4, 7)).containsExactly("STOP", "stopped again", "still");
    }

    @Test
    void aBrokenVcpuStopsTheGuestOnce() {
        run.start(why -> {});
        run.broken();
        run.broken();
        assertThat(run.state()).isEqualTo(RunState.INTERNAL_ERROR);
        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP");

        run.stop(RunState.PAUSED, () -> {});
        run.broken();
        assertThat(run.state()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void anImpossibleStateIsABug() {
        assertThatThrownBy(() -> run.become(RunState.POSTMIGRATE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("prelaunch")
                .hasMessageContaining("postmigrate");
    }
}
