package io.vmferry.machine.link;

import io.vmferry.machine.link.NettyTransport.LinkContext;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The common end of what connects or listens: one result counts, whether success, failure, deadline
 * or cancellation. Confined to the loop but for {@link #cancel}.
 */
abstract class PendingOperation implements Cancellable {

    final LinkContext context;
    private final Consumer<IOException> failed;
    private EngineLoop.Timer deadline = () -> {};
    private boolean over;

    /**
     * @param failed gets the one line of {@link #worded}
     */
    PendingOperation(LinkContext context, Consumer<IOException> failed) {
        this.context = context;
        this.failed = failed;
    }

    /** Puts a failure in words. */
    abstract IOException worded(Throwable cause);

    /**
     * Lets go of what was opened so far, because it is not wanted any more. What is opened too late
     * is closed on arrival.
     */
    void abandon() {}

    /** Begins to count the time. */
    void startDeadline() {
        long limitNanos = context.operationLimitNanos();
        String text = "Timed out after " + TimeUnit.NANOSECONDS.toSeconds(limitNanos) + " s";
        deadline = context.loop().schedule(limitNanos, () -> fail(new IOException(text)));
    }

    /** Whether the result is there, so that later ones do not count. */
    boolean over() {
        return over;
    }

    /** Ends it well; false when it had ended before. */
    boolean succeed() {
        if (over) {
            return false;
        }
        over = true;
        deadline.cancel();
        return true;
    }

    /** Ends it badly, if it has not ended. */
    void fail(Throwable cause) {
        if (succeed()) {
            abandon();
            failed.accept(worded(cause));
        }
    }

    /** Callable from any thread. */
    @Override
    public void cancel() {
        inLoop(this::cancelNow);
    }

    /** Runs a step within the call when on the loop, and else on the loop. */
    final void inLoop(Runnable step) {
        if (context.loop().inLoop()) {
            step.run();
        } else {
            context.loop().execute(step);
        }
    }

    private void cancelNow() {
        if (succeed()) {
            abandon();
        }
    }
}
