package io.vmferry.lab.clients;

import io.vmferry.lab.process.QmpClient;
import io.vmferry.machine.monitor.MonitorAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Does the steps of a situation on a thread of its own, while the client is at work. */
final class Others {

    private static final long LIMIT_MILLIS = 120_000;

    private final ClientPair pair;
    private final Thread thread;

    /** Ends the waits: an interrupt would close the connection of a node. */
    private volatile boolean over;

    private Others(ClientPair pair, List<Step> steps) {
        this.pair = pair;
        this.thread = Thread.ofVirtual().name("others").unstarted(() -> doAll(steps));
    }

    static Others begin(ClientPair pair, List<Step> steps) {
        Others others = new Others(pair, steps);
        others.thread.start();
        return others;
    }

    /** Waits until they have come to their end, if they do so in time, and ends them. */
    void end(long millis) throws InterruptedException {
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
        } catch (IOException | AssertionError e) {
            // the process is gone that it was for: the guest's end tells
        }
    }

    private boolean done(Step step) throws IOException, InterruptedException {
        switch (step) {
            case Step.Await(var side, var status) -> {
                Waiting.until(LIMIT_MILLIS, () -> over || pair.node(side).status().equals(status));
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
        return !over;
    }

    private void pause(long millis) throws IOException, InterruptedException {
        Waiting.until(millis, () -> over);
    }
}
