package io.vmferry.lab.clients;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs several situations at a time: most of theirs is waiting. */
final class Rows {

    private Rows() {}

    /** The rows in the order of the calls. The first that fails ends all. */
    static List<Row> run(List<Callable<Row>> calls, int jobs)
            throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(jobs);
        try {
            List<Row> rows = new ArrayList<>();
            for (Future<Row> row : calls.stream().map(threads::submit).toList()) {
                rows.add(row.get());
            }
            return rows;
        } catch (ExecutionException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case IOException io -> throw io;
                case RuntimeException bug -> throw bug;
                case Error bug -> throw bug;
                default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }
}
