package io.vmferry.source;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.Optional;

/**
 * What an outgoing migration that has ended or paused means for the process of the source: what it
 * says, and whether and how it ends. Does no input or output, so that the simulator drives it as
 * the daemon does.
 *
 * @param endsWithMigration whether the process has nothing more to do behind its migration: it was
 *     asked for one ({@code --once}), or nobody can ask for another
 */
public record SourcePolicy(boolean endsWithMigration) {

    /** The command line's migration could not begin. */
    public ProcessDecision rejected(String reason) {
        return ProcessDecision.complaint(
                "Cannot migrate: " + reason, exit(ExitCode.GUEST_SAFE_AT_SOURCE));
    }

    /**
     * A migration has ended, and its guest is where it belongs.
     *
     * @param refusal why the guest does not run here although it was to
     */
    public ProcessDecision ended(
            OutgoingFigures figures, RunState state, Optional<String> refusal) {
        return ProcessDecision.result(
                OutgoingText.verdict(figures, fate(figures.status(), state, refusal)),
                exit(exitCode(figures.status(), state, refusal)));
    }

    /**
     * Postcopy is paused, and the lease has still to say whose the guest is: this process may be
     * all that has it, and goes on.
     */
    public ProcessDecision undecided(OutgoingFigures figures) {
        return ProcessDecision.result(
                OutgoingText.verdict(figures, OutgoingText.UNDECIDED), Optional.empty());
    }

    /**
     * Postcopy is paused. It cannot go on by itself: where nobody can ask for a recovery, what is
     * missing at the destination is lost with this process, and the guest with it.
     */
    public ProcessDecision paused(String verdict) {
        return ProcessDecision.result(verdict, exit(ExitCode.GUEST_LOST));
    }

    private static String fate(MigrationStatus status, RunState state, Optional<String> refusal) {
        if (status == MigrationStatus.COMPLETED) {
            return "the guest has moved";
        }
        return switch (state) {
            case RUNNING -> "the guest runs on here";
            case FINISH_MIGRATE ->
                    "the guest is stopped and cannot run here"
                            + refusal.map(why -> ", " + why).orElse("");
            default ->
                    "the guest is here, "
                            + state.qmpName()
                            + refusal.map(why -> ", " + why).orElse(" as before");
        };
    }

    private static ExitCode exitCode(
            MigrationStatus status, RunState state, Optional<String> refusal) {
        if (status == MigrationStatus.COMPLETED) {
            return ExitCode.OK;
        }
        boolean kept = state != RunState.RUNNING && refusal.isPresent();
        return kept || state == RunState.FINISH_MIGRATE
                ? ExitCode.GUEST_LOST
                : ExitCode.GUEST_SAFE_AT_SOURCE;
    }

    private Optional<ExitCode> exit(ExitCode code) {
        return endsWithMigration ? Optional.of(code) : Optional.empty();
    }
}
