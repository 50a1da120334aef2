package io.vmferry.machine.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunControlTest {

    private final HeldVcpus vcpus = new HeldVcpus();
    private final FreeLease lease = new FreeLease();
    private final List<String> told = new ArrayList<>();
    private final RunControl run =
            new RunControl(vcpus, lease, event -> told.add(event.name()), RunState.PRELAUNCH, true);

    @Test
    void aGuestRunsWithTheLeaseOnly() {
        lease.elsewhere = true;
        assertThat(run.start()).isFalse();
        assertThat(run.state()).isEqualTo(RunState.PRELAUNCH);
        assertThat(told).isEmpty();

        lease.elsewhere = false;
        assertThat(run.start()).isTrue();
        assertThat(run.start()).as("it runs already").isTrue();
        assertThat(vcpus.running).isTrue();
        assertThat(told).containsExactly("RESUME");
    }

    @Test
    void theStopIsToldWhenTheVcpusStandStill() {
        run.start();
        run.stop(RunState.PAUSED, () -> told.add("stopped"));
        assertThat(run.state()).isEqualTo(RunState.PAUSED);
        assertThat(told).containsExactly("RESUME");

        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "stopped");
        assertThat(run.beforeStop()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aSecondStopWaitsForTheFirst() {
        run.start();
        run.stop(RunState.PAUSED, () -> told.add("first"));
        run.stop(RunState.FINISH_MIGRATE, () -> told.add("second"));
        assertThat(told).containsExactly("RESUME");

        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "first", "second");
        assertThat(run.beforeStop()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void whoWantsItToRunAgainWaitsForTheStop() {
        run.start();
        run.stop(RunState.PAUSED, () -> told.add("stopped"));
        run.whenStill(run::start);
        run.whenStill(() -> run.stop(RunState.PAUSED, () -> told.add("stopped again")));
        run.whenStill(() -> told.add("still"));

        vcpus.stopped();
        assertThat(told).containsExactly("RESUME", "STOP", "stopped", "RESUME");
        vcpus.stopped();
        assertThat(told.subList(4, 7)).containsExactly("STOP", "stopped again", "still");
    }

    @Test
    void anImpossibleStateIsABug() {
        assertThatThrownBy(() -> run.become(RunState.POSTMIGRATE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("prelaunch")
                .hasMessageContaining("postmigrate");
    }
}
