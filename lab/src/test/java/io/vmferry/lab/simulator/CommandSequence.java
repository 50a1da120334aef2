package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.InjectedBug;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.oracle.OracleVerdict;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.MigrationTransitions;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.status.TransitionTable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A random sequence of commands to the monitors of a simulated pair, also with exceptions of an
 * engine, and its invariants: every command gets a reply, every status transition is in the table,
 * two guests never run, a migration can be ended, and a guest that has arrived is complete.
 */
public final class CommandSequence {

    /** The longest that a reply may take in virtual time. */
    private static final long REPLY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The limit for the end of a cancelled migration. */
    private static final long END_NANOS = TimeUnit.MINUTES.toNanos(2);

    private static final int TRANSCRIPT_LINES = 60;

    /** The highest ordinal of a point in a sequence. */
    private static final int LATEST_BUG = 50;

    private final SplittableRandom random;
    private final SimulatedPair pair;
    private final SimulatedPair.Destination destination;
    private final List<String> transcript = new ArrayList<>();
    private final SimulatedMonitor source;
    private final SimulatedMonitor target;
    private final RandomClient sourceClient;
    private final RandomClient targetClient;
    private final boolean negotiated;
    private int lastId;

    private CommandSequence(Scenario scenario) throws OptionException {
        this.random = new SplittableRandom(scenario.seed() ^ 0xc0de);
        this.pair = new SimulatedPair(scenario, SimulatedPair.NodeKind.CONTROLLABLE);
        this.destination = pair.deferred("destination", scenario.guest());
        Profile profile = scenario.profile();
        checkMoves(pair.source, MigrationTransitions.of(Side.SOURCE, profile));
        checkMoves(destination.side, MigrationTransitions.of(Side.DESTINATION, profile));
        CommandTable sourceTable = DaemonCommands.of(pair);
        CommandTable targetTable = targetTable();
        this.source = new SimulatedMonitor(pair.source, sourceTable, transcript);
        this.target = new SimulatedMonitor(destination.side, targetTable, transcript);
        planBug();
        this.negotiated = random.nextInt(10) != 0;
        this.sourceClient = new RandomClient(random, sourceTable, negotiated);
        this.targetClient = new RandomClient(random, targetTable, negotiated);
    }

    /** Lets an engine throw at one of the points of either side, in one sequence of four. */
    private void planBug() {
        SplittableRandom own = new SplittableRandom(random.nextLong());
        if (own.nextInt(4) != 0) {
            return;
        }
        InjectedBug.Type type = Scenario.oneOf(own, InjectedBug.Type.values());
        int[] left = {own.nextInt(LATEST_BUG)};
        for (SimulatedSide side : List.of(pair.source, destination.side)) {
            side.probe(point -> {
                if (left[0]-- == 0) {
                    transcript.add("%s ! %s at %s".formatted(side.host.name(), type, point));
                    source.bugPlanned();
                    target.bugPlanned();
                    side.throwHere(type.at(point.toString()));
                }
            });
        }
    }

    /**
     * Runs the sequence of a seed.
     *
     * @return the status in which the source has ended
     * @throws AssertionError with the seed, what did not hold and the last that was said
     */
    public static MigrationStatus run(long seed) {
        Scenario drawn = Scenario.random(seed);
        Scenario scenario =
                new Scenario(
                        seed,
                        drawn.guest(),
                        drawn.destinationProfile(),
                        EnumSet.noneOf(Capability.class),
                        Map.of(),
                        drawn.returnPathMode(),
                        List.of(),
                        drawn.network(),
                        Fault.NONE);
        List<String> said = List.of();
        try {
            CommandSequence sequence = new CommandSequence(scenario);
            said = sequence.transcript;
            try {
                return sequence.run();
            } finally {
                sequence.close();
            }
        } catch (OptionException | RuntimeException | AssertionError e) {
            List<String> last =
                    said.subList(Math.max(0, said.size() - TRANSCRIPT_LINES), said.size());
            throw new AssertionError(
                    "Seed %d: %s%n%s%n%s".formatted(seed, e, scenario, String.join("\n", last)), e);
        }
    }

    // ---- the daemons

    private CommandTable targetTable() {
        return DaemonCommands.of(
                pair,
                destination,
                (address, endOnError, bound, failed) ->
                        destination.engine.listen(
                                address,
                                at -> {
                                    destination.process.exitOnError(endOnError);
                                    bound.accept(at);
                                },
                                failed));
    }

