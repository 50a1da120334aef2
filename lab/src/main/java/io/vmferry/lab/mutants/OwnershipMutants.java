package io.vmferry.lab.mutants;

import static io.vmferry.lab.mutants.MemoryMutants.incoming;
import static io.vmferry.lab.mutants.MemoryMutants.outgoing;
import static io.vmferry.lab.simulator.Invariant.ACKNOWLEDGED;
import static io.vmferry.lab.simulator.Invariant.ARRIVED;
import static io.vmferry.lab.simulator.Invariant.LEASE;
import static io.vmferry.lab.simulator.Invariant.ONE_GUEST;
import static io.vmferry.lab.simulator.Invariant.OWNER;
import static io.vmferry.lab.simulator.Invariant.REST;
import static io.vmferry.lab.simulator.Invariant.SOURCE;

import java.util.List;

/**
 * Mutants of ownership: leases that are not checked or not given up, and acknowledgements that are
 * early or ignored.
 */
final class OwnershipMutants {

    private static final MutatedMethod RUN_CONTROL_RUN =
            new MutatedMethod("machine.guest.RunControl", "run");
    private static final MutatedMethod ARRIVAL = incoming("guest.Arrival", "runOrPause");
    private static final MutatedMethod HAND_OVER = outgoing("guest.GuestStop", "handOver");
    private static final MutatedMethod RECLAIM = outgoing("guest.GuestStop", "reclaim");
    private static final MutatedMethod RESUME = outgoing("guest.GuestStop", "resume");
    private static final MutatedMethod CLAIM = incoming("guest.GuestClaim", "ask");
    private static final MutatedMethod APPROVAL =
            incoming("guest.SwitchoverApprovals", "payloadLoaded");

    private OwnershipMutants() {}

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                            "switchover-ack-ignored",
                            "the guest is stopped before the destination's devices are ready",
                            ACKNOWLEDGED,
                            outgoing("guest.SwitchoverAcks", "switchoverAllowed").returning(1)),
                    Mutant.of(
                                    "ack-before-prepared",
                                    "a device approves before it has prepared itself",
                                    ACKNOWLEDGED,
                                    APPROVAL.without("IterableDevice.preallocNanos"))
                            .seenIn("precopy:27"),
                    Mutant.of(
                            "ack-before-initial-data",
                            "a device approves before its initial data is there",
                            ACKNOWLEDGED,
                            APPROVAL.yielding("IterableDevice.initialDataLoaded", 1)),
                    Mutant.of(
                            "ack-never-sent",
                            "the last device's approval is not sent",
                            REST,
                            incoming("guest.SwitchoverApprovals", "approve")
                                    .keeping("SwitchoverApprovals.pending")),
                    Mutant.of(
                            "vcpus-not-stopped",
                            "the guest counts as stopped while its vCPUs run",
                            ONE_GUEST,
                            new MutatedMethod("machine.guest.RunControl", "stop")
                                    .calling("letRun", "VcpuRunner.stop")),
                    Mutant.of(
                            "lease-not-given-up",
                            "the source keeps the lease at the switchover",
                            OWNER,
                            HAND_OVER.calling("keepLease", "RunControl.giveUpLease")),
                    Mutant.of(
                                    "handover-not-awaited",
                                    "the end is sent before the lease is given up",
                                    OWNER,
                                    HAND_OVER.calling("goOnMeanwhile", "RunControl.giveUpLease"))
                            .seenIn("quiet:172"),
                    Mutant.of(
                            "lease-not-asked-at-run",
                            "the destination does not ask for the lease, and runs nothing",
                            ARRIVED,
                            CLAIM.calling("takeForOurs", "Lease.take")),
                    Mutant.of(
                            "runs-without-lease",
                            "the destination neither asks for the lease nor looks at it",
                            LEASE,
                            CLAIM.calling("takeForOurs", "Lease.take"),
                            ARRIVAL.yielding("Lease.held", 1),
                            RUN_CONTROL_RUN.yielding("Lease.held", 1)),
                    Mutant.of(
                            "refusal-not-looked-at",
                            "any result of an attempt to take the lease counts as taken",
                            ARRIVED,
                            incoming("guest.GuestClaim", "decided")
                                    .calling("yes", "Taking.result")),
                    Mutant.of(
                            "pong-before-claim",
                            "the source gets its pong, and drops the guest, before the lease is taken",
                            LEASE,
                            incoming("postcopy.PostcopyTakeover", "claim")
                                    .without("RunControl.autostart")),
                    Mutant.of(
                            "lease-not-asked-at-return",
                            "a source that failed runs its guest without its lease",
                            LEASE,
                            RECLAIM.calling("takeForOurs", "Lease.take")),
                    Mutant.of(
                            "returns-without-lease",
                            "a source that failed runs its guest, whoever holds the lease",
                            LEASE,
                            RECLAIM.calling("takeForOurs", "Lease.take"),
                            RUN_CONTROL_RUN.yielding("Lease.held", 1)),
                    Mutant.of(
                            "guest-not-resumed",
                            "a guest that ran before is not started again",
                            REST,
                            RESUME.without("RunControl.run")),
                    Mutant.of(
                            "paused-guest-not-back",
                            "a guest that was paused stays in finish-migrate",
                            REST,
                            RESUME.without("RunControl.become")),
                    Mutant.of(
                            "paused-guest-runs",
                            "a guest that was paused runs after the failed migration",
                            SOURCE,
                            RESUME.yielding("RunState.live", 1)),
                    Mutant.of(
                            "primary-not-plugged-back",
                            "a guest that stays is not given its primaries again",
                            SOURCE,
                            outgoing("guest.FailoverUnplug", "plugBack").returning(0)),
                    Mutant.of(
                            "primary-missing-on-arrival",
                            "a guest that has arrived is not given its primaries",
                            ARRIVED,
                            incoming("guest.Arrival", "prepare").without("List.forEach")));
}
