package io.vmferry.lab.simulator;

import java.util.concurrent.TimeUnit;

/**
 * The points at which threads of a real node interleave. In a simulation an engine's task and a
 * vCPU's step are atomic, which is correct for code with the right memory order; a planted bug that
 * removes such an order calls this class where the other thread may run.
 */
public final class Interleaving {

    private static final ThreadLocal<SimulatedPair> CURRENT = new ThreadLocal<>();

    private static final long ENGINE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Interleaving() {}

    /** Sets the pair that this thread simulates. */
    static void enter(SimulatedPair pair) {
        CURRENT.set(pair);
    }

    /** Clears the pair at the end of a simulation. */
    static void leave() {
        CURRENT.remove();
    }

    /** Lets each running vCPU execute a step in the middle of a task of the source's engine. */
    public static void vcpusComeIn() {
        SimulatedPair pair = CURRENT.get();
        if (pair != null) {
            pair.source.vcpus.comeIn();
        }
    }

    /** Lets time pass in the middle of a vCPU's step, so that the engines run what is due. */
    public static void enginesComeIn() {
        SimulatedPair pair = CURRENT.get();
        if (pair != null && pair.source.vcpus.mayPause()) {
            pair.time.runUntil(() -> false, pair.time.nowNanos() + ENGINE_NANOS);
        }
    }
}
