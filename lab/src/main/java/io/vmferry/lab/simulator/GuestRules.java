package io.vmferry.lab.simulator;

import io.vmferry.machine.device.FailoverPrimary;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.WorkloadSpec.WorkloadKind;
import io.vmferry.protocol.status.RunState;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The rules for a guest after a migration: its devices are complete, and it runs if it is to. */
record GuestRules(SimulatedPair pair) {

    /** The longest idle time of a guest with a slow bursty workload. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.HOURS.toNanos(1);

    /** Checks a source that owns its guest again: the guest is as the user left it. */
    void kept() {
        checkPrimaries(pair.source, Invariant.SOURCE);
        RunState state = pair.source.hosted.guest().run().state();
        Invariant.SOURCE.require(
                !pair.scenario.beginning().paused() || state == RunState.PAUSED,
                "The guest was paused by its user, and is " + state.text());
        Invariant.SOURCE.require(
                pair.source.vcpus.throttlePercent() == 0, "The guest is still throttled");
        checkExecutes(pair.source, Invariant.SOURCE);
    }

    /** Checks a source whose guest has moved. */
    void left() {
        RunState state = pair.source.hosted.guest().run().state();
        Invariant.SOURCE.require(
                state == RunState.POSTMIGRATE,
                "The guest has left its source, where it is " + state.text());
    }

    /** Checks a destination that owns the guest. */
    void arrived(SimulatedSide side) {
        checkPrimaries(side, Invariant.ARRIVED);
        RunControl run = side.hosted.guest().run();
        boolean postcopy = side.has(PointName.LISTENING);
        boolean wanted = run.autostart() && (postcopy || !pausedAtSource());
        Invariant.ARRIVED.require(
                !wanted || run.refusal().isPresent() || run.state() == RunState.RUNNING,
                "The guest was to run at the %s, and is %s"
                        .formatted(side.host.name(), run.state().text()));
        checkExecutes(side, Invariant.ARRIVED);
    }

    /** Whether the guest was paused by the user, or by the source when it lost its lease. */
    private boolean pausedAtSource() {
        return pair.scenario.beginning().paused()
                || pair.source.hosted.guest().run().refusal().isPresent();
    }

    private static void checkPrimaries(SimulatedSide side, Invariant invariant) {
        for (FailoverPrimary primary : side.hosted.guest().failoverPrimaries()) {
            invariant.require(
                    primary.plugged(),
                    "Primary %s is not back at the %s".formatted(primary.id(), side.host.name()));
        }
    }

    /** Checks that each vCPU executes steps while the guest runs. */
    private void checkExecutes(SimulatedSide side, Invariant invariant) {
        boolean idle = pair.scenario.guest().workload().kind() == WorkloadKind.IDLE;
        if (idle || !side.runsGuest()) {
            return;
        }
        List<Vcpu> vcpus = side.hosted.vcpus();
        List<Long> before = vcpus.stream().map(Vcpu::steps).toList();
        for (int i = 0; i < vcpus.size(); i++) {
            Vcpu vcpu = vcpus.get(i);
            long steps = before.get(i);
            boolean executes =
                    pair.time.runUntil(
                            () ->
                                    vcpu.steps() > steps
                                            || vcpu.fault().isPresent()
                                            || !side.runsGuest(),
                            pair.time.nowNanos() + LONGEST_PAUSE_NANOS);
            invariant.require(
                    executes, "vCPU %d at the %s does not execute".formatted(i, side.host.name()));
        }
    }
}
