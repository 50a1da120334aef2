package io.vmferry.lab.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings of a run of benchmarks.
 *
 * @param files the files and processes of the run
 * @param runs of each measurement
 * @param divisor of the size of all guests and of the number of simulations; 1 for figures that
 *     count
 * @param flames draws the daemons' flame graphs; empty when figures are measured
 * @param log for the person who watches
 */
record BenchContext(
        BenchFiles files, int runs, int divisor, Optional<FlameGraphs> flames, PrintStream log) {

    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;

    /** A guest size, or a number of simulations, divided by the divisor. */
    long scaled(long whole) {
        return whole / divisor;
    }

    /** A new folder for sockets and logs; its path is short enough for a socket's address. */
    Path folder() throws IOException {
        return Files.createTempDirectory(files.folder(), "");
    }

    void say(String text) {
        log.println("  " + text);
    }
}
