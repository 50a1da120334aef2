package io.vmferry.lab.simulator;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.oracle.OracleVerdict;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.VcpuState.StepInterval;
import io.vmferry.machine.verdict.GuestPlace;
import io.vmferry.machine.verdict.Verdict;
import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Determines the outcome of a simulated migration, and whether it is allowed. */
final class OutcomeCheck {

    private static final ProtocolPoint WIRE_FAILURE =
            new ProtocolPoint(PointName.FAILURE, FailureKind.WIRE);

    private final SimulatedPair pair;
    private final Scenario scenario;
    private final SimulatedPair.Destination destination;
    private final MigrationStatus here;
    private final MigrationStatus there;

    OutcomeCheck(SimulatedPair pair, SimulatedPair.Destination destination) {
        this.pair = pair;
        this.scenario = pair.scenario;
        this.destination = destination;
        this.here = pair.outgoing.status();
        this.there = destination.engine.status();
    }

    /** A damaged guest that has detected the damage. */
    private static final class Damaged extends BrokenRule {
        private static final long serialVersionUID = 1L;

        Damaged(Invariant invariant, Object what) {
            super(invariant, what.toString());
        }
    }

    /** The outcome, after all rules for it have been checked. */
    Outcome outcome(FaultExecution strike) {
        // computed now, since the checks let virtual time pass
        Set<Outcome> allowed = allowed(strike);
        Outcome outcome = strike.garbled() ? seenGarbled() : seen();
        checkExitCodes(outcome);
        checkVerdicts();
        Invariant.OWNER.require(
                allowed.contains(outcome),
                "The outcome is %s, allowed is %s after %s %s, noticed at %s; source %s, destination %s: %s; %s"
                        .formatted(
                                outcome,
                                allowed,
                                strike.fault(),
                                strike.hits(),
                                strike.noticed(),
                                here,
                                there,
                                error(),
                                destination.engine.figures().error()));
        return outcome;
    }

    private Set<Outcome> allowed(FaultExecution strike) {
        if (strike.garbled()) {
            return EnumSet.allOf(Outcome.class);
        }
        if (strike.hits().stream().anyMatch(hit -> hit.damage() == Fault.Damage.LEASE_LOST)) {
            // whoever holds the lease owns the guest; at every event it is checked that no other
            // side runs it
            return EnumSet.complementOf(EnumSet.of(Outcome.DAMAGED));
        }
        Set<Outcome> allowed = EnumSet.noneOf(Outcome.class);
        for (FaultExecution.Hit hit : strike.hits()) {
            if (hit.damage() != Fault.Damage.NOTHING) {
                allowed.addAll(
                        AllowedOutcomes.of(
                                scenario.way(), hit.damage(), hit.milestone(), strike.noticed()));
            }
        }
        return allowed.isEmpty() ? EnumSet.of(Outcome.MOVED) : allowed;
    }

    /**
     * The outcome after bytes were changed in transit, which QEMU does not protect against: the
     * guest must detect it.
     */
    private Outcome seenGarbled() {
        try {
            return look();
        } catch (Damaged e) {
            return Outcome.DAMAGED;
        }
    }

    /** The outcome by the state of both sides. */
    Outcome seen() {
        checkProtocol();
        return look();
    }

    private Outcome look() {
        checkLedger();
        boolean arrived = there == MigrationStatus.COMPLETED;
        if (arrived) {
            checkMemory();
        }
        if (sourceKeepsGuest()) {
            checkSource();
            return Outcome.SAFE_AT_SOURCE;
        }
        if (!destination.side.host.alive() || !pair.source.host.alive()) {
            return outcomeOfOne(arrived);
        }
        if (arrived) {
            checkArrived();
            if (here == MigrationStatus.COMPLETED) {
                new GuestRules(pair).left();
            }
            return Outcome.MOVED;
        }
        if (there == MigrationStatus.POSTCOPY_PAUSED) {
            checkPaused();
            return Outcome.PAUSED;
        }
        return here == MigrationStatus.POSTCOPY_PAUSED ? stranded() : Outcome.LOST;
    }

    /**
     * Whether the source owns the guest; a guest that was paused before and has completed is the
     * destination's.
     */
    private boolean sourceKeepsGuest() {
        boolean moved = here == MigrationStatus.COMPLETED;
        return pair.source.hasGuest(scenario.beginning()) && !moved;
    }

    /** The outcome after one of the processes has died. */
    private Outcome outcomeOfOne(boolean arrived) {
        if (destination.side.host.alive() && arrived) {
            checkArrived();
            return Outcome.MOVED;
        }
        boolean waits = pair.source.host.alive() && here == MigrationStatus.POSTCOPY_PAUSED;
        return waits && !destination.ran() ? stranded() : Outcome.LOST;
    }

    private Outcome stranded() {
        Invariant.OWNER.require(
                !destination.ran(), "The guest has run at the destination, and is not there");
        return Outcome.STRANDED;
    }

    /**
     * Checks that no engine has violated the protocol: a stream that is cut short counts as a
     * broken connection. A device that rejects its state is an injected fault.
     */
    void checkProtocol() {
        boolean meant = scenario.fault().kind() == Fault.FaultKind.DEVICE_LOAD_ERROR;
        for (SimulatedSide side : List.of(pair.source, destination.side)) {
            if (!meant && side.has(WIRE_FAILURE)) {
                throw new BrokenRule(
                        Invariant.WIRE,
                        "An engine has violated the protocol, reported by the %s: source %s, destination %s"
                                .formatted(
                                        side.host.name(),
                                        error(),
                                        destination.engine.figures().failure()));
            }
        }
    }

