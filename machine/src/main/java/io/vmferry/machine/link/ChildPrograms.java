package io.vmferry.machine.link;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The programs that have been started for links and still run. Safe for any thread. */
final class ChildPrograms {

    /** How long a program may take for the rest of a stream; it has been given all of that. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Set<ChildProgram> running = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

    void started(ChildProgram program) {
        running.add(program);
        if (ending) {
            program.requestEnd();
        }
    }

    void ended(ChildProgram program) {
        running.remove(program);
    }

    /**
     * Asks them to end, since this process is about to; not those that only have to process the
     * rest of their stream.
     */
    void endAll() {
        ending = true;
        running.stream().filter(program -> !program.fed()).forEach(ChildProgram::requestEnd);
    }

    /** Waits until all have ended, and kills those that do not. */
    void awaitEnd() throws InterruptedException {
        List<ChildProgram> left = List.copyOf(running);
        long end = System.nanoTime() + REST_NANOS;
        for (ChildProgram program : left) {
            if (program.fed() && !program.endsBefore(end)) {
                program.requestEnd();
            }
        }
        end = System.nanoTime() + ChildProgram.KILL_NANOS;
        for (ChildProgram program : left) {
            if (!program.endsBefore(end)) {
                program.kill();
            }
        }
    }
}
