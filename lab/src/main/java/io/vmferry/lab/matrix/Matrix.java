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

/** Runs cells. */
final class Matrix {

    private Matrix() {}

    /** The simulated cells of some courses with each of some seeds: all of them, or some. */
    static List<Cell> cells(List<Course> courses, List<Long> seeds, Predicate<Cell> meant) {
        List<Cell> cells = new ArrayList<>();
        for (Course course : courses) {
            for (long seed : seeds) {
                Places.of(course, seed).cells().stream().filter(meant).forEach(cells::add);
            }
        }
        return cells;
    }

    /**
     * Simulates cells on all processors.
     *
     * @param report receives each result, on any thread
     */
    static List<CellResult> simulate(List<Cell> cells, Consumer<CellResult> report) {
        return cells.parallelStream()
                .map(cell -> {
                    CellResult result = SimulatedCells.run(cell);
                    report.accept(result);
                    return result;
                })
                .toList();
    }

    /**
     * Runs cells between real daemons.
     *
     * @param pairs how many pairs run at the same time
     * @param report receives each result, on any thread
     */
    static List<CellResult> run(List<Cell> cells, int pairs, Consumer<CellResult> report)
            throws IOException, InterruptedException {
        List<CellResult> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(pairs)) {
            List<Future<CellResult>> running = new ArrayList<>();
            for (Cell cell : cells) {
                running.add(
                        threads.submit(() -> {
                            CellResult result = RealCells.run(cell, RealSubset.simulated(cell));
                            report.accept(result);
                            return result;
                        }));
            }
            for (Future<CellResult> each : running) {
                results.add(each.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IOException("A cell could not be run: " + e.getCause(), e);
        }
    }
}