    /** Checks the exit codes that the processes had, or would have had, against the outcome. */
    private void checkExitCodes(Outcome outcome) {
        boolean sourceLives = pair.source.host.alive();
        for (ExitCode code : destination.process.exitCodes()) {
            boolean untrue = code == ExitCode.GUEST_LOST && outcome == Outcome.SAFE_AT_SOURCE;
            require(!untrue, destination.side, code, outcome);
        }
        for (ExitCode code : pair.sourceProcess.exitCodes()) {
            boolean untrue =
                    switch (code) {
                        case OK -> sourceLives && outcome == Outcome.SAFE_AT_SOURCE;
                        case GUEST_SAFE_AT_SOURCE ->
                                sourceLives && outcome != Outcome.SAFE_AT_SOURCE;
                        case GUEST_LOST -> outcome == Outcome.SAFE_AT_SOURCE;
                        case START_FAILED, USAGE, GUEST_DAMAGED, CRASHED_AS_QEMU -> true;
                    };
            require(!untrue, pair.source, code, outcome);
        }
    }

    /** Checks that a source that waits for a recovery has reported whether the guest is lost. */
    private void checkVerdicts() {
        if (!pair.source.host.alive()
                || here != MigrationStatus.POSTCOPY_PAUSED
                || !scenario.leased()
                || scenario.fault().kind().ofLease()) {
            return;
        }
        boolean lost =
                !destination.side.host.alive() && pair.lease.wasTakenBy(destination.side.host);
        List<Verdict> verdicts = pair.sourceProcess.verdicts();
        boolean said = verdicts.stream().anyMatch(v -> v.guest() == GuestPlace.NOWHERE);
        Invariant.TRUTH.require(
                !verdicts.isEmpty() && said == lost,
                "The guest is %s, the source has reported %s"
                        .formatted(lost ? "lost with the destination" : "not lost", verdicts));
    }

    private void require(boolean holds, SimulatedSide side, ExitCode code, Outcome outcome) {
        if (!holds) {
            throw new BrokenRule(
                    Invariant.TRUTH,
                    "The %s has exit code %s, and the outcome is %s: source %s, destination %s; %s; %s"
                            .formatted(
                                    side.host.name(),
                                    code,
                                    outcome,
                                    here,
                                    there,
                                    error(),
                                    destination.engine.figures().error()));
        }
    }

    private Object error() {
        return pair.outgoing.figures().flatMap(figures -> figures.error());
    }

    /**
     * Checks that a guest that has arrived has all its memory and continues where the source
     * stopped.
     */
    void checkArrival() {
        checkMemory();
        checkLedger();
    }

    private void checkMemory() {
        OracleVerdict verdict = destination.oracle.orElseThrow().sweep();
        if (!verdict.satisfied()) {
            throw new Damaged(Invariant.MEMORY, verdict);
        }
        checkFaults(destination.side);
    }

    private void checkArrived() {
        new GuestRules(pair).arrived(destination.side);
        checkFaults(destination.side);
    }

    private static void checkFaults(SimulatedSide side) {
        for (Vcpu vcpu : side.hosted.vcpus()) {
            vcpu.fault()
                    .ifPresent(fault -> {
                        throw new Damaged(Invariant.MEMORY, fault);
                    });
        }
    }

    /**
     * Checks that each step is executed once: the destination continues after the last step of the
     * source.
     */
    private void checkLedger() {
        for (int i = 0; i < scenario.guest().vcpus(); i++) {
            long done = pair.source.hosted.vcpus().get(i).steps();
            for (StepInterval interval : destination.side.hosted.vcpus().get(i).ledger()) {
                if (interval.from() != done) {
                    throw new Damaged(
                            Invariant.STEPS,
                            "vCPU %d continued at step %d, the source had executed %d"
                                    .formatted(i, interval.from(), done));
                }
                done = interval.to();
            }
        }
    }

    /** The guest runs on at the source, and no step of it was executed anywhere else. */
    private void checkSource() {
        checkFaults(pair.source);
        Invariant.OWNER.require(
                !pair.lease.wasTakenBy(destination.side.host),
                "The destination has had the lease, and the source runs on");
        for (Vcpu vcpu : destination.side.hosted.vcpus()) {
            Invariant.STEPS.require(
                    vcpu.ledger().isEmpty(),
                    "The guest went back to the source, but vCPU %d had run at the destination: %s"
                            .formatted(vcpu.index(), vcpu.ledger()));
        }
        Invariant.LEASE.require(
                pair.source.hosted.guest().lease().held(),
                "The source has its guest again, but not its lease");
        new GuestRules(pair).kept();
    }

    /** Both wait. That they have the whole guest between them the recovery will show. */
    private void checkPaused() {
        Invariant.OWNER.require(
                here == MigrationStatus.POSTCOPY_PAUSED,
                "The destination waits for a recovery, the source has ended with %s: %s"
                        .formatted(here, error()));
        checkFaults(destination.side);
    }
}
