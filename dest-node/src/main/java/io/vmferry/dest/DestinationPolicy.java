package io.vmferry.dest;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.verdict.GuestPlace;
import io.vmferry.machine.verdict.MemoryProof;
import io.vmferry.machine.verdict.Verdict;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import java.util.List;
import java.util.Optional;

/**
 * Decides what the destination process reports and whether it ends when its migration has ended or
 * paused. It does no input or output, so that the simulator uses it as well.
 */
public final class DestinationPolicy {

    private final boolean once;
    private boolean exitOnError = true;

    /**
     * A policy for the life of a process.
     *
     * @param once whether the process ends with its migration however that ends ({@code --once})
     */
    public DestinationPolicy(boolean once) {
        this.once = once;
    }

    /** Sets whether a migration that fails ends the process: {@code exit-on-error} of QMP. */
    public void exitOnError(boolean on) {
        exitOnError = on;
    }

    /** Whether the lease says more than the failure: a source that broke off may have ended. */
    public boolean asksLease(Failure failure) {
        return failure.kind() == FailureKind.TRANSPORT || failure.kind() == FailureKind.SILENCE;
    }

    /**
     * The decision when the migration has failed; the guest never ran here.
     *
     * @param status where it is not failed, as in some QEMUs, clients could not read the reason, so
     *     the process ends
     * @param lease the state of the lease, as far as it is known
     * @param details what has come, a line each
     */
    public ProcessDecision failed(
            Failure failure, MigrationStatus status, LeaseStatus lease, List<String> details) {
        boolean nowhere = asksLease(failure) && lease == LeaseStatus.ABANDONED;
        return ProcessDecision.result(
                Verdict.ofDestination(
                        status,
                        true,
                        nowhere ? GuestPlace.NOWHERE : GuestPlace.PEER,
                        nowhere
                                ? "nobody holds the lease any more, so the guest runs nowhere now"
                                : "the guest was not handed over by its source",
                        Optional.of(failure.text()),
                        "The guest has not arrived"),
                details,
                ExitCode.GUEST_SAFE_AT_SOURCE,
                exitOnError || once || status != MigrationStatus.FAILED);
    }

    /**
     * The decision when postcopy is paused: the process goes on, since the guest is here without
     * all of its memory. It ends only where it follows a QEMU that crashes in a recovery, or ends
     * when a recovery fails before it begins.
     */
    public ProcessDecision paused(Failure failure, MigrationStatus status, RunState state) {
        if (status != MigrationStatus.POSTCOPY_PAUSED) {
            String end = "QEMU ends in its recovery, and the guest with it";
            return ProcessDecision.complaint(
                    verdict(status, true, GuestPlace.NOWHERE, end, failure),
                    "postcopy paused: %s; %s".formatted(failure.text(), end),
                    status == MigrationStatus.POSTCOPY_RECOVER
                            ? ExitCode.CRASHED_AS_QEMU
                            : ExitCode.GUEST_LOST,
                    true);
        }
        boolean runs = state == RunState.RUNNING;
        String here = runs ? "the guest runs here" : "the guest is here, " + state.text() + ",";
        return ProcessDecision.result(
                verdict(
                        status,
                        false,
                        runs ? GuestPlace.RUNS_HERE : GuestPlace.STOPPED_HERE,
                        here + " without all of its memory; vCPUs that need more wait",
                        failure),
                List.of(),
                ExitCode.GUEST_LOST,
                false);
    }

    private static Verdict verdict(
            MigrationStatus status, boolean settled, GuestPlace place, String fate, Failure why) {
        return Verdict.ofDestination(
                status,
                settled,
                place,
                fate,
                Optional.of(why.text()),
                "Some of the memory is still at the source");
    }

    /** What a process says that a signal ends: about its guest, and the other side. */
    public static String signalNotice(MigrationStatus status, RunState state) {
        if (status == MigrationStatus.COMPLETED) {
            return "the guest was here, %s, and ends with this process".formatted(state.text());
        }
        if (state != RunState.INMIGRATE) {
            return "the guest was here without all of its memory, and is lost with this process";
        }
        return status.running() && status != MigrationStatus.SETUP
                ? "the guest has not arrived, and stays with its source"
                : "no guest has come";
    }

    /** The verdict while no migration has ended or paused, and the exit code of a quit. */
    public static ProcessDecision pending(MigrationStatus status, RunState state) {
        return ProcessDecision.pending(present(status, state), codeOfQuit(status, state));
    }

    private static ExitCode codeOfQuit(MigrationStatus status, RunState state) {
        if (status == MigrationStatus.FAILED) {
            return ExitCode.GUEST_SAFE_AT_SOURCE;
        }
        boolean incomplete = status.inPostcopy() && state != RunState.INMIGRATE;
        return incomplete ? ExitCode.GUEST_LOST : ExitCode.OK;
    }

    private static Verdict present(MigrationStatus status, RunState state) {
        boolean here = status == MigrationStatus.COMPLETED || state != RunState.INMIGRATE;
        if (!here) {
            return Verdict.ofDestination(
                    status,
                    false,
                    GuestPlace.PEER,
                    "the guest has not arrived yet",
                    Optional.empty(),
                    "The guest has not arrived yet");
        }
        boolean runs = state == RunState.RUNNING;
        return Verdict.ofDestination(
                status,
                false,
                runs ? GuestPlace.RUNS_HERE : GuestPlace.STOPPED_HERE,
                runs ? "the guest runs here" : "the guest is here, " + state.text(),
                Optional.empty(),
                status == MigrationStatus.COMPLETED
                        ? "The memory is being checked"
                        : "Some of the memory is still at the source");
    }

    /**
     * The decision when the guest has arrived and its memory has been checked.
     *
     * @param refusal why it may not run here; empty when it may
     * @param memory what the check has found
     * @param warnings what makes the verdict worth less
     */
    public ProcessDecision arrived(
            MigrationStatus status,
            RunState state,
            Optional<String> refusal,
            MemoryProof memory,
            List<String> warnings,
            List<String> details) {
        boolean runs = state == RunState.RUNNING;
        GuestPlace place = runs ? GuestPlace.RUNS_HERE : GuestPlace.STOPPED_HERE;
        Verdict verdict =
                new Verdict(
                        Side.DESTINATION,
                        status,
                        true,
                        once ? GuestPlace.ENDS_HERE : place,
                        fate(state, refusal),
                        Optional.empty(),
                        memory,
                        warnings);
        return ProcessDecision.result(
                verdict, details, exitCode(!verdict.damaged(), refusal.isPresent()), once);
    }

    private String fate(RunState state, Optional<String> refusal) {
        boolean runs = state == RunState.RUNNING;
        if (refusal.isPresent()) {
            return "the guest is here but may not run, " + refusal.get();
        }
        if (once) {
            return "the guest has arrived%s, and ends with this process"
                    .formatted(runs ? "" : " and is " + state.text());
        }
        return runs ? "the guest runs here" : "the guest is here, " + state.text();
    }

    /** The exit code of a process whose guest has arrived. */
    public ExitCode exitCode(boolean memoryIsRight, boolean keptFromRunning) {
        if (!memoryIsRight) {
            return ExitCode.GUEST_DAMAGED;
        }
        return keptFromRunning ? ExitCode.GUEST_LOST : ExitCode.OK;
    }
}
