package io.vmferry.machine.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A loop with a manual clock, which the test advances. */
public final class ManualLoop implements EngineLoop {

    private record Entry(long atNanos, Runnable task) {}

    private final List<Entry> agenda = new ArrayList<>();
    private final Deque<Runnable> sideTasks = new ArrayDeque<>();
    private boolean sideTasksWait;
    private long nowNanos;

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    /** The time in milliseconds. */
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

    @Override
    public SideTasks sideTasks(String name) {
        return (task, done) -> {
            Runnable both =
                    () -> {
                        task.run();
                        done.run();
                    };
            if (sideTasksWait) {
                sideTasks.add(both);
            } else {
                both.run();
            }
        };
    }

    /** Side tasks wait from now on for {@link #nextSideTask}. */
    public void holdSideTasks() {
        sideTasksWait = true;
    }

    /** The number of side tasks that wait. */
    public int waitingSideTasks() {
        return sideTasks.size();
    }

    /** Runs the first side task that waits. */
    public void nextSideTask() {
        sideTasks.remove().run();
    }

    /** Whether no task is left. */
    public boolean idle() {
        return agenda.isEmpty();
    }

    /** The number of tasks that are left. */
    public int waiting() {
        return agenda.size();
    }

    /** Advances the clock to the next task and runs it. */
    public void next() {
        run(earliest().orElseThrow());
    }

    /** Runs the tasks that are due now. */
    public void run() {
        advance(0);
    }

    /** Advances the clock by milliseconds and runs what becomes due; 0 runs what is due now. */
    public void advanceMillis(long millis) {
        advance(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Advances the clock by nanoseconds and runs what becomes due. */
    public void advance(long nanos) {
        long until = nowNanos + nanos;
        for (Optional<Entry> due = earliest();
                due.isPresent() && due.get().atNanos <= until;
                due = earliest()) {
            run(due.get());
        }
        nowNanos = until;
    }

    private Optional<Entry> earliest() {
        return agenda.stream().min(Comparator.comparingLong(Entry::atNanos));
    }

    private void run(Entry entry) {
        agenda.remove(entry);
        nowNanos = Math.max(nowNanos, entry.atNanos);
        entry.task.run();
    }
}
