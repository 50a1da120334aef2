package io.vmferry.lab.simulator;

import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Interrupts and recovers one postcopy again and again, and lets it complete: the guest arrives
 * complete, each page is placed once, and after a break only pages in transit are sent again.
 */
final class RecoveryStress {

    /** Longer than any stall of the run, so that no living peer is considered dead. */
    private static final int LIVENESS_LIMIT_SECONDS = 10;

    private static final long LIMIT_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final MigrationAddress TAKEN = new MigrationAddress.Tcp("taken", 1);
    private static final MigrationAddress NOBODY = new MigrationAddress.Tcp("nobody", 1);

    /** The shortest page record: one of zeros. */
    private static final int SHORTEST_RECORD_BYTES = 9;

    /**
     * The observations of a run.
     *
     * @param interrupted interruptions that have paused the migration
     * @param recoveryPoints the points of the last recovery, up to both sides being active again
     * @param lostPages pages that were sent again
     * @param lostBytes bytes in transit when the channels broke
     */
    record Result(int interrupted, List<String> recoveryPoints, long lostPages, long lostBytes) {}

    private final SimulatedPair pair;
    private final SimulatedPair.Destination destination;
    private final SplittableRandom random;
    private final List<Interruption> interruptions;
    private final List<String> recoveryPoints = new ArrayList<>();
    private final MigrationRules rules;

    @SuppressWarnings("NullAway.Init") // set before each attempt
    private Interruptor interruptor;

    private boolean recovering;
    private MigrationAddress listening;
    private int interrupted;
    private long lostPages;
    private long lostBytes;

    private RecoveryStress(Scenario scenario, List<Interruption> interruptions)
            throws OptionException, QmpException {
        this.interruptions = interruptions;
        this.pair = new SimulatedPair(scenario);
        this.random = pair.random.split();
        pair.outgoing.livenessLimitSeconds(OptionalInt.of(LIVENESS_LIMIT_SECONDS));
        pair.start();
        this.destination = pair.destination("destination");
        this.listening = destination.address;
        this.rules = new MigrationRules(pair, destination);
        pair.source.probe(point -> atPoint(point, pair.source));
        destination.side.probe(point -> atPoint(point, destination.side));
    }

    /**
     * Runs it: the first interruption happens in the postcopy, each further one in the recovery
     * that follows, and none in the last recovery.
     *
     * @throws AssertionError with the seed and what did not hold
     */
    static Result run(Scenario scenario, List<Interruption> interruptions) {
        RecoveryStress drill = null;
        try {
            drill = new RecoveryStress(scenario, interruptions);
            drill.run();
            return new Result(
                    drill.interrupted, drill.recoveryPoints, drill.lostPages, drill.lostBytes);
        } catch (QmpException
                | OptionException
                | IOException
                | RuntimeException
                | AssertionError e) {
            throw new BrokenRule(
                    Invariant.of(e),
                    "Seed %d: %s%n%s%n%s"
                            .formatted(scenario.seed(), e.getMessage(), interruptions, scenario),
                    e);
        } finally {
            if (drill != null) {
                drill.pair.close();
                drill.destination.side.hosted.close();
            }
        }
    }

    private void run() throws QmpException, IOException {
        interruptor = new Interruptor(pair, destination, Interruption.NONE, 0);
        pair.migrateTo(destination);
        await("postcopy", () -> over() || bothAre(MigrationStatus.POSTCOPY_ACTIVE));
        takeAddress();
        for (int round = 0; round <= interruptions.size() && !over(); round++) {
            boolean last = round == interruptions.size();
            Interruption next = last ? Interruption.NONE : interruptions.get(round);
            interruptor.retire();
            int firstConnection = round == 0 ? 0 : pair.network.connections().size();
            interruptor = new Interruptor(pair, destination, next, firstConnection);
            if (round > 0) {
                recover(round);
            }
            await("the end of round " + round + " with " + next, this::settled);
            if (!over()) {
                paused(next, last);
            }
        }
        pair.time.check();
        Outcome outcome = new OutcomeCheck(pair, destination).seen();
        Invariant.OWNER.require(outcome == Outcome.MOVED, "The run has ended with " + outcome);
    }

    /** Occupies an address, so that neither side can listen there. */
    private void takeAddress() {
        Transport other = pair.network.transportOf(new SimulatedHost("other", pair.time));
        other.listen(TAKEN, Link::abort, listening -> {}, SimulatedPair.refused());
    }

    private void paused(Interruption by, boolean last) {
        new OutcomeCheck(pair, destination).checkProtocol();
        if (last || by.kind().harmless() || !interruptor.struck()) {
            throw new BrokenRule(
                    Invariant.OWNER,
                    "Paused although nothing was lost by %s: %s; %s; %s"
                            .formatted(
                                    by,
                                    recoveryPoints,
                                    pair.outgoing.figures().flatMap(f -> f.error()),
                                    destination.engine.figures().error()));
        }
        new OutcomeCheck(pair, destination).seen();
        interrupted++;
        interruptor.links().forEach(link -> lostBytes += link.undeliveredBytes());
    }

