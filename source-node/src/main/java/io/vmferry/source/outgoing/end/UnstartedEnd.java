package io.vmferry.source.outgoing.end;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Consequence;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import java.util.Optional;

/** The end of a migration that has sent nothing yet. */
public record UnstartedEnd(MigrationState state, Probe probe) {

    /** The migration that is in setup has failed. */
    public void fail(String reason) {
        Failure failure =
                new Failure.ConnectionFailure(ChannelRole.MAIN, 0, reason, Optional.empty());
        Consequence consequence =
                FailureTable.of(Side.SOURCE).consequence(GuestOwner.SOURCE, failure.kind());
        AllSteps.run(
                () -> probe.reached(PointName.FAILURE, failure.kind()),
                () -> state.move(MigrationStatus.SETUP, MigrationStatus.FAILED),
                () -> {
                    if (consequence != Consequence.FAIL_AND_KEEP) {
                        throw new IllegalStateException(reason + ": " + consequence);
                    }
                });
    }
}
