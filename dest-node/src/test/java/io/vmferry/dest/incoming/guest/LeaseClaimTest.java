package io.vmferry.dest.incoming.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.state.IncomingState.ClaimStatus;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The claim on a lease, without a migration. */
class LeaseClaimTest {

    private final ScriptedLease lease = new ScriptedLease();
    private final SmallGuest here = new SmallGuest(lease, true);
    private final IncomingState state =
            new IncomingState(SmallGuest.options(Profile.QEMU_10_2), Probe.NONE, event -> {});
    private final GuestClaim claim = new GuestClaim(here.guest, state);
    private final List<String> seen = new ArrayList<>();

    @AfterEach
    void unmap() {
        here.close();
    }

    private void ask(LeaseQuestion question) {
        claim.ask(question, () -> seen.add("ours"), failure -> seen.add(failure.text()));
    }

    @Test
    void nobodyKnowsWhoseTheGuestIsUntilTheLeaseResponds() {
        lease.late = true;
        ask(LeaseQuestion.DESTINATION_ANSWERS);
        assertThat(state.undecided()).isTrue();
        assertThat(seen).isEmpty();
        lease.respond();
        assertThat(state.claim()).isEqualTo(ClaimStatus.OURS);
        assertThat(seen).containsExactly("ours");
    }

    @Test
    void whatIsOursIsNotAskedForAgain() {
        ask(LeaseQuestion.DESTINATION_ANSWERS);
        ask(LeaseQuestion.DESTINATION_RUNS);
        assertThat(seen).containsExactly("ours", "ours");
        assertThat(lease.asked).containsExactly("take");
    }

    @Test
    void aRefusalBeforeTheSourceHasHeardLeavesTheGuestToIt() {
        lease.taking = new Taking.HeldElsewhere("pid 7");
        ask(LeaseQuestion.DESTINATION_ANSWERS);
        assertThat(state.claim()).isEqualTo(ClaimStatus.NONE);
        assertThat(seen).containsExactly("The guest may not run here: lease L is held by pid 7");
    }

    @Test
    void aRefusalAfterThatKeepsTheGuestHereStopped() {
        lease.taking = new Taking.HeldElsewhere("pid 7");
        ask(LeaseQuestion.DESTINATION_RUNS);
        assertThat(seen).containsExactly("ours");
        assertThat(here.guest.run().refusal()).contains("lease L is held by pid 7");
    }

    @Test
    void aClaimThatIsDroppedGivesTheLeaseUpFirst() {
        claim.drop(() -> seen.add("dropped"));
        assertThat(lease.asked).isEmpty();
        ask(LeaseQuestion.DESTINATION_ANSWERS);
        lease.late = true;
        claim.drop(() -> seen.add("given up"));
        assertThat(state.claim()).isEqualTo(ClaimStatus.NONE);
        assertThat(seen).containsExactly("dropped", "ours");
        lease.respond();
        assertThat(seen).containsExactly("dropped", "ours", "given up");
    }
}
