package io.vmferry.lab.simulator;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.guest.Guest;
import io.vmferry.source.PausedGuest;
import io.vmferry.source.SourcePolicy;
import io.vmferry.source.outgoing.OutgoingFigures;
import io.vmferry.source.outgoing.OutgoingMigration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What the process of a simulated source does about its migrations, by the policy of the daemon. It
 * has a monitor; what it would say as it ends if it had none is noted.
 */
final class SourceProcess {

    private final SimulatedSide side;
    private final Guest guest;
    private final PausedGuest pausedGuest;
    private final SourcePolicy serving = new SourcePolicy(false);
    private final SourcePolicy once = new SourcePolicy(true);
    private final List<ExitCode> claims = new ArrayList<>();
    private final List<String> verdicts = new ArrayList<>();

    SourceProcess(SimulatedSide side, OutgoingMigration migration) {
        this.side = side;
        this.guest = side.hosted.guest();
        this.pausedGuest = new PausedGuest(guest.lease(), side.host, migration::status);
        side.host.whenUnexpected(migration::broken);
        migration.whenEnded(this::ended);
        migration.whenPaused(figures -> paused(migration, figures));
    }

    /** How it would have ended so far if it ended with its migration. */
    List<ExitCode> claims() {
        return claims;
    }

    /** What it has said about a postcopy that is paused. */
    List<String> verdicts() {
        return verdicts;
    }

    /** Another migration begins: what was said was about the one before. */
    void forget() {
        claims.clear();
        verdicts.clear();
    }

    private void ended(OutgoingFigures figures) {
        follow(policy -> policy.ended(figures, guest.run().state(), guest.run().refusal()));
    }

    private void paused(OutgoingMigration migration, OutgoingFigures figures) {
        if (migration.awaitsLease()) {
            follow(policy -> policy.undecided(figures));
        } else {
            pausedGuest.watch(figures, this::pauseSettled);
        }
    }

    private void pauseSettled(String verdict) {
        verdicts.add(verdict);
        follow(policy -> policy.paused(verdict));
    }

    private void follow(Function<SourcePolicy, ProcessDecision> decide) {
        decide.apply(once).exitCode().ifPresent(claims::add);
        decide.apply(serving).exitCode().ifPresent(side::end);
    }
}
