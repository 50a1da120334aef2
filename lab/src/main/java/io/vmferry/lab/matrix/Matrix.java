package io.vmferry.lab.matrix;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Runs cells and keeps their results. */
final class Matrix {

    private final List<CellResult> simulated = new ArrayList<>();
    private final List<CellResult> real = new ArrayList<>();

    /** Simulates every cell of some courses, with each of some seeds. */
    void simulate(List<Course> courses, List<Long> seeds, Predicate<Cell> meant) {
        for (Course course : courses) {
            for (long seed : seeds) {
                simulated.addAll(
                        Places.of(course, seed).cells().parallelStream()
                                .filter(meant)
                                .map(SimulatedCells::run)
                                .toList());
            }
        }
    }

    /**
     * Runs cells between real daemons.
     *
     * @param pairs how many pairs run at the same time
     * @param tell receives each result, on any thread
     */
    void run(List<Cell> cells, int pairs, Consumer<CellResult> tell)
            throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(pairs)) {
            List<Future<CellResult>> running = new ArrayList<>();
            for (Cell cell : cells) {
                running.add(
                        threads.submit(() -> {
                            CellResult result = RealCells.run(cell, RealSubset.simulated(cell));
                            tell.accept(result);
                            return result;
                        }));
            }
            for (Future<CellResult> each : running) {
                real.add(each.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("A cell could not be run: " + e.getCause(), e);
        }
    }

    List<CellResult> simulated() {
        return simulated;
    }

    List<CellResult> real() {
        return real;
    }

    /** The results that broke a rule. */
    List<CellResult> broken() {
        return Stream.concat(simulated.stream(), real.stream())
                .filter(result -> result.broken().isPresent())
                .toList();
    }
}
