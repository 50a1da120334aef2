package io.vmferry.machine.link;

import io.vmferry.machine.net.UnixSocketFile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;

/**
 * The paths of UNIX sockets at which a file is being made or removed, away from the loop: one after
 * the other at each path, so that no removal takes the file of a later listener. Confined to the
 * loop.
 */
final class UnixSocketPaths {

    private final BlockingWork blocking;

    /** The queued actions of busy paths. */
    private final Map<Path, Queue<Runnable>> busy = new HashMap<>();

    private final List<Runnable> untilNone = new ArrayList<>();

    UnixSocketPaths(BlockingWork blocking) {
        this.blocking = blocking;
    }

    /**
     * Runs an action once nothing is under way at a path; {@link #release} is to follow.
     *
     * @return false when too many wait for that already
     */
    boolean acquire(Path path, Runnable action) {
        Queue<Runnable> waiting = busy.get(key(path));
        if (waiting == null) {
            busy.put(key(path), new ArrayDeque<>());
            action.run();
            return true;
        }
        return waiting.size() < BlockingWork.LIMIT && waiting.add(action);
    }

    /** What was under way at a path has ended. */
    void release(Path path) {
        Runnable next =
                Objects.requireNonNull(busy.get(key(path)), "Nothing is under way there").poll();
        if (next != null) {
            next.run();
            return;
        }
        busy.remove(key(path));
        if (busy.isEmpty()) {
            List<Runnable> actions = List.copyOf(untilNone);
            untilNone.clear();
            actions.forEach(Runnable::run);
        }
    }

    /**
     * Removes the file of a listener, as QEMU does while it still listens: nobody else can have
     * taken the path then.
     *
     * @param then closes it
     */
    void remove(Path path, Runnable then) {
        boolean comes = acquire(path, () -> removeNow(path, then));
        if (!comes) {
            // the next listener recognizes the file as abandoned
            then.run();
        }
    }

    private void removeNow(Path path, Runnable then) {
        Runnable removed =
                () -> {
                    then.run();
                    release(path);
                };
        blocking.ask(
                () -> {
                    UnixSocketFile.delete(path);
                    return path;
                },
                _ -> removed.run(),
                _ -> removed.run());
    }

    /** Runs an action once nothing is under way at any path. */
    void whenNone(Runnable action) {
        if (busy.isEmpty()) {
            action.run();
        } else {
            untilNone.add(action);
        }
    }

    private static Path key(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
