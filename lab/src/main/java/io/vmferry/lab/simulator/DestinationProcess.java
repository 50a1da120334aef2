package io.vmferry.lab.simulator;

import io.vmferry.dest.DestinationPolicy;
import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.dest.incoming.IncomingMigration;
import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The end policy of a simulated destination's process, as in the daemon: it ends with a migration
 * that failed.
 */
final class DestinationProcess {

    /** Time for the last messages to leave, and for a source that is killed to lose its lease. */
    private static final long GOODBYE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The limit for a lease that works. */
    private static final long LOOK_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final SimulatedSide side;
    private final DestinationPolicy policy = new DestinationPolicy(false);
    private final List<ExitCode> exitCodes = new ArrayList<>();
    private boolean decided;

    DestinationProcess(SimulatedSide side, IncomingMigration migration) {
        this.side = side;
        side.host.whenUnexpected(migration::broken);
        migration.whenEnded(this::ended);
        migration.whenPaused(figures ->
                follow(
                        policy.paused(
                                figures.failure().orElseThrow(),
                                figures.status(),
                                side.hosted.guest().run().state())));
    }

    /** The exit codes on which it has decided. */
    List<ExitCode> exitCodes() {
        return exitCodes;
    }

    /** Sets whether a migration that fails ends the process: {@code exit-on-error} of QMP. */
    void exitOnError(boolean on) {
        policy.exitOnError(on);
    }

    private void ended(IncomingFigures figures) {
        if (figures.status() == MigrationStatus.COMPLETED) {
            return; // without --once it serves on
        }
        Failure failure = figures.failure().orElseThrow();
        if (!policy.asksLease(failure)) {
            follow(policy.failed(failure, figures.status(), LeaseStatus.UNKNOWN, List.of()));
            return;
        }
        side.host.schedule(
                GOODBYE_NANOS,
                () -> side.hosted.guest().lease().look(lease -> decide(figures, lease)));
        side.host.schedule(LOOK_LIMIT_NANOS, () -> decide(figures, LeaseStatus.UNKNOWN));
    }

    /** Decides once, by what the lease says or without it. */
    private void decide(IncomingFigures figures, LeaseStatus lease) {
        if (!decided) {
            decided = true;
            follow(
                    policy.failed(
                            figures.failure().orElseThrow(), figures.status(), lease, List.of()));
        }
    }

    private void follow(ProcessDecision decision) {
        decision.exitCode()
                .ifPresent(code -> {
                    exitCodes.add(code);
                    side.host.schedule(GOODBYE_NANOS, () -> side.end(code));
                });
    }
}
