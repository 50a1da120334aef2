package io.vmferry.source;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.verdict.GuestPlace;
import io.vmferry.machine.verdict.Verdict;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.OutgoingFigures;
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

    private static final String NO_LEASE =
            "Without a --lease that both sides share nothing keeps both from running the guest";

    private static final String LOST_PAGES =
            "What is missing of the guest's memory ends with this process";

    /** The verdict while no migration has ended or paused. */
    public static Verdict pending(MigrationStatus status, RunState state) {
        if (status == MigrationStatus.COMPLETED || status.inPostcopy()) {
            boolean known = status != MigrationStatus.POSTCOPY_DEVICE;
            return verdict(
                    status,
                    false,
                    known ? GuestPlace.PEER : GuestPlace.UNKNOWN,
                    known ? "the guest is the destination's" : "the guest is about to move",
                    Optional.empty(),
                    List.of());
        }
        boolean runs = state == RunState.RUNNING;
        return verdict(
                status,
                false,
                runs ? GuestPlace.RUNS_HERE : GuestPlace.STOPPED_HERE,
                runs ? "the guest runs here" : "the guest is here, " + state.text(),
                Optional.empty(),
                List.of());
    }

    /** What a process says that a signal ends: about its guest, and the other side. */
    public static String signalNotice(MigrationStatus status, RunState state) {
        if (status == MigrationStatus.COMPLETED) {
            return "the guest has moved and is the destination's";
        }
        if (status == MigrationStatus.POSTCOPY_DEVICE) {
            return "the guest was about to move, and ends with this process, which has its memory";
        }
        if (status.inPostcopy()) {
            return "the guest is at the destination, without the memory that only this process had";
        }
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
        boolean guarded = leaseShared || moved || figures.downtimeNanos() == 0;
        return ProcessDecision.result(
                verdict(
                        figures.status(),
                        true,
                        fate.place,
                        fate.text,
                        figures.error(),
                        guarded ? List.of() : List.of(NO_LEASE)),
                OutgoingText.details(figures),
                exitCode(figures.status(), state, refusal),
                endsWithMigration);
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
            warnings.add(NO_LEASE);
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
