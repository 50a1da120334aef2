package io.vmferry.lab.mutants;

import static io.vmferry.lab.mutants.MemoryMutants.incoming;
import static io.vmferry.lab.mutants.MemoryMutants.outgoing;
import static io.vmferry.lab.simulator.Invariant.AGAIN;
import static io.vmferry.lab.simulator.Invariant.OWNER;
import static io.vmferry.lab.simulator.Invariant.REST;
import static io.vmferry.lab.simulator.Invariant.SOURCE;
import static io.vmferry.lab.simulator.Invariant.TRUTH;

import java.util.List;

/**
 * Mutants of the end of a migration: ignored answers, wrong results, and migrations that never end.
 */
final class EndMutants {

    private EndMutants() {}

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                            "pong-of-package-ignored",
                            "the source never learns that the package was loaded",
                            REST,
                            outgoing("state.GuestHandover", "packageIsLoaded")
                                    .keeping("GuestHandover.packageLoaded")),
                    Mutant.of(
                            "shut-not-awaited",
                            "the source completes when all is written",
                            OWNER,
                            outgoing("end.AttemptEnd", "streamDrained")
                                    .yielding("GuestHandover.shut", 1)),
                    Mutant.of(
                            "failure-reported-as-success",
                            "a destination that has failed says SHUT 0",
                            OWNER,
                            incoming("IncomingEnd", "fail").shifting("IncomingEnd.goodbye", -1)),
                    Mutant.of(
                            "wrong-last-status",
                            "a postcopy completes from the status of a precopy",
                            REST,
                            outgoing("state.GuestHandover", "lastStatus")
                                    .reading("GuestHandover.packageSent", 0)),
                    Mutant.of(
                            "return-not-tried-again",
                            "a guest waits for ever for a lease that could not be taken once",
                            REST,
                            outgoing("guest.GuestStop", "tryAgain").without("EngineLoop.schedule")),
                    Mutant.of(
                            "second-migrate-not-restarted",
                            "the status of the last migration is that of the next",
                            AGAIN,
                            outgoing("OutgoingMigration", "migrate")
                                    .without("MigrationState.restart")),
                    Mutant.of(
                            "guest-not-marked-as-gone",
                            "the source could run a guest that has moved",
                            SOURCE,
                            outgoing("end.AttemptEnd", "complete").without("RunControl.become")),
                    Mutant.of(
                            "loss-not-reported",
                            "a source that is paused does not check the lease of the guest",
                            TRUTH,
                            new MutatedMethod("source.PausedGuest", "watch").returning(0)),
                    Mutant.of(
                            "loss-reported-in-vain",
                            "a guest that is paused at the source counts as lost",
                            TRUTH,
                            new MutatedMethod("source.SourcePolicy", "exitCode")
                                    .yielding("Optional.isPresent", 1)));
}
