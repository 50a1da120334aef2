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
 * @param subject what is measured, the beginning of the pages' names
 */
record FlameGraphs(Path folder, String subject) {

    /**
     * Draws the pages of a process that has ended, {@code SUBJECT-SIDE-RUN-cpu.html} and {@code
     * SUBJECT-SIDE-RUN-alloc.html}, and gives its recording the same name.
     */
    void draw(long pid, String side) throws IOException {
        Path recording = folder.resolve(pid + ".jfr");
        if (!Files.exists(recording)) {
            throw new IOException(
                    "No %s: Flight Recorder has not watched that process; JAVA_OPTS starts it"
                            .formatted(recording));
        }
        String name = unused(subject + "-" + side);
        page(recording, name + "-cpu", "--cpu-time");
        page(recording, name + "-alloc", "--alloc", "--total");
        Files.move(recording, folder.resolve(name + ".jfr"));
    }

    private void page(Path recording, String name, String... options) throws IOException {
        Arguments arguments = new Arguments(options);
        arguments.title = name;
        arguments.dot = true;
        JfrToFlame.convert(
                recording.toString(), folder.resolve(name + ".html").toString(), arguments);
    }

    /** A name with the number of a run that has not been drawn yet. */
    private String unused(String name) {
        int run = 1;
        while (Files.exists(folder.resolve("%s-%d.jfr".formatted(name, run)))) {
            run++;
        }
        return name + "-" + run;
    }
}
