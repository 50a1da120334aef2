package io.vmferry.lab.clients;

import io.vmferry.lab.process.QmpClient;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does the steps of a situation on a thread of its own, while the client is at work. */
final class Others {

    private static final long LIMIT_MILLIS = 120_000;

    /** A process whose connections break may still be there for a moment. */
    private static final long EXIT_MILLIS = 1_000;

    private final ClientPair pair;
    private final Thread thread;

    /** Ends the waits: an interrupt would close the connection of a node. */
    private volatile boolean over;

    /** What went wrong in a step, if something did; read when the thread has ended. */
    private @Nullable IOException failure;

    private Others(ClientPair pair, List<Step> steps) {
        this.pair = pair;
        this.thread = Thread.ofVirtual().name("others").unstarted(() -> doAll(steps));
    }

    static Others begin(ClientPair pair, List<Step> steps) {
        Others others = new Others(pair, steps);
        others.thread.start();
        return others;
    }

    /**
     * Waits until they have come to their end, if they do so in time, and ends them.
     *
     * @throws IOException when one of them could not be done though its node was there
     */
    void end(long millis) throws IOException, InterruptedException {
        stop(millis);
        if (failure != null) {
            throw failure;
        }
    }

    /** Ends them at once; without effect when they have ended. */
    void stop() throws InterruptedException {
        stop(0);
    }

    private void stop(long millis) throws InterruptedException {
        thread.join(Duration.ofMillis(millis));
        over = true;
        thread.join();
    }

    private void doAll(List<Step> steps) {
        try {
            for (Step step : steps) {
                if (!done(step)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Whether there is more to do: not when the process is gone that a step is for. */
    private boolean done(Step step) throws IOException, InterruptedException {
        try {
            perform(step);
            return !over;
        } catch (IOException | AssertionError e) {
            if (!Waiting.until(EXIT_MILLIS, this::oneIsGone)) {
                throw new IOException("%s failed: %s".formatted(step, Worded.of(e)), e);
            }
            return false;
        }
    }

    private boolean oneIsGone() {
        return !pair.node(Side.SOURCE).alive() || !pair.node(Side.DESTINATION).alive();
    }

    private void perform(Step step) throws IOException, InterruptedException {
        switch (step) {
            case Step.Await(var side, var status) -> {
                if (!Waiting.until(
                        LIMIT_MILLIS, () -> over || pair.node(side).status().equals(status))) {
                    throw new IOException("statuses are " + pair.statuses());
                }
            }
            case Step.Pause(long millis) -> pause(millis);
            case Step.SendCommand(var side, var name, var arguments) ->
                    pair.node(side).tell(name, arguments.toString());
            case Step.Occupy(long millis) -> {
                try (QmpClient _ =
                        QmpClient.connect(
                                new MonitorAddress.UnixMonitor(pair.clientMonitor().toString()))) {
                    pause(millis);
                }
            }
        }
    }

    private void pause(long millis) throws IOException, InterruptedException {
        Waiting.until(millis, () -> over);
    }
}
