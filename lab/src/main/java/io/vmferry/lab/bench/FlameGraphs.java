package io.vmferry.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import one.convert.Arguments;
import one.convert.JfrToFlame;

/**
 * Flame graphs of processes that Flight Recorder has watched: of their processor time, and of what
 * they have allocated. {@code scripts/bench} starts the recordings, by {@code JAVA_OPTS}.
 *
 * @param folder of the recordings, {@code PID.jfr}, and of the pages
 */
record FlameGraphs(Path folder) {

    /**
     * Draws the pages of a process that has ended, {@code NAME-cpu.html} and {@code
     * NAME-alloc.html}.
     */
    void draw(long pid, String name) throws IOException {
        Path recording = folder.resolve(pid + ".jfr");
        if (!Files.exists(recording)) {
            throw new IOException(
                    "No %s: Flight Recorder has not watched that process; JAVA_OPTS starts it"
                            .formatted(recording));
        }
        page(recording, name, "cpu", "--cpu-time");
        page(recording, name, "alloc", "--alloc", "--total");
        Files.move(recording, unused(name, ".jfr"));
    }

    private void page(Path recording, String name, String what, String... options)
            throws IOException {
        Arguments arguments = new Arguments(options);
        arguments.title = name + ", " + what;
        arguments.dot = true;
        JfrToFlame.convert(
                recording.toString(), unused(name, "-" + what + ".html").toString(), arguments);
    }

    /** A file that no earlier run of the measurement has made. */
    private Path unused(String name, String ending) {
        for (int run = 1; ; run++) {
            Path file = folder.resolve("%s-%d%s".formatted(name, run, ending));
            if (!Files.exists(file)) {
                return file;
            }
        }
    }
}
