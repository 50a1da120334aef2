package io.vmferry.dest.incoming;

import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.guest.Arrival;
import io.vmferry.dest.incoming.guest.GuestClaim;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Completes a precopy, whose whole stream has been read: the guest runs here with its lease. */
record PrecopyArrival(
        MigrationOptions options,
        IncomingState state,
        IncomingChannels channels,
        GuestClaim claim,
        Arrival arrival,
        Runnable arrived,
        Consumer<Failure> failed) {

    private static final Logger log = LoggerFactory.getLogger(PrecopyArrival.class);

    /** ENABLE_COLO: keeps loading, as QEMU does; the migration fails when the stream ends. */
    void askForColo() throws StreamException {
        if (options.profile().has(Trait.ENABLE_COLO_NEEDS_CAPABILITY)) {
            throw StreamException.of(
                    StreamError.CAPABILITY_MISMATCH,
                    "ENABLE_COLO, but capability x-colo is off here");
        }
        state.askForColo();
        if (state.firstTime("ENABLE_COLO")) {
            log.warn("The source asks for a COLO secondary, which is not built");
        }
    }

    /** Takes the lease if the guest is to run here, and ends the migration. */
    void arrive() {
        if (state.coloAsked()) {
            failed.accept(
                    Failure.Wire.sequence(
                            ChannelRole.MAIN,
                            "the source asked for a COLO secondary, and COLO is not built into"
                                    + " vmferry"));
        } else if (arrival.runs()) {
            claim.ask(
                    channels.answers()
                            ? LeaseQuestion.DESTINATION_ARRIVED
                            : LeaseQuestion.DESTINATION_ARRIVED_UNHEARD,
                    arrived,
                    failed);
        } else {
            arrived.run();
        }
    }
}
