package io.vmferry.machine.daemon;

import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What a process says about its guest when a signal ends it, in one line on stderr.
 *
 * @param loop the engine's
 * @param sentence made on the loop
 */
public record SignalNotice(
        Executor loop, LogFormat format, Screen screen, Supplier<String> sentence) {

    /**
     * Says it; not on the loop. Waits for neither the loop nor the output longer than a moment,
     * since what the process holds is released afterwards.
     */
    void say() {
        String said =
                CompletableFuture.supplyAsync(sentence, loop)
                        .exceptionally(bug -> "its engine is broken: " + bug)
                        .completeOnTimeout(
                                "its engine does not respond",
                                LimitedPrinting.LIMIT.toMillis(),
                                TimeUnit.MILLISECONDS)
                        .join();
        LimitedPrinting.run(() -> {
            screen.endProgress();
            screen.complain(format, "Ended by a signal: " + said);
        });
    }
}
