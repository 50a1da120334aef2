package io.vmferry.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PausedGuestTest {

    private final ScriptedLease lease = new ScriptedLease();
    private final ManualLoop loop = new ManualLoop();
    private final List<String> told = new ArrayList<>();
    private MigrationStatus status = MigrationStatus.POSTCOPY_PAUSED;

    private final PausedGuest guest = new PausedGuest(lease, loop, () -> status);

    @BeforeEach
    void theDestinationHasIt() {
        lease.status = LeaseStatus.HELD_ELSEWHERE;
    }

    private void watch() {
        guest.watch((where, later) -> told.add(where + (later ? " later" : "")));
    }

    @Test
    void aLostGuestIsToldOnce() {
        watch();
        lease.status = LeaseStatus.ABANDONED;
        assertThat(told).as("a process that ends needs a moment").isEmpty();
        loop.next();
        assertThat(told).containsExactly("ABANDONED");
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void aGuestThatIsLostLaterIsToldThen() {
        watch();
        loop.next();
        loop.next();
        assertThat(told).containsExactly("HELD_ELSEWHERE");
        lease.status = LeaseStatus.ABANDONED;
        loop.next();
        assertThat(told).containsExactly("HELD_ELSEWHERE", "ABANDONED later");
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void nobodyLooksOnceItIsPausedNoMore() {
        watch();
        loop.next();
        status = MigrationStatus.POSTCOPY_ACTIVE;
        lease.status = LeaseStatus.ABANDONED;
        loop.next();
        assertThat(told).hasSize(1);
        assertThat(loop.idle()).isTrue();
    }

    /** Paused, recovered and paused again before anybody has looked at the first pause. */
    @Test
    void ofTwoPausesInARowTheLastOneIsWatched() {
        watch();
        watch();
        loop.next();
        loop.next();
        assertThat(told).hasSize(1);
        assertThat(loop.waiting()).as("looks to come").isOne();
        lease.status = LeaseStatus.ABANDONED;
        loop.next();
        assertThat(told).hasSize(2);
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void aResultThatComesAfterThePauseIsNotTold() {
        lease.late = true;
        watch();
        loop.next();
        status = MigrationStatus.POSTCOPY_RECOVER;
        lease.respond();
        assertThat(told).isEmpty();
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void aLeaseThatHangsIsAskedOnce() {
        watch();
        loop.next();
        lease.late = true;
        loop.next();
        assertThat(loop.idle()).as("the next look waits for this one").isTrue();
        lease.respond();
        assertThat(loop.waiting()).isOne();
    }
}
