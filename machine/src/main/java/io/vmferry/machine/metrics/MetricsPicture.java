package io.vmferry.machine.metrics;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Takes pictures of all values on the engine's loop. Callable from any thread. */
record MetricsPicture(Executor loop, MetricSource source) {

    /** A picture to come; it fails if reading does, and never comes from a loop that is stuck. */
    CompletableFuture<Readings> take() {
        CompletableFuture<Readings> taken = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                Readings readings = new Readings();
                source.read(readings);
                taken.complete(readings);
            } catch (RuntimeException | Error bug) {
                taken.completeExceptionally(bug);
            }
        });
        return taken;
    }
}
