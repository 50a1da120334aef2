package io.vmferry.machine.link;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of UNIX sockets that are being removed, away from the loop, since their listeners have
 * closed. Who wants to listen there again waits for it: the removal would take the new file. Owned
 * by the loop.
 */
final class UnixSocketRemovals {

    private final BlockingWork blocking;
    private final Map<Path, List<Runnable>> waiting = new HashMap<>();
    private final List<Runnable> untilNone = new ArrayList<>();

    UnixSocketRemovals(BlockingWork blocking) {
        this.blocking = blocking;
    }

    /** Removes the file of a listener that has closed. */
    void remove(Path path) {
        waiting.put(path, new ArrayList<>());
        blocking.ask(
                () -> {
                    UnixSocketFile.delete(path);
                    return path;
                },
                this::removed,
                // no thread for it: the next listener recognizes the file as abandoned
                e -> removed(path));
    }

    private void removed(Path path) {
        waiting.remove(path).forEach(Runnable::run);
        if (waiting.isEmpty()) {
            List<Runnable> actions = List.copyOf(untilNone);
            untilNone.clear();
            actions.forEach(Runnable::run);
        }
    }

    /**
     * Runs an action once the file of a former listener is gone.
     *
     * @return false when too many wait for that already
     */
    boolean whenFree(Path path, Runnable action) {
        List<Runnable> before = waiting.get(path);
        if (before == null) {
            action.run();
            return true;
        }
        return before.size() < BlockingWork.LIMIT && before.add(action);
    }

    /** Runs an action once no file is being removed. */
    void whenNone(Runnable action) {
        if (waiting.isEmpty()) {
            action.run();
        } else {
            untilNone.add(action);
        }
    }
}
