package io.vmferry.machine.vcpu;

import io.vmferry.machine.vcpu.Pacing.CpuThrottle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One run of one vCPU from a start to the next stop. The vCPU executes in batches short enough that
 * a stop is noticed within some tens of microseconds.
 */
final class VcpuThread {
    private static final int BATCH_STEPS = 32;

    /** A paced vCPU works off what is due about this often, to leave the host's CPU to others. */
    private static final long SHORTEST_PARK_NANOS = 500_000;

    /** A vCPU that could not keep its pace for so long lets the rest go. */
    private static final long LONGEST_BACKLOG_NANOS = 100_000_000;

    private final Vcpu vcpu;
    private final Pacing pacing;
    private final Consumer<GuestFault> onFault;
    private final Consumer<Throwable> onBug;
    private final Runnable onEnd;
    private final Thread thread;
    private final Standstill standstill = new Standstill();
    private volatile boolean stopping;
    private volatile CpuThrottle throttle;

    /** How long the vCPU was kept from running by throttling; only for the thread. */
    private long stolenNanos;

    /** What of the pace was worked off or let go; only for the thread. */
    private long stepsDone;

    VcpuThread(
            Vcpu vcpu,
            Pacing pacing,
            CpuThrottle throttle,
            Consumer<GuestFault> onFault,
            Consumer<Throwable> onBug,
            Runnable onEnd) {
        this.vcpu = vcpu;
        this.pacing = pacing;
        this.throttle = throttle;
        this.onFault = onFault;
        this.onBug = onBug;
        this.onEnd = onEnd;
        this.thread =
                Thread.ofPlatform().name("vcpu-" + vcpu.index()).daemon().unstarted(this::live);
    }

    void start() {
        thread.start();
    }

    void stop() {
        stopping = true;
        standstill.end();
        // it may as well rest, or sleep off a slice
        LockSupport.unpark(thread);
    }

    void throttle(CpuThrottle next) {
        throttle = next;
        LockSupport.unpark(thread);
    }

    void wake() {
        standstill.end();
    }

    private void live() {
        try {
            execute();
        } catch (Throwable bug) {
            onBug.accept(bug);
        } finally {
            onEnd.run();
        }
    }

    private void execute() {
        long started = System.nanoTime();
        long sliceStart = started;
        while (!stopping) {
            long now = System.nanoTime();
            CpuThrottle current = throttle;
            if (current.percent() == 0) {
                sliceStart = now;
            } else if (now - sliceStart >= CpuThrottle.SLICE_NANOS) {
                sleep(current, now);
                sliceStart = System.nanoTime();
                stolenNanos += sliceStart - now;
                continue;
            }
            long runNanos = now - started - stolenNanos;
            long due = pacing.stepsDue(runNanos) - stepsDone;
            if (due <= 0) {
                rest(pacing.nanosUntilMoreThan(stepsDone) - runNanos);
            } else if (!runBatch((int) Math.min(due, BATCH_STEPS))) {
                waitForStopOrWake();
            } else {
                forgetBacklog(runNanos);
            }
        }
    }

    /** False when the vCPU cannot go on by itself. */
    private boolean runBatch(int steps) {
        boolean faultedBefore = vcpu.fault().isPresent();
        int ran = vcpu.run(steps);
        stepsDone += ran;
        if (!faultedBefore) {
            vcpu.fault().ifPresent(onFault);
        }
        return ran == steps;
    }

    private void forgetBacklog(long runNanos) {
        long late = pacing.stepsDue(runNanos - LONGEST_BACKLOG_NANOS);
        if (late != Long.MAX_VALUE && late > stepsDone) {
            stepsDone = late;
        }
    }

    private void rest(long nanos) {
        LockSupport.parkNanos(this, Math.max(nanos, SHORTEST_PARK_NANOS));
    }

    private void waitForStopOrWake() {
        if (!stopping) {
            standstill.await();
        }
    }

    /** Sleeps off a throttle slice; a stop or another throttle ends it early. */
    private void sleep(CpuThrottle asked, long from) {
        long until = from + asked.sleepNanos();
        long left = until - System.nanoTime();
        while (left > 0 && !stopping && throttle.equals(asked)) {
            LockSupport.parkNanos(this, left);
            left = until - System.nanoTime();
        }
    }
}
