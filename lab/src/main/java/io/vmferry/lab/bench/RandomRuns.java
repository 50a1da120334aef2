package io.vmferry.lab.bench;

import io.vmferry.lab.simulator.RandomRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program that simulates migrations on two threads: each seed once without and once with
 * postcopy. Prints how long each quarter of them took, and the heap in use after it.
 */
final class RandomRuns {

    static final int THREADS = 2;
    static final int QUARTERS = 4;

    private static final List<RandomRun> KINDS = List.of(RandomRun.PRECOPY, RandomRun.POSTCOPY);

    private RandomRuns() {}

    /** {@code COUNT}, the number of migrations. */
    public static void main(String[] args) throws Exception {
        long count = Long.parseLong(args[0]);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int quarter = 0; quarter < QUARTERS; quarter++) {
                long began = System.nanoTime();
                run(threads, count * quarter / QUARTERS, count * (quarter + 1) / QUARTERS);
                long nanos = System.nanoTime() - began;
                System.out.printf(
                        "quarter %d took %d ns, used %d%n",
                        quarter + 1, nanos, usedAfterCollection());
            }
        }
    }

    private static void run(ExecutorService threads, long from, long to) throws Exception {
        AtomicLong next = new AtomicLong(from);
        List<Future<?>> ends = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            ends.add(
                    threads.submit(() -> {
                        for (long run = next.getAndIncrement();
                                run < to;
                                run = next.getAndIncrement()) {
                            KINDS.get((int) (run % KINDS.size())).run(run / KINDS.size());
                        }
                    }));
        }
        for (Future<?> end : ends) {
            end.get();
        }
    }

    private static long usedAfterCollection() {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
