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

/**
 * The rows of a run, and what could not be brought about.
 *
 * @param failures a line for each situation that could not be played to its end
 */
record Rows(List<Row> rows, List<String> failures) {

    private static final long ENDING_SECONDS = 15;

    /**
     * Runs several situations at a time: most of theirs is waiting. The rows are in the order of
     * the calls. A signal that ends this process ends them in an orderly way.
     *
     * @throws CannotStartException when there is no such client, which ends all
     */
    static Rows run(List<Callable<Row>> calls, int jobs)
            throws CannotStartException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(jobs);
        Thread hook = new Thread(() -> end(threads), "end-rows");
        Runtime.getRuntime().addShutdownHook(hook);
        List<Row> rows = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        try {
            for (Future<Row> row : calls.stream().map(threads::submit).toList()) {
                try {
                    rows.add(row.get());
                } catch (ExecutionException e) {
                    failures.add(failure(Objects.requireNonNull(e.getCause())));
                }
            }
            return new Rows(rows, failures);
        } finally {
            end(threads);
            if (!hook.isAlive()) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        try {
            threads.awaitTermination(ENDING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String failure(Throwable cause) throws CannotStartException {
        return switch (cause) {
            case CannotStartException e -> throw e;
            case IOException e -> Worded.of(e);
            case InterruptedException _ -> "Ended from outside";
            case RuntimeException bug -> throw bug;
            case Error bug -> throw bug;
            default -> throw new IllegalStateException(cause);
        };
    }
}
