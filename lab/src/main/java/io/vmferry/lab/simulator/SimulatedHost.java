package io.vmferry.lab.simulator;

import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * One process of a simulation: its loop, and whether it is alive. A killed host does nothing more.
 */
public final class SimulatedHost implements EngineLoop {

    private final String name;
    private final VirtualTime time;
    private final List<SimulatedLink> links = new ArrayList<>();
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
        return time.schedule(
                        delayNanos,
                        () -> {
                            if (alive) {
                                task.run();
                            }
                        })
                ::cancel;
    }
}
