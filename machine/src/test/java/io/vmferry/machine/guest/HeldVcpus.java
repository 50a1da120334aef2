package io.vmferry.machine.guest;

import io.vmferry.machine.vcpu.VcpuRunner;
import java.util.ArrayList;
import java.util.List;

/** vCPUs that take until {@link #stopped} to stop. */
public final class HeldVcpus implements VcpuRunner {

    public boolean running;
    private final List<Runnable> stopping = new ArrayList<>();

    @Override
    public void start() {
        if (running || !stopping.isEmpty()) {
            throw new IllegalStateException("Started while running or stopping");
        }
        running = true;
    }

    @Override
    public void stop(Runnable whenStopped) {
        stopping.add(whenStopped);
    }

    @Override
    public void wake(int vcpu) {}

    @Override
    public void throttle(int percent) {}

    /** Completes a stop that was requested. */
    public void stopped() {
        running = false;
        List<Runnable> told = List.copyOf(stopping);
        stopping.clear();
        told.forEach(Runnable::run);
    }
}
