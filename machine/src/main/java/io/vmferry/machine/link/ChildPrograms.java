package io.vmferry.machine.link;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The programs at the other end of open links. Safe for any thread. */
final class ChildPrograms {

    private final Set<ChildProgram> open = ConcurrentHashMap.newKeySet();

    void opened(ChildProgram program) {
        open.add(program);
    }

    void closed(ChildProgram program) {
        open.remove(program);
    }

    /** Ends them, since this process is about to end and they would be left to themselves. */
    void endAll() {
        open.forEach(ChildProgram::requestEnd);
    }
}
