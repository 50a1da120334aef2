package io.vmferry.machine.link;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The programs at the other end of open links. Safe for any thread. */
final class ChildPrograms {

    private final Set<Process> open = ConcurrentHashMap.newKeySet();

    void opened(Process program) {
        open.add(program);
    }

    void closed(Process program) {
        open.remove(program);
    }

    /** Ends them, since this process is about to end and they would be left to themselves. */
    void endAll() {
        open.forEach(Process::destroy);
    }
}
