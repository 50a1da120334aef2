package io.vmferry.lab.simulator;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.verdict.Verdict;
import io.vmferry.source.PausedGuest;
import io.vmferry.source.SourcePolicy;
import io.vmferry.source.outgoing.OutgoingFigures;
import io.vmferry.source.outgoing.OutgoingMigration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The end policy of a simulated source's process, as in the daemon. It has a monitor; the exit
 * codes that it would have without one are recorded.
 */
final class SourceProcess {

    private final SimulatedSide side;
    private final Guest guest;
    private final PausedGuest pausedGuest;
    private final SourcePolicy serving = new SourcePolicy(false, true);
    private final SourcePolicy once = new SourcePolicy(true, true);
    private final List<ExitCode> exitCodes = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();

    SourceProcess(SimulatedSide side, OutgoingMigration migration) {
        this.side = side;
        this.guest = side.hosted.guest();
        this.pausedGuest = new PausedGuest(guest.lease(), side.host, migration::status);
        side.host.whenUnexpected(migration::broken);
        migration.whenEnded(this::ended);
        migration.whenPaused(figures -> paused(migration, figures));
    }

    /** The exit codes so far of a process that ends with its migration. */
    List<ExitCode> exitCodes() {
        return exitCodes;
    }

    /** The verdicts that it has printed about a paused postcopy. */
    List<Verdict> verdicts() {
        return verdicts;
    }

    /** Forgets exit codes and verdicts when another migration begins. */
    void forget() {
        exitCodes.clear();
        verdicts.clear();
    }

    private void ended(OutgoingFigures figures) {
        follow(policy -> policy.ended(figures, guest.run().state(), guest.run().refusal()));
    }

    private void paused(OutgoingMigration migration, OutgoingFigures figures) {
        if (migration.awaitsLease()) {
            follow(policy -> policy.undecided(figures));
        } else {
            pausedGuest.watch((where, later) -> {
                Lease lease = guest.lease();
                verdicts.add(serving.paused(figures, where, lease, later).verdict());
                follow(policy -> policy.paused(figures, where, lease, later));
            });
        }
    }

    private void follow(Function<SourcePolicy, ProcessDecision> decide) {
        decide.apply(once).exitCode().ifPresent(exitCodes::add);
        decide.apply(serving).exitCode().ifPresent(side::end);
    }
}
