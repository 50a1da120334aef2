package io.vmferry.machine.vcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StandstillTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A thread that waits like a vCPU until a condition holds. */
    private static final class Waiting {
        final AtomicBoolean there = new AtomicBoolean();
        final CountDownLatch waits = new CountDownLatch(1);
        final Standstill standstill = new Standstill();
        final Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .unstarted(() -> {
                            while (!there.get()) {
                                waits.countDown();
                                standstill.await();
                            }
                        });

        Waiting begun() {
            thread.start();
            return this;
        }

        void comes() {
            there.set(true);
            standstill.end();
        }
    }

    @Test
    void anEndThatComesFirstIsNotLost() throws InterruptedException {
        Waiting waiting = new Waiting();
        waiting.standstill.end();
        waiting.begun();
        waiting.waits.await();
        waiting.comes();
        assertThat(waiting.thread.join(LIMIT)).isTrue();
    }

    @Test
    void anEndForOneThatIsAwakeDoesNotCutItsNextSleepShort() throws InterruptedException {
        AtomicBoolean there = new AtomicBoolean();
        AtomicInteger waits = new AtomicInteger();
        Standstill standstill = new Standstill();
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .unstarted(() -> {
                            standstill.end();
                            while (!there.get()) {
                                waits.incrementAndGet();
                                standstill.await();
                            }
                        });
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(waits).as("one wait that ended immediately, and one that parks").hasValue(2);
        there.set(true);
        standstill.end();
        assertThat(thread.join(LIMIT)).isTrue();
    }

    @Test
    void aVcpuThatHasGivenItsProcessorAwayIsWoken() throws InterruptedException {
        Waiting waiting = new Waiting().begun();
        while (waiting.thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        waiting.comes();
        assertThat(waiting.thread.join(LIMIT)).isTrue();
    }

    @Test
    void ofManyVcpusNoneIsForgotten() throws InterruptedException {
        var all = Stream.generate(Waiting::new).limit(20).map(Waiting::begun).toList();
        for (Waiting waiting : all) {
            waiting.waits.await();
        }
        all.forEach(Waiting::comes);
        for (Waiting waiting : all) {
            assertThat(waiting.thread.join(LIMIT)).isTrue();
        }
    }
}
