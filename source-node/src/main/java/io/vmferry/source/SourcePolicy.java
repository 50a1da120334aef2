package io.vmferry.source;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.Optional;

/**
 * Decides what the source process prints and whether it ends when its migration has ended or
 * paused. It does no input or output, so that the simulator uses it as well.
 *
 * @param endsWithMigration whether the process ends with its migration: with {@code --once}, or
 *     without a monitor
 */
public record SourcePolicy(boolean endsWithMigration) {

    /** The decision when the migration of the command line could not begin. */
    public ProcessDecision rejected(String reason) {
        return ProcessDecision.complaint(
                "Cannot migrate: " + reason, exit(ExitCode.GUEST_SAFE_AT_SOURCE));
    }

    /**
     * The decision when a migration has ended.
     *
     * @param refusal why the guest does not run here although it was to
     */
    public ProcessDecision ended(
            OutgoingFigures figures, RunState state, Optional<String> refusal) {
        return ProcessDecision.result(
                OutgoingText.verdict(figures, fate(figures.status(), state, refusal)),
                exit(exitCode(figures.status(), state, refusal)));
    }

    /** The decision when postcopy is paused and the owner is not known: the process goes on. */
    public ProcessDecision undecided(OutgoingFigures figures) {
        return ProcessDecision.result(
                OutgoingText.verdict(figures, OutgoingText.UNDECIDED), Optional.empty());
    }

    /** The decision when postcopy is paused: without a monitor nobody can recover the guest. */
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
                            + state.text()
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
