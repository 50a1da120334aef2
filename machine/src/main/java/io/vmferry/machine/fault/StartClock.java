package io.vmferry.machine.fault;

import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Times that count from when the channels of the first migration stand. Confined to the loop. */
final class StartClock {

    /** A task for some time after the start; its timer is set by then. */
    private static final class TimedTask implements Cancellable {
        final long nanos;
        final Runnable task;
        Cancellable timer = () -> {};

        TimedTask(long nanos, Runnable task) {
            this.nanos = nanos;
            this.task = task;
        }

        @Override
        public void cancel() {
            timer.cancel();
        }
    }

    private final EngineLoop loop;
    private final List<TimedTask> tasks = new ArrayList<>();
    private OptionalLong startNanos = OptionalLong.empty();

    StartClock(EngineLoop loop) {
        this.loop = loop;
    }

    /** The channels stand; only the first time counts. */
    void start() {
        if (startNanos.isEmpty()) {
            startNanos = OptionalLong.of(loop.nanoTime());
            tasks.forEach(task -> task.timer = loop.schedule(task.nanos, task.task)::cancel);
            tasks.clear();
        }
    }

    /**
     * Runs a task so long after the start.
     *
     * @throws RefusedException when that has passed
     */
    Cancellable after(long nanos, Runnable task) throws RefusedException {
        if (startNanos.isPresent()) {
            long leftNanos = nanos - (loop.nanoTime() - startNanos.getAsLong());
            if (leftNanos < 0) {
                throw new RefusedException(
                        "%s after the start have passed; from-now counts from now"
                                .formatted(TimeText.format(nanos)));
            }
            return loop.schedule(leftNanos, task)::cancel;
        }
        TimedTask waiting = new TimedTask(nanos, task);
        waiting.timer = () -> tasks.remove(waiting);
        tasks.add(waiting);
        return waiting;
    }
}
