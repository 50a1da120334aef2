package io.vmferry.lab.simulator;

import io.vmferry.machine.vcpu.Pacing;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.VcpuRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Runs vCPUs in virtual time: every few hundred microseconds each executes the steps due. */
final class SimulatedVcpus implements VcpuRunner {

    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** A guest without a rate executes so many steps per tick. */
    private static final long UNLIMITED_STEPS_PER_TICK = 5;

    private static final long LONGEST_STOP_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    private final SimulatedHost host;
    private final List<Vcpu> vcpus;
    private final SplittableRandom random;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean running;
    private boolean stopping;
    private int throttlePercent;
    private long runNanos;
    private long[] executed;

    SimulatedVcpus(SimulatedHost host, List<Vcpu> vcpus, SplittableRandom random) {
        this.host = host;
        this.vcpus = vcpus;
        this.random = random;
    }

    /** Whether vCPUs execute steps now. */
    boolean running() {
        return running && host.alive();
    }

    @Override
    public void start() {
        if (running) {
            throw new IllegalStateException("The vCPUs run already");
        }
        running = true;
        runNanos = 0;
        executed = new long[vcpus.size()];
        host.schedule(TICK_NANOS, this::tick);
    }

    private void tick() {
        if (!running || stopping) {
            return;
        }
        execute();
        host.schedule(TICK_NANOS, this::tick);
    }

    private void execute() {
        runNanos += TICK_NANOS * (100 - throttlePercent) / 100;
        for (int i = 0; i < vcpus.size(); i++) {
            Vcpu vcpu = vcpus.get(i);
            long due = new Pacing(vcpu.workload(), vcpus.size()).stepsDue(runNanos);
            long steps = Math.min(due - executed[i], UNLIMITED_STEPS_PER_TICK);
            executed[i] += vcpu.run((int) Math.max(0, steps));
        }
    }

    @Override
    public void stop(Runnable whenStopped) {
        waiting.add(whenStopped);
        if (stopping) {
            return;
        }
        stopping = true;
        host.schedule(running ? random.nextLong(LONGEST_STOP_NANOS) : 0, this::stopped);
    }

    private void stopped() {
        if (running) {
            execute();
        }
        running = false;
        stopping = false;
        List<Runnable> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(Runnable::run);
    }

    @Override
    public void throttle(int percent) {
        throttlePercent = percent;
    }
}
