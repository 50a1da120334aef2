package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkerThreadsTest {

    @Test
    void runsSoManyAtATimeAndGivesPlacesBack() throws Exception {
        var threads = new WorkerThreads("test", 2);
        var hold = new CountDownLatch(1);
        var ended = new Semaphore(0);
        for (int i = 0; i < 2; i++) {
            threads.execute(() -> {
                try {
                    hold.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                ended.release();
            });
        }
        assertThatThrownBy(() -> threads.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("2 tasks of kind 'test' run already, which is the limit");
        hold.countDown();
        ended.acquire(2);
        while (!runs(threads, ended::release)) {
            Thread.onSpinWait();
        }
        ended.acquire();
        assertThat(ended.availablePermits()).isZero();
    }

    /**
     * Tries to start a task; a slot becomes free only a moment after the last statement of its
     * task.
     */
    private static boolean runs(WorkerThreads threads, Runnable task) {
        try {
            threads.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
