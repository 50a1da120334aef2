package io.vmferry.dest.incoming;

import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A loop whose time stands still until the test moves it. */
final class ManualLoop implements EngineLoop {

    private record Entry(long atNanos, Runnable task) {}

    private final List<Entry> agenda = new ArrayList<>();
    private long nowNanos;

    @Override
    public long nanoTime() {
        return nowNanos;
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

    /** Runs what is due now. */
    void run() {
        advance(0);
    }

    /** Lets time pass. */
    void advance(long nanos) {
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
