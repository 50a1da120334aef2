package io.vmferry.dest;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.Optional;

/**
 * Decides what the destination process prints and whether it ends when its migration has ended or
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
     */
    public ProcessDecision failed(Failure failure, MigrationStatus status, LeaseStatus lease) {
        boolean nowhere = asksLease(failure) && lease == LeaseStatus.ABANDONED;
        String fate =
                nowhere ? "; nobody holds the lease any more, so the guest runs nowhere now" : "";
        return ProcessDecision.complaint(
                "Incoming migration failed: " + failure.text() + fate,
                exitOnError || once || status != MigrationStatus.FAILED
                        ? Optional.of(ExitCode.GUEST_SAFE_AT_SOURCE)
                        : Optional.empty());
    }

    /**
     * The decision when postcopy is paused: the process goes on, since the guest is here without
     * all of its memory. It ends only where it follows a QEMU that crashes in a recovery, or ends
     * when a recovery fails before it begins.
     */
    public ProcessDecision paused(Failure failure, MigrationStatus status) {
        if (status != MigrationStatus.POSTCOPY_PAUSED) {
            return ProcessDecision.complaint(
                    "postcopy paused: %s; QEMU ends in its recovery, and the guest with it"
                            .formatted(failure.text()),
                    Optional.of(
                            status == MigrationStatus.POSTCOPY_RECOVER
                                    ? ExitCode.CRASHED_AS_QEMU
                                    : ExitCode.GUEST_LOST));
        }
        return ProcessDecision.result(
                "postcopy paused: %s\n  the guest is here, vCPUs that need what is missing stand still"
                        .formatted(failure.text()),
                Optional.empty());
    }

    /** Whether the process is to end now that the guest has arrived. */
    public boolean endsWithGuest() {
        return once;
    }

    /**
     * The fate of a guest that has arrived, as a sentence.
     *
     * @param refusal why it may not run, where it is kept from running
     */
    public String fate(RunState state, boolean keptFromRunning, String refusal) {
        if (keptFromRunning) {
            return "the guest is here but may not run, " + refusal;
        }
        return state == RunState.RUNNING
                ? "the guest runs here"
                : "the guest is here, " + state.text();
    }

    /** The exit code of a process whose guest has arrived. */
    public ExitCode exitCode(boolean memoryIsRight, boolean keptFromRunning) {
        if (!memoryIsRight) {
            return ExitCode.GUEST_DAMAGED;
        }
        return keptFromRunning ? ExitCode.GUEST_LOST : ExitCode.OK;
    }
}