    /** Checks that the status transitions of a side are in the table. */
    private void checkMoves(SimulatedSide side, TransitionTable<MigrationStatus> transitions) {
        MigrationStatus[] at = {MigrationStatus.NONE};
        side.probe(point -> {
            point.argument(PointName.STATUS)
                    .ifPresent(next -> {
                        transcript.add("%s = %s".formatted(side.host.name(), next.text()));
                        // a migration that ended makes room for the next one without telling
                        boolean restarts =
                                next == MigrationStatus.SETUP
                                        && transitions.allows(at[0], MigrationStatus.NONE);
                        if (!transitions.allows(at[0], next) && !restarts) {
                            throw new AssertionError(
                                    "%s went from %s to %s"
                                            .formatted(side.host.name(), at[0], next));
                        }
                        at[0] = next;
                    });
        });
    }

    // ---- the sequence

    private MigrationStatus run() {
        pair.start();
        if (negotiated) {
            negotiate(source);
            negotiate(target);
        }
        if (negotiated && random.nextInt(4) != 0) {
            // most sequences are about a migration that has somewhere to go
            listen();
        }
        int length = random.nextInt(5, 60);
        for (int i = 0; i < length; i++) {
            boolean toSource = random.nextBoolean();
            ask(
                    toSource ? source : target,
                    toSource ? sourceClient : targetClient,
                    i == length - 1);
            pause();
        }
        return end();
    }

    private void negotiate(SimulatedMonitor monitor) {
        int id = ++lastId;
        String text =
                "{'execute': 'qmp_capabilities', 'arguments': {'enable': ['oob']}, 'id': %d}"
                        .formatted(id);
        monitor.ask(new RandomCommand(id, "qmp_capabilities", text, 1, false), random.nextInt(100));
        await("the negotiation", REPLY_NANOS, monitor::idle);
    }

    private void listen() {
        int id = ++lastId;
        String text =
                "{'execute': 'migrate-incoming', 'arguments': {'uri': 'tcp:destination:4444'}, 'id':"
                        + " %d}".formatted(id);
        target.ask(new RandomCommand(id, "migrate-incoming", text, 1, false), 0);
    }

    private void ask(SimulatedMonitor monitor, RandomClient client, boolean last) {
        await("the monitor to read on", REPLY_NANOS, monitor::reading);
        RandomCommand command = client.next(++lastId);
        if (command.name().equals("quit") && !last) {
            command = RandomCommand.plain(command.id(), "query-status");
        }
        monitor.ask(command, random.nextInt(1000));
    }

    private void pause() {
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> await("all replies", REPLY_NANOS, () -> source.idle() && target.idle());
            case 2, 3 -> pass(random.nextLong(1_000_000));
            case 4 -> pass(random.nextLong(30_000_000));
            default -> pass(random.nextLong(300_000_000));
        }
    }

    private void pass(long nanos) {
        long until = pair.time.nowNanos() + nanos;
        pair.time.runUntil(this::oneGuest, until);
    }

    /**
     * Ends the migration, which must work after any commands, and checks that the monitors still
     * reply.
     */
    private MigrationStatus end() {
        await("all replies", REPLY_NANOS, () -> source.idle() && target.idle());
        for (SimulatedMonitor monitor : List.of(source, target)) {
            monitor.ask(RandomCommand.plain(++lastId, "qmp_capabilities"), 0);
        }
        source.ask(RandomCommand.plain(++lastId, "migrate_cancel"), 0);
        await(
                "the end of the migration",
                END_NANOS,
                () -> !source.alive() || !pair.outgoing.running() || paused());
        for (SimulatedMonitor monitor : List.of(source, target)) {
            monitor.ask(RandomCommand.plain(++lastId, "query-status"), 0);
            await("a reply at the end", REPLY_NANOS, monitor::idle);
            if (monitor.alive() && !monitor.lastReply().has("return")) {
                throw new AssertionError("query-status is refused: " + monitor.lastReply());
            }
        }
        destination.oracle.ifPresent(oracle -> {
            OracleVerdict verdict = oracle.sweep();
            if (!verdict.satisfied()) {
                throw new AssertionError(verdict.toString());
            }
        });
        return pair.outgoing.status();
    }

    /** An exception has paused a postcopy, which cannot be cancelled. */
    private boolean paused() {
        return pair.outgoing.status() == MigrationStatus.POSTCOPY_PAUSED;
    }

    private void await(String what, long limitNanos, BooleanSupplier condition) {
        boolean reached =
                pair.time.runUntil(
                        () -> {
                            oneGuest();
                            return condition.getAsBoolean();
                        },
                        pair.time.nowNanos() + limitNanos);
        if (!reached) {
            throw new AssertionError(
                    "%s did not come: source %s owes %s, destination %s owes %s"
                            .formatted(
                                    what,
                                    pair.outgoing.status(),
                                    source.owed(),
                                    destination.engine.status(),
                                    target.owed()));
        }
    }

    private boolean oneGuest() {
        if (pair.source.runsGuest() && destination.side.runsGuest()) {
            throw new AssertionError("Two guests run");
        }
        return false;
    }

    private void close() {
        pair.close();
        destination.side.hosted.close();
    }
}
