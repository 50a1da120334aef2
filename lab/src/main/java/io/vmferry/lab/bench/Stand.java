package io.vmferry.lab.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where benchmarks are run.
 *
 * @param scratch what the machine is left with, and for how long
 * @param runs how often each thing is measured
 * @param divisor guests are smaller by this factor; 1 for figures that count
 * @param log for the person who watches
 */
record Stand(Scratch scratch, int runs, int divisor, PrintStream log) {

    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;

    /** A guest size as it is to be used here. */
    long scaled(long bytes) {
        return bytes / divisor;
    }

    /** A fresh folder for sockets and logs; its path is short enough for a socket's address. */
    Path folder() throws IOException {
        return Files.createTempDirectory(scratch.folder(), "");
    }

    void say(String text) {
        log.println("  " + text);
    }
}
