package io.vmferry.machine.daemon;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What a process says about its guest when a signal ends it, in one line on stderr.
 *
 * @param sentence made on the engine's loop
 */
public record SignalNotice(Node node, Screen screen, Supplier<String> sentence) {

    private static final long LIMIT_MILLIS = 300;

    /** Says it; not on the loop, for which it waits a short while. */
    void say() {
        String said =
                CompletableFuture.supplyAsync(sentence, node.loop())
                        .exceptionally(bug -> "its engine is broken: " + bug)
                        .completeOnTimeout(
                                "its engine does not respond", LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                        .join();
        screen.endProgress();
        screen.complain(node.spec().logFormat(), "Ended by a signal: " + said);
    }
}