    // ---- the user recovers, with mistakes

    private void recover(int round) throws QmpException, IOException {
        recoveryPoints.clear();
        recovering = true;
        switch (random.nextInt(4)) {
            case 0 -> {
                // where it listened before
            }
            case 1 -> {
                refusedToListen();
                listen(round, 0);
            }
            case 2 -> {
                listen(round, 1);
                listen(round, 0);
            }
            default -> listen(round, 0);
        }
        if (random.nextInt(4) == 0) {
            resume(NOBODY);
            await("the end of a resume to nowhere", this::settled);
        }
        resume(listening);
    }

    private void listen(int round, int attempt) throws QmpException {
        listening = new MigrationAddress.Tcp("recovery" + attempt, 5000 + round);
        destination.side.command(
                () -> destination.engine.recover(listening, bound -> {}, SimulatedPair.refused()));
    }

    private void refusedToListen() {
        List<QmpException> refusals = new ArrayList<>();
        destination.engine.recover(TAKEN, bound -> {}, refusals::add);
        if (refusals.isEmpty() || destination.engine.status() != MigrationStatus.POSTCOPY_PAUSED) {
            throw new AssertionError("Listening on an address in use was not rejected");
        }
    }

    private void resume(MigrationAddress address) throws QmpException {
        pair.resume(address);
    }

    /** Lets the user recover as soon as one side is paused, before the other one is. */
    private void resumeTooEarly() {
        boolean sourceFirst = interruptor.kind() == Interruption.InterruptionKind.SOURCE_FIRST;
        if (sourceFirst && onlySourcePaused() && random.nextBoolean()) {
            pair.source.host.schedule(
                    random.nextLong(Interruptor.LATE_NANOS / 2),
                    () -> {
                        if (onlySourcePaused()) {
                            resumeAnyhow();
                        }
                    });
        }
    }

    private boolean onlySourcePaused() {
        return sourcePaused() && destination.engine.status() == MigrationStatus.POSTCOPY_ACTIVE;
    }

    private void resumeAnyhow() {
        try {
            resume(listening);
        } catch (QmpException e) {
            throw new AssertionError("Resume refused: " + e.getMessage(), e);
        }
    }

    // ---- what is seen

    private void atPoint(ProtocolPoint point, SimulatedSide side) {
        rules.reached(point, side);
        if (recovering) {
            recoveryPoints.add(side.host.name() + " " + point);
            recovering = !bothAre(MigrationStatus.POSTCOPY_ACTIVE);
        }
        point.argument(PointName.PAGES_LOST).ifPresent(this::lost);
        if (side == pair.source && point.is(PointName.STATUS, MigrationStatus.POSTCOPY_PAUSED)) {
            pair.source.host.execute(this::resumeTooEarly);
        }
        if (interruptor != null && bothInPostcopy()) {
            interruptor.atPoint(point, side);
        }
    }

    /**
     * Checks the pages that are sent again: those in transit, and one record and one host page of
     * each channel that were cut short.
     */
    private void lost(long pages) {
        lostPages += pages;
        long hostPage = pair.scenario.guest().memoryPageBytes() / 4096;
        long most = lostBytes / SHORTEST_RECORD_BYTES + interrupted * 2L * (hostPage + 1);
        Invariant.SENT_ONCE.require(
                lostPages <= most,
                "%d pages are sent again, expected at most %d, which were in transit"
                        .formatted(lostPages, most));
    }

    private boolean bothInPostcopy() {
        return pair.outgoing.status().inPostcopy()
                && pair.outgoing.status() != MigrationStatus.POSTCOPY_DEVICE
                && destination.ran();
    }

    private boolean bothAre(MigrationStatus status) {
        return pair.outgoing.status() == status && destination.engine.status() == status;
    }

    private boolean over() {
        return destination.engine.status() == MigrationStatus.COMPLETED
                && (pair.outgoing.status() == MigrationStatus.COMPLETED || sourcePaused());
    }

    private boolean sourcePaused() {
        return pair.outgoing.status() == MigrationStatus.POSTCOPY_PAUSED
                && !pair.outgoing.connecting();
    }

    private boolean settled() {
        return over()
                || (sourcePaused()
                        && destination.engine.status() == MigrationStatus.POSTCOPY_PAUSED);
    }

    private void await(String what, BooleanSupplier condition) {
        long end = pair.time.nowNanos() + LIMIT_NANOS;
        Invariant.REST.require(
                pair.time.runUntil(condition, end),
                "%s was not reached: source %s, destination %s; %s"
                        .formatted(
                                what,
                                pair.outgoing.status(),
                                destination.engine.status(),
                                recoveryPoints));
    }
}
