package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.InjectedBug;
import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One process of a simulation: its loop, and whether it is alive. A killed host does nothing more.
 *
 * <p>As in a daemon, what a task lets escape goes to the handler of the process and ends nothing
 * else. What no fault has planned fails the simulation, whatever the engine makes of it.
 */
public final class SimulatedHost implements EngineLoop {

    private final String name;
    private final VirtualTime time;
    private final List<SimulatedLink> links = new ArrayList<>();
    private Consumer<Throwable> unexpected = bug -> {};
    private boolean alive = true;

    SimulatedHost(String name, VirtualTime time) {
        this.name = name;
        this.time = time;
    }

    /** The host's name in addresses and messages. */
    public String name() {
        return name;
    }

    /** Whether the process lives. */
    public boolean alive() {
        return alive;
    }

    /** Sets what is told of a planned bug that escapes a task, as the loop of a daemon does it. */
    void whenUnexpected(Consumer<Throwable> handler) {
        unexpected = handler;
    }

    /**
     * Runs a task of this process now, unless it is dead.
     *
     * @return whether it came to its end
     */
    boolean run(Runnable task) {
        if (!alive) {
            return true;
        }
        try {
            task.run();
            return true;
        } catch (Throwable bug) {
            escaped(bug);
            return false;
        }
    }

    /** A task, or a command of the user, has let something escape. */
    void escaped(Throwable bug) {
        if (!InjectedBug.isCauseOf(bug)) {
            time.fail(bug);
            return;
        }
        try {
            unexpected.accept(bug);
        } catch (Throwable again) {
            // the daemon's loop logs it, and the judge sees what has come of it
            if (!InjectedBug.isCauseOf(again)) {
                time.fail(again);
            }
        }
    }

    /** Fails the simulation: something has happened in this process that must not. */
    void fail(Throwable why) {
        time.fail(why);
    }

    void opened(SimulatedLink link) {
        links.add(link);
    }

    /** Ends the process at once, as SIGKILL does: its peers see their connections reset. */
    public void kill() {
        if (alive) {
            alive = false;
            links.forEach(SimulatedLink::killed);
        }
    }

    @Override
    public long nanoTime() {
        return time.nowNanos();
    }

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return time.schedule(delayNanos, () -> run(task))::cancel;
    }
}
