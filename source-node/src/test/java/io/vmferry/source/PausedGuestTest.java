package io.vmferry.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PausedGuestTest {

    private final ScriptedLease lease = new ScriptedLease();
    private final Timers timers = new Timers();
    private final List<String> told = new ArrayList<>();
    private MigrationStatus status = MigrationStatus.POSTCOPY_PAUSED;

    private final PausedGuest guest = new PausedGuest(lease, timers, () -> status);

    @BeforeEach
    void theDestinationHasIt() {
        lease.status = LeaseStatus.HELD_ELSEWHERE;
    }

    private void watch() {
        guest.watch(figures(), told::add);
    }

    private static OutgoingFigures figures() {
        OutgoingFigures.RamFigures ram =
                new OutgoingFigures.RamFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return new OutgoingFigures(
                MigrationStatus.POSTCOPY_PAUSED,
                0,
                0,
                0,
                Map.of(),
                0,
                ram,
                0,
                OptionalLong.empty(),
                0,
                Optional.of("cut"));
    }

    @Test
    void aLostGuestIsToldOnce() {
        watch();
        lease.status = LeaseStatus.ABANDONED;
        assertThat(told).as("a process that ends needs a moment").isEmpty();
        timers.next();
        assertThat(told).singleElement().asString().contains("is lost with it").contains("cut");
        assertThat(timers.due).isEmpty();
    }

    @Test
    void aGuestThatIsLostLaterIsToldThen() {
        watch();
        timers.next();
        timers.next();
        assertThat(told).singleElement().asString().contains("runs at the destination");
        lease.status = LeaseStatus.ABANDONED;
        timers.next();
        assertThat(told).hasSize(2);
        assertThat(told.getLast()).startsWith("migration postcopy-paused: ").contains("is lost");
        assertThat(timers.due).isEmpty();
    }

    @Test
    void nobodyLooksOnceItIsPausedNoMore() {
        watch();
        timers.next();
        status = MigrationStatus.POSTCOPY_ACTIVE;
        lease.status = LeaseStatus.ABANDONED;
        timers.next();
        assertThat(told).hasSize(1);
        assertThat(timers.due).isEmpty();
    }

    /** Paused, recovered and paused again before anybody has looked at the first pause. */
    @Test
    void ofTwoPausesInARowTheLastOneIsWatched() {
        watch();
        watch();
        timers.next();
        timers.next();
        assertThat(told).hasSize(1);
        assertThat(timers.due).as("looks to come").hasSize(1);
        lease.status = LeaseStatus.ABANDONED;
        timers.next();
        assertThat(told).hasSize(2);
        assertThat(timers.due).isEmpty();
    }

    @Test
    void anAnswerThatComesAfterThePauseIsNotTold() {
        lease.late = true;
        watch();
        timers.next();
        status = MigrationStatus.POSTCOPY_RECOVER;
        lease.respond();
        assertThat(told).isEmpty();
        assertThat(timers.due).isEmpty();
    }

    @Test
    void aLeaseThatHangsIsAskedOnce() {
        watch();
        timers.next();
        lease.late = true;
        timers.next();
        assertThat(timers.due).as("the next look waits for this one").isEmpty();
        lease.respond();
        assertThat(timers.due).hasSize(1);
    }

    /** A loop on which the next timer runs when the test says so. */
    private static final class Timers implements EngineLoop {

        final Deque<Runnable> due = new ArrayDeque<>();

        void next() {
            due.remove().run();
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void execute(Runnable task) {
            due.add(task);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            due.add(task);
            return () -> due.remove(task);
        }
    }
}
