package io.vmferry.machine.link;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A loop whose time stands still until the test moves it. */
public final class ManualLoop implements EngineLoop {

    private record Entry(long atNanos, Runnable task) {}

    private final List<Entry> agenda = new ArrayList<>();
    private long nowNanos;

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    /** The same in milliseconds. */
    public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos);
    }

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Entry entry = new Entry(nowNanos + delayNanos, task);
        agenda.add(entry);
        return () -> agenda.remove(entry);
    }

    /** Whether anything is still to be run. */
    public boolean idle() {
        return agenda.isEmpty();
    }

    /** Runs what is due now. */
    public void run() {
        advance(0);
    }

    /** Lets time pass; 0 runs what is due now. */
    public void advanceMillis(long millis) {
        advance(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** The same in nanoseconds. */
    public void advance(long nanos) {
        long until = nowNanos + nanos;
        while (true) {
            Entry next =
                    agenda.stream()
                            .filter(entry -> entry.atNanos <= until)
                            .min(Comparator.comparingLong(Entry::atNanos))
                            .orElse(null);
            if (next == null) {
                nowNanos = until;
                return;
            }
            agenda.remove(next);
            nowNanos = Math.max(nowNanos, next.atNanos);
            next.task.run();
        }
    }
}
