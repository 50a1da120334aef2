package io.vmferry.source;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.verdict.GuestPlace;
import io.vmferry.machine.verdict.Verdict;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what the source process reports and whether it ends when its migration has ended or
 * paused. It does no input or output, so that the simulator uses it as well.
 *
 * @param endsWithMigration whether the process ends with its migration: with {@code --once}, or
 *     without a monitor
 * @param leaseShared whether the destination has the same lease
 */
public record SourcePolicy(boolean endsWithMigration, boolean leaseShared) {

    private static final String LOST_PAGES =
            "The pages that were not sent yet are lost when this process ends";

    private static final Fate MOVED = new Fate(GuestPlace.PEER, "the guest is the destination's");

    private static final Fate UNDECIDED =
            new Fate(
                    GuestPlace.UNKNOWN,
                    "the guest is being handed over, it is not known yet whether the destination"
                            + " has it");

    private static final Fate UNHEARD =
            new Fate(
                    GuestPlace.UNKNOWN,
                    "the guest was handed over, it is not known whether the destination still has"
                            + " it");

    /**
     * The verdict while no migration has ended or paused, and the exit code of a quit.
     *
     * @param owner whom the guest belongs to, which the status alone does not tell
     */
    public static ProcessDecision pending(
            MigrationStatus status, GuestOwner owner, RunState state) {
        Fate fate = present(status, owner, state);
        return ProcessDecision.pending(
                verdict(status, false, fate.place, fate.text, Optional.empty(), List.of()),
                codeOfQuit(status, owner, state));
    }

    private static ExitCode codeOfQuit(MigrationStatus status, GuestOwner owner, RunState state) {
        return switch (status) {
            case CANCELLING, CANCELLED, FAILING, FAILED ->
                    exitCode(status, state, Optional.empty());
            case POSTCOPY_DEVICE,
                    POSTCOPY_ACTIVE,
                    POSTCOPY_PAUSED,
                    POSTCOPY_RECOVER_SETUP,
                    POSTCOPY_RECOVER ->
                    // pages that only this process has end with it
                    owner == GuestOwner.SOURCE || owner == GuestOwner.DESTINATION_COMPLETE
                            ? ExitCode.OK
                            : ExitCode.GUEST_LOST;
            case NONE, SETUP, WAIT_UNPLUG, ACTIVE, PRE_SWITCHOVER, DEVICE, COLO, COMPLETED ->
                    ExitCode.OK;
        };
    }

    private static Fate present(MigrationStatus status, GuestOwner owner, RunState state) {
        if (status == MigrationStatus.COMPLETED && owner != GuestOwner.SOURCE) {
            return MOVED;
        }
        return switch (owner) {
            case SOURCE -> here(state);
            case UNDECIDED -> UNDECIDED;
            case DESTINATION -> interrupted(status) ? UNHEARD : MOVED;
            case DESTINATION_COMPLETE -> MOVED;
            case SETTLED -> status.inPostcopy() ? UNHEARD : here(state);
        };
    }

    /** Whether the destination has not been heard since the connection was lost. */
    private static boolean interrupted(MigrationStatus status) {
        return status.inPostcopy()
                && status != MigrationStatus.POSTCOPY_DEVICE
                && status != MigrationStatus.POSTCOPY_ACTIVE;
    }

    private static Fate here(RunState state) {
        return state == RunState.RUNNING
                ? new Fate(GuestPlace.RUNS_HERE, "the guest runs here")
                : new Fate(GuestPlace.STOPPED_HERE, "the guest is here, " + state.text());
    }

    /** What a process says that a signal ends: about its guest, and the other side. */
    public static String signalNotice(MigrationStatus status, GuestOwner owner, RunState state) {
        return switch (present(status, owner, state).place) {
            case PEER ->
                    status.inPostcopy() && owner != GuestOwner.DESTINATION_COMPLETE
                            ? "the guest is at the destination, without the memory that only this"
                                    + " process had"
                            : "the guest has moved and is the destination's";
            case UNKNOWN ->
                    status.inPostcopy()
                            ? "the guest was handed over, without the memory that only this process"
                                    + " had"
                            : "the guest was being handed over, and is the destination's if that"
                                    + " has received all of it";
            case RUNS_HERE, STOPPED_HERE, ENDS_HERE, NOWHERE -> endsHere(status, state);
        };
    }

    private static String endsHere(MigrationStatus status, RunState state) {
        String was = state == RunState.RUNNING ? "ran here" : "was here, " + state.text() + ",";
        return "the guest %s and ends with this process%s"
                .formatted(was, status.running() ? "; the destination does not get it" : "");
    }

    /** The decision when the migration of the command line could not begin. */
    public ProcessDecision rejected(String reason, RunState state) {
        Fate fate = kept(state, Optional.empty());
        return ProcessDecision.complaint(
                verdict(
                        MigrationStatus.NONE,
                        true,
                        fate.place,
                        fate.text,
                        Optional.of(reason),
                        List.of()),
                "Cannot migrate: " + reason,
                ExitCode.GUEST_SAFE_AT_SOURCE,
                endsWithMigration);
    }

