package io.vmferry.lab.simulator;

import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.vcpu.Pacing;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.VcpuRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Runs vCPUs in virtual time: each executes the steps due, every few hundred microseconds at most,
 * and not at all while none is due or all wait for pages.
 */
final class SimulatedVcpus implements VcpuRunner {

    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** The steps per tick of a guest without a rate. */
    private static final long UNLIMITED_STEPS_PER_TICK = 5;

    private static final long LONGEST_STOP_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    private static final int STEPS_PER_PAUSE = 4;

    private static final long NEVER = Long.MAX_VALUE;

    private final SimulatedHost host;
    private final List<Vcpu> vcpus;
    private final SplittableRandom random;
    private final List<Runnable> waiting = new ArrayList<>();
    private Optional<EngineLoop.Timer> nextTick = Optional.empty();
    private boolean running;
    private boolean stopping;

    /** Whether a step is executed, which the engines may interrupt. */
    private boolean executing;

    private int pauses;
    private int throttlePercent;
    private long lastNanos;
    private long runNanos;

    @SuppressWarnings("NullAway.Init") // set by start
    private long[] executed;

    /** The vCPUs that executed less than was due, and so wait for a page. */
    @SuppressWarnings("NullAway.Init") // set by start
    private boolean[] stuck;

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
        lastNanos = host.nanoTime();
        executed = new long[vcpus.size()];
        stuck = new boolean[vcpus.size()];
        planTick();
    }

    /** Lets each running vCPU execute a step in the middle of another task. */
    void comeIn() {
        for (int i = 0; running() && !executing && i < vcpus.size(); i++) {
            executed[i] += run(i, 1);
        }
    }

    /** Whether a vCPU is in a step that may be interrupted: one in four. */
    boolean mayPause() {
        return executing && pauses++ % STEPS_PER_PAUSE == 0;
    }

    /** The throttle of the vCPUs. */
    int throttlePercent() {
        return throttlePercent;
    }

    private void tick() {
        execute();
        planTick();
    }

    private void planTick() {
        nextTick.ifPresent(EngineLoop.Timer::cancel);
        nextTick = Optional.empty();
        long nanos = NEVER;
        for (int i = 0; i < vcpus.size(); i++) {
            if (!stuck[i]) {
                nanos = Math.min(nanos, nanosUntilDue(i));
            }
        }
        if (running && !stopping && nanos < NEVER) {
            nextTick = Optional.of(host.schedule(Math.max(TICK_NANOS, nanos), this::tick));
        }
    }

    private Pacing pacing(int index) {
        return new Pacing(vcpus.get(index).workload(), vcpus.size());
    }

    private long nanosUntilDue(int index) {
        long due = pacing(index).nanosUntilMoreThan(executed[index]);
        return due == NEVER ? NEVER : (due - runNanos) / (100 - throttlePercent) * 100;
    }

    private void execute() {
        if (executing) {
            return; // an interrupted step is not entered again
        }
        advance();
        for (int i = 0; i < vcpus.size(); i++) {
            // one that waits for a page continues when it is woken
            if (!stuck[i]) {
                execute(i);
            }
        }
    }

    private void advance() {
        long now = host.nanoTime();
        runNanos += (now - lastNanos) * (100 - throttlePercent) / 100;
        lastNanos = now;
    }

    private void execute(int index) {
        long due = pacing(index).stepsDue(runNanos);
        long steps = Math.clamp(due - executed[index], 0, UNLIMITED_STEPS_PER_TICK);
        int done = run(index, (int) steps);
        executed[index] += done;
        stuck[index] = done < steps;
    }

    private int run(int index, int steps) {
        executing = true;
        try {
            return vcpus.get(index).run(steps);
        } finally {
            executing = false;
        }
    }

    private void goOn(int vcpu) {
        if (running && !stopping && !executing) {
            advance();
            execute(vcpu);
            planTick();
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
        if (executing) {
            // a vCPU stops after its step
            host.schedule(LONGEST_STOP_NANOS, this::stopped);
            return;
        }
        if (running) {
            execute();
        }
        running = false;
        stopping = false;
        nextTick.ifPresent(EngineLoop.Timer::cancel);
        List<Runnable> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(Runnable::run);
    }

    @Override
    public void wake(int vcpu) {
        if (running && !stopping) {
            host.execute(() -> goOn(vcpu));
        }
    }

    @Override
    public void throttle(int percent) {
        if (running) {
            advance();
        }
        throttlePercent = percent;
        if (running) {
            planTick();
        }
    }
}
