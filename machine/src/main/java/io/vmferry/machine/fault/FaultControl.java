package io.vmferry.machine.fault;

import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.control.ControlledFault;
import io.vmferry.machine.control.ControlledFault.FaultProgress;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.PointCount;
import io.vmferry.machine.control.PointWait;
import io.vmferry.machine.control.PointWaiter;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.Worded;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The faults of a process, planned and added, and the waits for its points: says which are due, and
 * keeps what has become of them. Its host says what happens and injects. Confined to the loop.
 *
 * @param <N> the names of what happens there
 */
public final class FaultControl<N> implements Control {

    private final FaultVocabulary<N> vocabulary;
    private final FaultSite<N> site;
    private final EngineLoop loop;
    private final FaultRecords records;
    private final OccurrenceCounts<N> counts = new OccurrenceCounts<>();
    private final WaitingFaults<N> waiting = new WaitingFaults<>();
    private final PointWaits<N> waits;
    private final StartClock clock;

    /**
     * A control without faults.
     *
     * @param times when faults are injected, for their list
     */
    public FaultControl(
            FaultVocabulary<N> vocabulary, FaultSite<N> site, EngineLoop loop, Clock times) {
        this.vocabulary = vocabulary;
        this.site = site;
        this.loop = loop;
        this.records = new FaultRecords(times);
        this.waits = new PointWaits<>(loop);
        this.clock = new StartClock(loop);
    }

    /** Adds the faults of a plan, before anything has happened. */
    public void plan(List<PlannedFault<N>> faults) {
        try {
            for (PlannedFault<N> fault : faults) {
                add(fault, false);
            }
        } catch (RefusedException e) {
            throw new IllegalStateException("Nothing has passed yet", e);
        }
    }

    // ---- what the host says

    /** The channels of the first migration stand: times count from now. */
    public void started() {
        clock.start();
    }

    /**
     * Counts something that happens, and tells who waits for it.
     *
     * @param about its argument, asked for only if that matters
     * @return the faults whose place it is
     */
    public List<PlannedFault<N>> at(N happening, Supplier<String> about) {
        observe(happening, about);
        return waiting.at(happening, about);
    }

    /** Counts something at which no fault is injected. */
    public void observe(N happening, Supplier<String> about) {
        counts.count(happening, about);
        waits.at(happening, about);
    }

    /**
     * Counts something that happens if it needs nothing else: nobody waits for it, and its
     * arguments are not counted.
     *
     * @return false when it is to be reported by {@link #at}
     */
    public boolean countOnly(N happening) {
        return !waiting.waitFor(happening)
                && !waits.waitFor(happening)
                && counts.countByName(happening);
    }

    /** Whether something has happened, as far as its arguments are counted. */
    public boolean happened(Occurrence<N> what) {
        return counts.of(what).orElse(0) > 0;
    }

    /** Runs the injection of a fault some time after its place, unless it is removed before. */
    public void later(PlannedFault<?> fault, long delayNanos, Runnable injection) {
        Runnable unlessRemoved =
                () -> {
                    if (records.waits(fault)) {
                        injection.run();
                    }
                };
        records.waits(fault, loop.schedule(delayNanos, unlessRemoved)::cancel);
    }

    /**
     * A fault whose time is up waits for something to hit.
     *
     * @param wait runs when it is removed before
     */
    public void pending(PlannedFault<?> fault, Cancellable wait) {
        records.waits(fault, wait);
    }

    /** A fault was injected. */
    public void injected(PlannedFault<?> fault, String where) {
        records.over(fault, FaultProgress.INJECTED, where);
    }

    /** A fault has found nothing that it could hit. */
    public void missed(PlannedFault<?> fault, String where) {
        records.over(fault, FaultProgress.MISSED, where);
    }

    // ---- what others ask for

    @Override
    public List<ControlledFault> faults() {
        return records.all();
    }

    @Override
    public long addFault(String text, boolean fromNow) throws RefusedException {
        if (records.waiting() >= MAX_WAITING_FAULTS) {
            throw new RefusedException(
                    "%d faults wait: expected fewer than %d"
                            .formatted(records.waiting(), MAX_WAITING_FAULTS));
        }
        requireShort(text);
        PlannedFault<N> fault = parse(text);
        if (fault.trigger() instanceof Trigger.AtOpening) {
            throw new RefusedException("Fault '%s': the monitors are open already".formatted(text));
        }
        return add(fault, fromNow);
    }