    /**
     * The decision when a migration has ended.
     *
     * @param refusal why the guest does not run here although it was to
     */
    public ProcessDecision ended(
            OutgoingFigures figures, RunState state, Optional<String> refusal) {
        boolean moved = figures.status() == MigrationStatus.COMPLETED;
        Fate fate = moved ? new Fate(GuestPlace.PEER, "the guest has moved") : kept(state, refusal);
        boolean guarded = leaseShared || moved || !figures.handedOver();
        return ProcessDecision.result(
                verdict(
                        figures.status(),
                        true,
                        fate.place,
                        fate.text,
                        figures.error(),
                        guarded ? List.of() : List.of(Verdict.NO_LEASE)),
                OutgoingText.details(figures),
                exitCode(figures.status(), state, refusal),
                endsWithMigration);
    }

    /**
     * The decision when the guest has been saved in a file: it is here, as long as this process.
     */
    public ProcessDecision saved(OutgoingFigures figures, RunState state, Path file) {
        return ProcessDecision.result(
                verdict(
                        figures.status(),
                        true,
                        endsWithMigration ? GuestPlace.ENDS_HERE : GuestPlace.STOPPED_HERE,
                        endsWithMigration
                                ? "the guest is saved in %s, and ends with this process"
                                        .formatted(file)
                                : "the guest is here, %s, and saved in %s"
                                        .formatted(state.text(), file),
                        Optional.empty(),
                        List.of()),
                OutgoingText.details(figures),
                ExitCode.OK,
                endsWithMigration);
    }

    /**
     * The decision when a background snapshot of the guest has been made: the guest has not moved.
     *
     * @param where the address that has it
     */
    public ProcessDecision snapshotMade(
            OutgoingFigures figures, RunState state, Optional<String> where) {
        boolean runs = state == RunState.RUNNING;
        GuestPlace here = runs ? GuestPlace.RUNS_HERE : GuestPlace.STOPPED_HERE;
        return ProcessDecision.result(
                verdict(
                        figures.status(),
                        true,
                        endsWithMigration ? GuestPlace.ENDS_HERE : here,
                        "a snapshot of the guest is saved%s; the guest %s"
                                .formatted(
                                        where.map(" in "::concat).orElse(""),
                                        endsWithMigration
                                                ? "ends with this process"
                                                : runs
                                                        ? "runs on here"
                                                        : "is here, " + state.text()),
                        Optional.empty(),
                        List.of()),
                OutgoingText.details(figures),
                ExitCode.OK,
                endsWithMigration);
    }

    /** What a process says that a signal ends after its guest has been saved in a file. */
    static String savedNotice(RunState state, Path file) {
        return endsHere(MigrationStatus.COMPLETED, state) + "; it is saved in " + file;
    }

    /** The decision when postcopy is paused and the owner is not known: the process goes on. */
    public ProcessDecision undecided(OutgoingFigures figures) {
        return ProcessDecision.result(
                verdict(
                        figures.status(),
                        false,
                        GuestPlace.UNKNOWN,
                        OutgoingText.UNDECIDED,
                        figures.error(),
                        List.of()),
                OutgoingText.details(figures),
                ExitCode.GUEST_LOST,
                false);
    }

    /**
     * The decision when postcopy is paused: without a monitor nobody can recover the guest.
     *
     * @param where the state of the lease
     * @param later whether this pause has been reported before
     */
    public ProcessDecision paused(
            OutgoingFigures figures, LeaseStatus where, Lease lease, boolean later) {
        List<String> warnings = new ArrayList<>();
        if (!leaseShared) {
            warnings.add(Verdict.NO_LEASE);
        }
        boolean lost = where == LeaseStatus.ABANDONED;
        if (endsWithMigration && !lost) {
            warnings.add(LOST_PAGES);
        }
        GuestPlace place =
                switch (where) {
                    case UNKNOWN, UNCLAIMED -> GuestPlace.UNKNOWN;
                    case HELD_ELSEWHERE -> GuestPlace.PEER;
                    case ABANDONED -> GuestPlace.NOWHERE;
                };
        return ProcessDecision.result(
                verdict(
                        figures.status(),
                        lost || endsWithMigration,
                        place,
                        OutgoingText.pausedFate(where, lease),
                        figures.error(),
                        warnings),
                later ? List.of() : OutgoingText.details(figures),
                ExitCode.GUEST_LOST,
                endsWithMigration);
    }

    private record Fate(GuestPlace place, String text) {}

    private Fate kept(RunState state, Optional<String> refusal) {
        boolean runs = state == RunState.RUNNING;
        boolean here = state != RunState.FINISH_MIGRATE;
        if (endsWithMigration && here && (runs || refusal.isEmpty())) {
            String was = runs ? "," : ", is " + state.text() + " as before,";
            return new Fate(
                    GuestPlace.ENDS_HERE,
                    "the guest has not moved" + was + " and ends with this process");
        }
        String text =
                switch (state) {
                    case RUNNING -> "the guest runs on here";
                    case FINISH_MIGRATE ->
                            "the guest is stopped and cannot run here"
                                    + refusal.map(why -> ", " + why).orElse("");
                    default ->
                            "the guest is here, "
                                    + state.text()
                                    + refusal.map(why -> ", " + why).orElse(" as before");
                };
        return new Fate(runs ? GuestPlace.RUNS_HERE : GuestPlace.STOPPED_HERE, text);
    }

    private static Verdict verdict(
            MigrationStatus status,
            boolean settled,
            GuestPlace place,
            String fate,
            Optional<String> reason,
            List<String> warnings) {
        return Verdict.ofSource(status, settled, place, fate, reason, warnings);
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
}
