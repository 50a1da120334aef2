package io.vmferry.lab.matrix;

import io.vmferry.lab.process.RealNode;
import io.vmferry.lab.simulator.Outcome;
import io.vmferry.machine.fault.FaultPlace;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs cells between two real daemons, with a fault of their own or a signal; the simulator has
 * predicted the outcomes.
 */
final class RealCells {

    private static final ProtocolPoint GUEST_RUNS =
            new ProtocolPoint(PointName.COMMAND_RECEIVED, CommandType.POSTCOPY_RUN);

    private static final int MAX_RECOVERIES = 5;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(180);
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long POLL_MILLIS = 10;

    /** Guest memory, and what a small JVM takes beside it. */
    private static final long MOST_RESIDENT_BYTES = 400L << 20;

    private final Cell cell;
    private final Set<Outcome> allowed;
    private final RealPair pair;
    private long struckNanos = System.nanoTime();
    private int recoveries;

    private RealCells(Cell cell, Set<Outcome> allowed, RealPair pair) {
        this.cell = cell;
        this.allowed = allowed;
        this.pair = pair;
    }

    /**
     * Runs a cell.
     *
     * @param allowed the outcomes that the first rest may have
     */
    static CellResult run(Cell cell, Set<Outcome> allowed)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("vmferry-matrix");
        try (RealPair pair =
                new RealPair(
                        cell.course(),
                        directory,
                        plan(cell, Side.SOURCE),
                        plan(cell, Side.DESTINATION))) {
            return new RealCells(cell, allowed, pair).run();
        } catch (AssertionError e) {
            return CellResult.broken(cell, String.valueOf(e.getMessage()));
        } finally {
            delete(directory);
        }
    }

    private static List<String> plan(Cell cell, Side side) {
        return Signal.of(cell.fault().what()).isPresent()
                ? cell.course().plan(side)
                : cell.plan(side);
    }

    private CellResult run() throws IOException, InterruptedException {
        pair.migrate();
        Optional<Signal> signal = Signal.of(cell.fault().what());
        if (signal.isPresent()) {
            send(signal.get());
        }
        awaitRest();
        long restMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - struckNanos);
        Outcome outcome = outcome();
        require(allowed.contains(outcome), "The outcome is " + outcome + ", allowed is " + allowed);
        Outcome last = outcome;
        while (last == Outcome.PAUSED) {
            require(recoveries++ < MAX_RECOVERIES, "Still paused after so many recoveries");
            pair.recover(recoveries);
            awaitRest();
            last = outcome();
        }
        require(struck(), "The fault had no effect");
        checkMemoryUse();
        if (last == Outcome.SAFE_AT_SOURCE) {
            retry();
        }
        return new CellResult(
                cell,
                true,
                Optional.of(outcome),
                Optional.of(last),
                last == Outcome.DAMAGED ? 1 : 0,
                restMillis,
                recoveries,
                false,
                Optional.empty());
    }

    private void send(Signal signal) throws IOException, InterruptedException {
        FaultPlace.At at = (FaultPlace.At) cell.fault().where();
        RealNode node = pair.node(cell.side());
        node.awaitPoint(at.term().toString(), at.ordinal());
        struckNanos = System.nanoTime();
        signal.send(node.pid());
    }

    private boolean struck() throws IOException {
        return Signal.of(cell.fault().what()).isPresent()
                || pair.node(cell.side())
                        .log()
                        .contains("Fault '" + cell.fault() + "' is injected");
    }

    // ---- waiting

    private void awaitRest() throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!atRest()) {
            checkOneGuest();
            goOnWhereAUserIsAsked();
            require(System.nanoTime() < end, "No rest");
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        checkOneGuest();
    }

    private boolean atRest() throws InterruptedException {
        if (!pair.source().ended()) {
            return false;
        }
        boolean neverCame = Set.of("", "none", "setup").contains(pair.destination().status());
        boolean safe = pair.source().runsGuest();
        return pair.destination().ended() || (neverCame && (safe || !pair.source().alive()));
    }

    private void goOnWhereAUserIsAsked() throws InterruptedException {
        if (pair.source().status().equals("pre-switchover")) {
            pair.source().tell("migrate-continue", "{\"state\": \"pre-switchover\"}");
        }
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Waits a short time for a condition; whether it became true. */
    private static boolean soon(Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + SOON_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return true;
    }

    private void checkOneGuest() throws InterruptedException {
        require(!(pair.source().runsGuest() && pair.destination().runsGuest()), "Two guests run");
    }

    // ---- judging

    private Outcome outcome() throws IOException, InterruptedException {
        RealNode source = pair.source();
        RealNode destination = pair.destination();
        boolean failed = Set.of("failed", "cancelled").contains(source.status());
        if (source.runsGuest() || (failed && soon(source::runsGuest))) {
            return Outcome.SAFE_AT_SOURCE;
        }
        String there = destination.status();
        if (there.equals("completed")) {
            return satisfied(destination) ? Outcome.MOVED : Outcome.DAMAGED;
        }
        boolean waits = source.status().equals("postcopy-paused");
        if (waits && there.equals("postcopy-paused")) {
            return Outcome.PAUSED;
        }
        boolean ran = destination.log().contains(" " + GUEST_RUNS);
        return waits && !ran ? Outcome.STRANDED : Outcome.LOST;
    }

    private static boolean satisfied(RealNode destination)
            throws IOException, InterruptedException {
        require(
                soon(() -> destination.said().contains(" oracle ")),
                "The destination has printed no verdict of the oracle");
        return destination.said().contains("Memory is what the guest last wrote");
    }

    /** Migrates the guest that stayed at the source again: it must move with all that it wrote. */
    private void retry() throws IOException, InterruptedException {
        pair.freshDestination();
        pair.migrate();
        awaitRest();
        Outcome outcome = outcome();
        require(outcome == Outcome.MOVED, "The second migration ended with " + outcome);
    }

    private void checkMemoryUse() throws IOException {
        for (RealNode node : List.of(pair.source(), pair.destination())) {
            if (node.alive()) {
                long bytes = node.peakResidentBytes();
                require(bytes < MOST_RESIDENT_BYTES, bytes + " bytes were resident");
            }
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
