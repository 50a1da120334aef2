package io.vmferry.source.outgoing.guest;

import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.Turns;
import java.util.concurrent.TimeUnit;

/** Forces a dirty sync in a precopy with auto-converge when there was none for a while. */
public record ForcedSync(
        DirtySync dirtySync, OutgoingCounters counters, AttemptState attempt, Turns turns) {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Starts to force a sync whenever there was none for a while. */
    public void begin() {
        again(0);
    }

    private void again(long lastCount) {
        turns.after(
                LIMIT_NANOS,
                () -> {
                    if (!attempt.precopying()) {
                        return;
                    }
                    if (counters.dirtySyncCount > 1 && counters.dirtySyncCount == lastCount) {
                        dirtySync.run();
                    }
                    again(counters.dirtySyncCount);
                });
    }
}
