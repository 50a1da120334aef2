package io.vmferry.lab.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs fuzzers in parallel, and detects a reader that does not terminate. */
final class Fuzzing {

    /** No input takes so long, unless it never ends. */
    private static final long PATIENCE_SECONDS = 30;

    private Fuzzing() {}

    /**
     * Runs them all.
     *
     * @throws HungException when a reader does not terminate; its thread keeps running
     */
    static List<FuzzOutcome> run(List<Fuzzer> fuzzers, int threads)
            throws InterruptedException, HungException {
        ExecutorService pool =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("fuzzer-", 0).factory());
        try {
            List<Future<FuzzOutcome>> running = fuzzers.stream().map(pool::submit).toList();
            List<FuzzOutcome> outcomes = new ArrayList<>();
            for (int i = 0; i < running.size(); i++) {
                outcomes.add(await(running.get(i), fuzzers));
            }
            return outcomes;
        } finally {
            pool.shutdownNow();
        }
    }

    private static FuzzOutcome await(Future<FuzzOutcome> running, List<Fuzzer> all)
            throws InterruptedException, HungException {
        while (true) {
            List<Long> before = all.stream().map(Fuzzer::checked).toList();
            try {
                return running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                for (int i = 0; i < all.size(); i++) {
                    requireGoneOn(all.get(i), before.get(i));
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("A fuzzer has broken", e.getCause());
            }
        }
    }

    private static void requireGoneOn(Fuzzer fuzzer, long before) throws HungException {
        // a fuzzer that has just begun, or shrinks a finding, does not hang
        if (fuzzer.reading() && before > 0 && fuzzer.checked() == before) {
            throw new HungException(
                    new Finding(
                            fuzzer.target(),
                            fuzzer.current(),
                            "A reader does not terminate: no result within %d s"
                                    .formatted(PATIENCE_SECONDS)));
        }
    }
}
