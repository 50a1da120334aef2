package io.vmferry.lab.simulator;

import java.util.concurrent.TimeUnit;

/**
 * The places at which threads of a real node would meet. In a simulation an engine's task and a
 * vCPU's step are each done in one go, which is right for code that orders what it does; a planted
 * fault that takes such an order away says here where the other thread comes in between.
 */
public final class Interleaving {

    private static final ThreadLocal<SimulatedPair> CURRENT = new ThreadLocal<>();

    private static final long ENGINE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Interleaving() {}

    /** From now on this thread simulates a pair. */
    static void enter(SimulatedPair pair) {
        CURRENT.set(pair);
    }

    /** The simulation is over. */
    static void leave() {
        CURRENT.remove();
    }

    /** In the middle of a task of the source's engine: each vCPU that runs executes a step. */
    public static void vcpusComeIn() {
        SimulatedPair pair = CURRENT.get();
        if (pair != null) {
            pair.source.vcpus.comeIn();
        }
    }

    /** In the middle of a step of a vCPU: time passes, and the engines do what is due. */
    public static void enginesComeIn() {
        SimulatedPair pair = CURRENT.get();
        if (pair != null && pair.source.vcpus.mayPause()) {
            pair.time.runUntil(() -> false, pair.time.nowNanos() + ENGINE_NANOS);
        }
    }
}
