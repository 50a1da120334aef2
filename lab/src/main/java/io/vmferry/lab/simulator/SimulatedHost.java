package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.InjectedBug;
import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A process of a simulation: its event loop, and whether it is alive. A killed host does nothing
 * more.
 *
 * <p>As in a daemon, an exception of a task goes to the handler of the process and ends nothing
 * else. An exception that was not injected fails the simulation, whatever the engine does with it.
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

    /** Whether the process is alive. */
    public boolean alive() {
        return alive;
    }

    /** Sets the handler of an injected bug that escapes a task, as in the loop of a daemon. */
    void whenUnexpected(Consumer<Throwable> handler) {
        unexpected = handler;
    }

    /**
     * Runs a task of this process now, unless it is dead.
     *
     * @return whether it completed
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

    /** Handles an exception of a task or of a user's command. */
    void escaped(Throwable bug) {
        if (!InjectedBug.isCauseOf(bug)) {
            time.fail(bug);
            return;
        }
        try {
            unexpected.accept(bug);
        } catch (Throwable again) {
            // the daemon's loop logs it, and the outcome is checked at the end
            if (!InjectedBug.isCauseOf(again)) {
                time.fail(again);
            }
        }
    }

    /** Fails the simulation because of an event in this process. */
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
