package io.vmferry.machine.link;

import io.vmferry.machine.link.NettyTransport.LinkContext;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The common end of all attempts: one result counts, whether success, failure, deadline or
 * cancellation. Owned by the loop but for {@link #cancel}.
 */
abstract class PendingAttempt implements Transport.Attempt {

    private final NettyEngineLoop loop;
    private final long limitNanos;
    private final Consumer<IOException> failed;
    private EngineLoop.Timer deadline = () -> {};
    private boolean over;

    /**
     * @param failed gets the one line of {@link #worded}
     */
    PendingAttempt(LinkContext context, Consumer<IOException> failed) {
        this.loop = context.loop();
        this.limitNanos = context.attemptNanos();
        this.failed = failed;
    }

    /** Puts a failure in words. */
    abstract IOException worded(Throwable cause);

    /** Lets go of what was opened so far, because it is not wanted any more. */
    abstract void abandon();

    /** Begins to count the time. */
    void startDeadline() {
        String text = "No answer within " + TimeUnit.NANOSECONDS.toSeconds(limitNanos) + " s";
        deadline = loop.schedule(limitNanos, () -> fail(new IOException(text)));
    }

    /** Whether the result is there, so that later ones do not count. */
    boolean over() {
        return over;
    }

    /** Ends the attempt well; false when it had ended before. */
    boolean succeed() {
        if (over) {
            return false;
        }
        over = true;
        deadline.cancel();
        return true;
    }

    /** Ends the attempt badly, if it has not ended. */
    void fail(Throwable cause) {
        if (succeed()) {
            abandon();
            failed.accept(worded(cause));
        }
    }

    /** Callable from any thread. */
    @Override
    public void cancel() {
        if (loop.inLoop()) {
            cancelNow();
        } else {
            loop.execute(this::cancelNow);
        }
    }

    private void cancelNow() {
        if (succeed()) {
            abandon();
        }
    }
}
