package io.vmferry.lab.clients;

import io.vmferry.protocol.Worded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The rows of a run, and those that could not be played to their end. */
record Rows(List<Row> rows, List<NotPlayed> notPlayed) {

    private static final long ENDING_SECONDS = 15;
    private static final int MOST_CHARACTERS = 400;

    /** A row to be played. */
    record RowTask(String client, Situation situation, String version, Callable<Row> play) {

        private NotPlayed failed(String why) {
            return new NotPlayed(client, situation.name(), version, why);
        }
    }

    /** A row that was not played to its end, and why. */
    record NotPlayed(String client, String situation, String version, String why) {

        @Override
        public String toString() {
            return "%s in %s as %s: %s".formatted(client, situation, version, why);
        }
    }

    /**
     * Runs several situations at a time: most of theirs is waiting. The rows are in the order of
     * the tasks. A signal that ends this process ends them in an orderly way.
     *
     * @throws CannotStartException when there is no such client, which ends all
     */
    static Rows run(List<RowTask> tasks, int jobs)
            throws CannotStartException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(jobs);
        Thread hook = new Thread(() -> end(threads), "end-rows");
        Runtime.getRuntime().addShutdownHook(hook);
        List<Row> rows = new ArrayList<>();
        List<NotPlayed> notPlayed = new ArrayList<>();
        try {
            List<Future<Row>> futures =
                    tasks.stream().map(task -> threads.submit(task.play())).toList();
            for (int i = 0; i < tasks.size(); i++) {
                try {
                    rows.add(futures.get(i).get());
                } catch (ExecutionException e) {
                    String why = failure(Objects.requireNonNull(e.getCause()));
                    notPlayed.add(tasks.get(i).failed(why));
                }
            }
            return new Rows(rows, notPlayed);
        } finally {
            end(threads);
            if (!hook.isAlive()) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    /** How it went, in a sentence. */
    String total() {
        long bad = rows.stream().filter(row -> !row.good()).count();
        String text =
                "%d row%s, %d good"
                        .formatted(rows.size(), rows.size() == 1 ? "" : "s", rows.size() - bad);
        if (bad > 0) {
            text +=
                    "; in %d the client is wrong about the guest, or the guest could be better off"
                            .formatted(bad);
        }
        return notPlayed.isEmpty() ? text : text + "; %d not played".formatted(notPlayed.size());
    }

    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        try {
            threads.awaitTermination(ENDING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The log of a pair that cannot be used may be in it. */
    private static String shortened(String why) {
        return why.substring(0, Math.min(why.length(), MOST_CHARACTERS));
    }

    private static String failure(Throwable cause) throws CannotStartException {
        return switch (cause) {
            case CannotStartException e -> throw e;
            case IOException e -> shortened(Worded.of(e));
            case AssertionError e -> shortened(Worded.of(e));
            case InterruptedException _ -> "Ended from outside";
            case RuntimeException bug -> throw bug;
            case Error bug -> throw bug;
            default -> throw new IllegalStateException(cause);
        };
    }
}
