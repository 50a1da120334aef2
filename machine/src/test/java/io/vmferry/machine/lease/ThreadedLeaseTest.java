package io.vmferry.machine.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.link.ManualLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lease whose thread is stepped by the test, so that it can hang. */
class ThreadedLeaseTest {

    @TempDir Path directory;

    private final ManualLoop loop = new ManualLoop();
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private FileLease file;
    private ThreadedLease lease;

    @BeforeEach
    void prepare() throws IOException {
        file = FileLease.on(directory.resolve("disk"), "test");
        lease = new ThreadedLease(file, loop, work::add, () -> told.add("thread ended"));
    }

    @AfterEach
    void giveUp() {
        file.giveUp();
    }

    private void take() {
        lease.take(taking -> told.add(taking.toString()));
    }

    /** Runs one task of the thread, then the loop. */
    private void work() {
        work.remove().run();
        loop.advanceMillis(0);
    }

    @Test
    void nothingIsDoneOnTheLoop() {
        take();
        loop.advanceMillis(600_000);
        assertThat(lease.held()).isFalse();
        assertThat(file.held()).isEmpty();
        assertThat(told).isEmpty();
        work();
        assertThat(lease.held()).isTrue();
        assertThat(told).containsExactly("Ours[]");
    }

    @Test
    void whatIsHeldIsKnownWithinTheCall() {
        take();
        work();
        take();
        assertThat(told).containsExactly("Ours[]", "Ours[]");
        assertThat(work).isEmpty();
    }

    @Test
    void requestsTakePlaceInTheirOrder() {
        take();
        lease.giveUp(() -> told.add("given up, held " + lease.held()));
        lease.look(status -> told.add(status.toString()));
        take();
        assertThat(work).as("one at a time").hasSize(1);
        work();
        work();
        work();
        work();
        assertThat(told).containsExactly("Ours[]", "given up, held false", "UNCLAIMED", "Ours[]");
        assertThat(lease.held()).isTrue();
    }

    @Test
    void whatIsNotHeldIsGivenUpWithinTheCall() {
        lease.giveUp(() -> told.add("given up"));
        lease.putBack(() -> told.add("put back"));
        assertThat(told).containsExactly("given up", "put back");
    }

    @Test
    void theSameAskedTwiceIsOneRequest() {
        take();
        take();
        work();
        assertThat(work).isEmpty();
        assertThat(told).containsExactly("Ours[]", "Ours[]");
    }

    /** A caller that does not wait for results cannot queue operations without limit. */
    @Test
    void aLeaseThatHangsCollectsAFewOperationsOnly() {
        for (int i = 0; i < 100; i++) {
            take();
            lease.look(status -> told.add(status.toString()));
        }
        assertThat(told)
                .hasSizeGreaterThan(100)
                .containsOnly(
                        "UNKNOWN", "Unusable[why=it has not responded to earlier operations]");
        int requests = 0;
        for (; !work.isEmpty(); requests++) {
            work();
        }
        assertThat(requests).isLessThan(12);
        assertThat(told).hasSize(200);
    }

    @Test
    void aBugOfOneWhoIsToldIsNobodyElsesTrouble() {
        lease.take(taking -> {
            throw new IllegalStateException("bug");
        });
        take();
        lease.look(status -> told.add(status.toString()));
        work.remove().run();
        assertThatThrownBy(() -> loop.advanceMillis(0)).hasMessage("bug");
        assertThat(told).containsExactly("Ours[]");
        work();
        assertThat(told).containsExactly("Ours[]", "UNCLAIMED");
    }

    @Test
    void looksAfterWhatIsHeldOnceASecond() throws Exception {
        take();
        work();
        Files.delete(directory.resolve("disk"));
        loop.advanceMillis(999);
        assertThat(work).isEmpty();
        loop.advanceMillis(5000);
        assertThat(work).as("one check, however long it takes").hasSize(1);
        work();
        assertThat(directory.resolve("disk")).exists();

        loop.advanceMillis(1000);
        assertThat(work).as("the next check").hasSize(1);
        work();
        lease.giveUp(() -> {});
        work();
        loop.advanceMillis(5000);
        assertThat(work).isEmpty();
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void afterTheEndThereIsNoThread() {
        lease.close();
        take();
        assertThat(told).containsExactly("thread ended", "Unusable[why=this node ends]");
        assertThat(work).isEmpty();
    }
}
