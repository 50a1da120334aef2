package io.vmferry.machine.vcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.vcpu.VcpuState.StepInterval;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VcpuThreadsTest {
    private static final int PAGES = 64;

    private final GuestRam ram =
            GuestRam.allocate(List.of(new RamBlockSpec("ram", PAGES * RamBlock.PAGE_SIZE)));
    private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();

    private final List<Throwable> bugs = new ArrayList<>();

    @AfterEach
    void close() {
        ram.close();
    }

    @Test
    void vcpusRunBetweenStartAndStopOnly() throws InterruptedException {
        List<Vcpu> vcpus = vcpus("uniform,rate=max", 2);
        VcpuThreads threads = threads(vcpus);
        for (int round = 1; round <= 3; round++) {
            threads.start();
            while (vcpus.get(0).steps() < round * 100L || vcpus.get(1).steps() < round * 100L) {
                Thread.onSpinWait();
            }
            stop(threads);
            List<Long> stopped = vcpus.stream().map(Vcpu::steps).toList();
            assertThat(vcpus.get(1).save().stepsExecuted()).isEqualTo(stopped.get(1));
        }
        assertThat(vcpus.get(0).ledger())
                .containsExactly(new StepInterval(0, vcpus.get(0).steps()));
    }

    @Test
    void stopsAnIdleAndAThrottledGuestAtOnce() throws InterruptedException {
        VcpuThreads idle = threads(vcpus("idle", 2));
        idle.start();
        stop(idle);
        List<Vcpu> busy = vcpus("sequential,rate=max", 1);
        VcpuThreads throttled = threads(busy);
        throttled.throttle(99);
        throttled.start();
        while (busy.getFirst().steps() == 0) {
            Thread.onSpinWait();
        }
        stop(throttled);
    }

    @Test
    void stopsAVcpuThatRests() throws InterruptedException {
        // sixty-four vCPUs share a step per second
        VcpuThreads threads = threads(vcpus("uniform,rate=1", PAGES));
        threads.start();
        while (restingVcpus() < PAGES) {
            Thread.onSpinWait();
        }
        stop(threads);
    }

    private static long restingVcpus() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("vcpu-"))
                .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING)
                .count();
    }

    @Test
    void aStoppedGuestCallsBackForEveryStop() throws InterruptedException {
        VcpuThreads threads = threads(vcpus("idle", 1));
        stop(threads);
        threads.start();
        assertThatThrownBy(threads::start).isInstanceOf(IllegalStateException.class);
        int[] calls = {0};
        threads.stop(() -> calls[0]++);
        threads.stop(() -> calls[0]++);
        next().run();
        next().run();
        assertThat(calls[0]).isEqualTo(2);
        VcpuThreads none = threads(List.of());
        none.start();
        stop(none);
    }

    @Test
    void tellsOfAFaultOnceAndStillStops() throws InterruptedException {
        List<Vcpu> vcpus = vcpus("sequential,rate=max,boot=256K,zero=0", 1);
        vcpus.getFirst().boot();
        ram.blocks().getFirst().segment().set(ValueLayout.JAVA_LONG, 3 * 4096 + 8, 77L);
        GuestFault[] seen = {null};
        VcpuThreads threads =
                new VcpuThreads(vcpus, loop::add, fault -> seen[0] = fault, bug -> {});
        threads.start();
        next().run();
        assertThat(seen[0].page()).isEqualTo(3);
        assertThat(seen[0].explanation()).contains("page 77");
        stop(threads);
        assertThat(loop).isEmpty();
    }

    @Test
    void wakesAVcpuThatWaitsForAPage() throws InterruptedException {
        List<Vcpu> vcpus = vcpus("sequential,rate=max", 1);
        boolean[] open = {false};
        Object lock = new Object();
        vcpus.getFirst()
                .gate(page -> {
                    synchronized (lock) {
                        return open[0] || page < 5;
                    }
                });
        VcpuThreads threads = threads(vcpus);
        threads.start();
        while (vcpus.getFirst().steps() < 5) {
            Thread.onSpinWait();
        }
        synchronized (lock) {
            open[0] = true;
        }
        threads.wake(0);
        while (vcpus.getFirst().steps() < 50) {
            Thread.onSpinWait();
        }
        stop(threads);
    }

    @Test
    void tellsOfAVcpuWhoseCodeBreaksAndStillStops() throws InterruptedException {
        List<Vcpu> vcpus = vcpus("sequential,rate=max", 2);
        Error bug = new StackOverflowError("for a test");
        vcpus.getFirst()
                .gate(page -> {
                    throw bug;
                });
        VcpuThreads threads = threads(vcpus);
        threads.start();
        next().run();
        assertThat(bugs).containsExactly(bug);
        stop(threads);
    }

    private List<Vcpu> vcpus(String workload, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Vcpu(i, count, ram, WorkloadSpec.parse(workload), 1))
                .toList();
    }

    private VcpuThreads threads(List<Vcpu> vcpus) {
        return new VcpuThreads(
                vcpus,
                loop::add,
                fault -> {
                    throw new AssertionError(fault);
                },
                bugs::add);
    }

    private void stop(VcpuThreads threads) throws InterruptedException {
        boolean[] stopped = {false};
        threads.stop(() -> stopped[0] = true);
        next().run();
        assertThat(stopped[0]).isTrue();
    }

    private Runnable next() throws InterruptedException {
        Runnable task = loop.poll(10, TimeUnit.SECONDS);
        assertThat(task).as("a task posted to the loop").isNotNull();
        return task;
    }
}
