package io.vmferry.protocol.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.status.Side;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FailureTableTest {

    private static final Set<Consequence> SOURCE_KEEPS =
            EnumSet.of(Consequence.FAIL_AND_KEEP, Consequence.CANCEL_AND_KEEP);

    @ParameterizedTest
    @EnumSource(Side.class)
    void everyOwnerAndKindHasOneRow(Side side) {
        for (GuestOwner owner : GuestOwner.values()) {
            for (FailureKind kind : FailureKind.values()) {
                long rows =
                        FailureTable.of(side).rows().stream()
                                .filter(row -> row.owner() == owner && row.kinds().contains(kind))
                                .count();
                assertThat(rows).as("%s %s %s", side, owner, kind).isOne();
                assertThat(FailureTable.of(side).consequence(owner, kind)).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SOURCE,SOURCE,WIRE,FAIL_AND_KEEP",
        "SOURCE,SOURCE,TRANSPORT,FAIL_AND_KEEP",
        "SOURCE,SOURCE,SILENCE,FAIL_AND_KEEP",
        "SOURCE,SOURCE,DEVICE,FAIL_AND_KEEP",
        "SOURCE,SOURCE,PEER_REPORT,FAIL_AND_KEEP",
        "SOURCE,SOURCE,LEASE,FAIL_AND_KEEP",
        "SOURCE,SOURCE,BUG,FAIL_AND_KEEP",
        "SOURCE,SOURCE,PAUSE_COMMAND,FAIL_AND_KEEP",
        "SOURCE,SOURCE,CANCEL_COMMAND,CANCEL_AND_KEEP",
        "SOURCE,UNDECIDED,WIRE,SETTLE_BY_LEASE",
        "SOURCE,UNDECIDED,TRANSPORT,SETTLE_BY_LEASE",
        "SOURCE,UNDECIDED,SILENCE,SETTLE_BY_LEASE",
        "SOURCE,UNDECIDED,PEER_REPORT,SETTLE_BY_LEASE",
        "SOURCE,UNDECIDED,PAUSE_COMMAND,SETTLE_BY_LEASE",
        "SOURCE,UNDECIDED,BUG,WAIT_FOR_PEER",
        "SOURCE,UNDECIDED,CANCEL_COMMAND,CANCEL_AND_KEEP",
        "SOURCE,DESTINATION,WIRE,PAUSE",
        "SOURCE,DESTINATION,TRANSPORT,PAUSE",
        "SOURCE,DESTINATION,SILENCE,PAUSE",
        "SOURCE,DESTINATION,PEER_REPORT,PAUSE",
        "SOURCE,DESTINATION,PAUSE_COMMAND,PAUSE",
        "SOURCE,DESTINATION,BUG,PAUSE",
        "SOURCE,DESTINATION,CANCEL_COMMAND,REJECT",
        "SOURCE,DESTINATION_COMPLETE,TRANSPORT,COMPLETE",
        "SOURCE,DESTINATION_COMPLETE,BUG,COMPLETE",
        "SOURCE,DESTINATION_COMPLETE,CANCEL_COMMAND,REJECT",
        "DESTINATION,SOURCE,WIRE,FAIL_AND_KEEP",
        "DESTINATION,SOURCE,TRANSPORT,FAIL_AND_KEEP",
        "DESTINATION,SOURCE,LEASE,FAIL_AND_KEEP",
        "DESTINATION,SOURCE,BUG,FAIL_AND_KEEP",
        "DESTINATION,UNDECIDED,TRANSPORT,SETTLE_BY_LEASE",
        "DESTINATION,UNDECIDED,BUG,SETTLE_BY_LEASE",
        "DESTINATION,DESTINATION,WIRE,PAUSE",
        "DESTINATION,DESTINATION,TRANSPORT,PAUSE",
        "DESTINATION,DESTINATION,SILENCE,PAUSE",
        "DESTINATION,DESTINATION,PAUSE_COMMAND,PAUSE",
        "DESTINATION,DESTINATION,BUG,PAUSE",
        "DESTINATION,DESTINATION_COMPLETE,TRANSPORT,COMPLETE",
        "DESTINATION,DESTINATION_COMPLETE,BUG,COMPLETE",
        "DESTINATION,DESTINATION,CANCEL_COMMAND,REJECT"
    })
    void rows(Side side, GuestOwner owner, FailureKind kind, Consequence consequence) {
        assertThat(FailureTable.of(side).consequence(owner, kind)).isEqualTo(consequence);
    }

    @Test
    void aGuestThatTheDestinationHasIsNeverGivenBackToTheSource() {
        for (Side side : Side.values()) {
            for (FailureKind kind : FailureKind.values()) {
                for (GuestOwner owner :
                        EnumSet.of(GuestOwner.DESTINATION, GuestOwner.DESTINATION_COMPLETE)) {
                    assertThat(FailureTable.of(side).consequence(owner, kind))
                            .as("%s %s %s", side, owner, kind)
                            .isNotIn(SOURCE_KEEPS);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void whatHasEndedChangesNoMore(FailureKind kind) {
        for (Side side : Side.values()) {
            assertThat(FailureTable.of(side).consequence(GuestOwner.SETTLED, kind))
                    .isEqualTo(Consequence.KEEP_RUNNING);
        }
    }
}