    private PlannedFault<N> parse(String text) throws RefusedException {
        try {
            return PlannedFault.parse(text, vocabulary);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Worded.of(e));
        }
    }

    private static void requireShort(String text) throws RefusedException {
        if (text.length() > MAX_TEXT_CHARS) {
            throw new RefusedException(
                    "A text of %d characters: expected at most %d"
                            .formatted(text.length(), MAX_TEXT_CHARS));
        }
    }

    private long add(PlannedFault<N> fault, boolean fromNow) throws RefusedException {
        return switch (fault.trigger()) {
            case Trigger.AtOccurrence<N> at -> {
                long left = left(at, fromNow, "Fault '%s'".formatted(fault));
                yield added(fault, fromNow, waiting.add(fault, at.what(), left));
            }
            case Trigger.AfterStart<N>(long nanos) ->
                    added(fault, fromNow, timer(nanos, fromNow, () -> site.timeIsUp(fault)));
            case Trigger.AtByte<N> at when fromNow ->
                    throw new RefusedException(
                            "Fault '%s': bytes count from the beginning of a connection, not from now"
                                    .formatted(fault));
            case Trigger.AtByte<N> at -> watch(fault, at);
            case Trigger.AtOpening<N> _ -> added(fault, fromNow, () -> {});
        };
    }

    private long added(PlannedFault<N> fault, boolean fromNow, Cancellable wait) {
        long id = records.add(fault, fromNow);
        records.waits(fault, wait);
        return id;
    }

    private Cancellable timer(long nanos, boolean fromNow, Runnable task) throws RefusedException {
        return fromNow ? loop.schedule(nanos, task)::cancel : clock.after(nanos, task);
    }

    /** The byte may be the next one, so that the fault is injected within the call. */
    private long watch(PlannedFault<N> fault, Trigger.AtByte<N> at) throws RefusedException {
        long id = records.add(fault, false);
        try {
            records.waits(fault, site.watch(fault, at));
            return id;
        } catch (RefusedException e) {
            records.remove(id);
            throw e;
        }
    }

    /**
     * How often something has to happen from now on.
     *
     * @param who for messages
     * @throws RefusedException when it has happened that often already
     */
    private long left(Trigger.AtOccurrence<N> at, boolean fromNow, String who)
            throws RefusedException {
        if (fromNow) {
            return at.ordinal();
        }
        long count = count(at.what(), who);
        if (count >= at.ordinal()) {
            throw new RefusedException(
                    "%s has passed: it came %s since the start; from-now=true counts from now"
                            .formatted(who, count == 1 ? "once" : count + " times"));
        }
        return at.ordinal() - count;
    }

    private long count(Occurrence<N> what, String who) throws RefusedException {
        return counts.of(what)
                .orElseThrow(() ->
                        new RefusedException(
                                "%s: there were too many arguments to count each; from-now counts from now"
                                        .formatted(who)));
    }

    @Override
    public void removeFault(long id) throws RefusedException {
        records.remove(id);
    }

    @Override
    public List<ControlledChannel> channels() {
        return site.channels();
    }

    @Override
    public void cut(String channel, CutKind kind) throws RefusedException {
        requireHit(site.cut(channel(channel), kind), channel);
    }

    @Override
    public void restore(String channel) throws RefusedException {
        requireHit(site.restore(channel(channel)), channel);
    }

    private static FaultChannel channel(String name) throws RefusedException {
        requireShort(name);
        try {
            return FaultChannel.parse(name);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Worded.of(e));
        }
    }

    private static void requireHit(boolean hit, String channel) throws RefusedException {
        if (!hit) {
            throw new RefusedException("No connection carries channel '%s' now".formatted(channel));
        }
    }

    @Override
    public List<PointCount> points() {
        return counts.all(site::text);
    }

    @Override
    public PointWait await(String point, boolean fromNow, long limitMillis, PointWaiter waiter)
            throws RefusedException {
        requireShort(point);
        if (limitMillis < 1 || limitMillis > MAX_WAIT_MILLIS) {
            throw new RefusedException(
                    "A wait of %d ms: expected 1 to %d".formatted(limitMillis, MAX_WAIT_MILLIS));
        }
        Trigger.AtOccurrence<N> at = occurrence(point);
        String who = "Point '%s'".formatted(point);
        if (!fromNow && count(at.what(), who) >= at.ordinal()) {
            return new PointWait(waits.nextId(), true);
        }
        long id = waits.nextId();
        waits.add(id, at.what(), left(at, fromNow, who), limitMillis, waiter);
        return new PointWait(id, false);
    }

    private Trigger.AtOccurrence<N> occurrence(String point) throws RefusedException {
        try {
            if (trigger(FaultPlace.parse(point)) instanceof Trigger.AtOccurrence<N> at
                    && at.atOnce()) {
                return at;
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException("Point '%s': %s".formatted(point, Worded.of(e)));
        }
        throw new RefusedException(
                "Point '%s': expected NAME[(ARGUMENT)][#ORDINAL]".formatted(point));
    }

    private Trigger<N> trigger(FaultPlace place) {
        if (place instanceof FaultPlace.At at) {
            Optional<N> name = vocabulary.awaitedOnly(at.term().name());
            if (name.isPresent()) {
                return new Trigger.AtOccurrence<>(
                        new Occurrence<>(name.get(), at.term().arguments().stream().findFirst()),
                        at.ordinal(),
                        at.percent(),
                        at.delayNanos());
            }
        }
        return Trigger.of(place, vocabulary);
    }
}
