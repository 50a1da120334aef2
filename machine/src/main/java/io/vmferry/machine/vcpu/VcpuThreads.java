package io.vmferry.machine.vcpu;

import io.vmferry.machine.vcpu.Pacing.CpuThrottle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Drives each vCPU by a platform thread of its own. Threads exist only while the guest runs; the
 * start of one orders it after the stop of its predecessor.
 */
public final class VcpuThreads implements VcpuRunner {
    private final List<Vcpu> vcpus;
    private final Executor loop;
    private final Consumer<GuestFault> onFault;
    private final Consumer<Throwable> onBug;

    /** By index. Changed under the lock of this; read without it by who wakes a vCPU. */
    private volatile List<VcpuThread> threads = List.of();

    /** Guarded by this, like all below. */
    private final List<Runnable> waiting = new ArrayList<>();

    private CpuThrottle throttle = CpuThrottle.NONE;
    private int alive;

    /**
     * @param loop where the callbacks of {@link #stop}, {@code onFault} and {@code onBug} are
     *     called
     * @param onFault gets each vCPU fault
     * @param onBug told of each exception or error of a vCPU's own code, which ends its thread
     */
    public VcpuThreads(
            List<Vcpu> vcpus,
            Executor loop,
            Consumer<GuestFault> onFault,
            Consumer<Throwable> onBug) {
        this.vcpus = List.copyOf(vcpus);
        this.loop = loop;
        this.onFault = onFault;
        this.onBug = onBug;
    }

    @Override
    public synchronized void start() {
        if (alive > 0) {
            throw new IllegalStateException(alive + " vCPUs have not stopped yet");
        }
        alive = vcpus.size();
        threads = vcpus.stream().map(this::thread).toList();
        threads.forEach(VcpuThread::start);
    }

    @Override
    public synchronized void stop(Runnable whenStopped) {
        if (alive == 0) {
            loop.execute(whenStopped);
        } else {
            waiting.add(whenStopped);
            threads.forEach(VcpuThread::stop);
        }
    }

    @Override
    public synchronized void throttle(int percent) {
        throttle = new CpuThrottle(percent);
        threads.forEach(thread -> thread.throttle(throttle));
    }

    @Override
    public void wake(int vcpu) {
        List<VcpuThread> current = threads;
        if (vcpu < current.size()) {
            current.get(vcpu).wake();
        }
    }

    private VcpuThread thread(Vcpu vcpu) {
        return new VcpuThread(
                vcpu,
                new Pacing(vcpu.workload(), vcpus.size()),
                throttle,
                fault -> loop.execute(() -> onFault.accept(fault)),
                bug -> loop.execute(() -> onBug.accept(bug)),
                this::ended);
    }

    private synchronized void ended() {
        alive--;
        if (alive == 0) {
            threads = List.of();
            waiting.forEach(loop::execute);
            waiting.clear();
        }
    }
}
