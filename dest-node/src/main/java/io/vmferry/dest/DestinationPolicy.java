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
 * What an incoming migration that has ended or paused means for the process of the destination:
 * what it says, and whether and how it ends. Does no input or output, so that the simulator drives
 * it as the daemon does.
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

    /**
     * Whether the lease can tell more about the guest than the failure does: a source whose
     * connection has ended may have ended itself, and the guest with it.
     */
    public boolean asksLease(Failure failure) {
        return failure.kind() == FailureKind.TRANSPORT || failure.kind() == FailureKind.SILENCE;
    }

    /**
     * The migration has failed; the guest never ran here.
     *
     * @param status where it is other than failed, as in some QEMUs, nobody could ask why, so that
     *     the process ends
     * @param lease where the lease is, as far as anybody can tell
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
     * Postcopy is paused: the guest is here, some of its memory is not. The process goes on, unless
     * it does as a QEMU that cannot pause from where it was: in a recovery it crashes, and in one
     * that has failed before it began it ends.
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
     * What has become of a guest that has arrived, as a sentence.
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

    /** How a process ends whose guest has arrived. */
    public ExitCode exitCode(boolean memoryIsRight, boolean keptFromRunning) {
        if (!memoryIsRight) {
            return ExitCode.GUEST_DAMAGED;
        }
        return keptFromRunning ? ExitCode.GUEST_LOST : ExitCode.OK;
    }
}
