package io.vmferry.dest.incoming;

import io.vmferry.dest.incoming.accept.IncomingListener;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.guest.Arrival;
import io.vmferry.dest.incoming.guest.GuestClaim;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.postcopy.PostcopyTakeover;
import io.vmferry.dest.incoming.recovery.IncomingRecovery;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Consequence;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.status.Side;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only exit of an incoming migration: asks the {@link FailureTable} what a failure means for
 * whoever has the guest, and does it. The first end counts.
 *
 * <p>Each exit is a list of steps that are all done, even if one of them throws: a bug in an exit
 * must neither keep the guest from running nor let the source wait for an answer.
 */
record IncomingEnd(
        MigrationOptions options,
        IncomingState state,
        Guest guest,
        IncomingListener listener,
        IncomingChannels channels,
        ChannelInputs inputs,
        GuestClaim claim,
        Arrival arrival,
        MissingPages pages,
        PostcopyTakeover takeover,
        IncomingRecovery recovery,
        Probe probe,
        Runnable whenEnded,
        Runnable whenPaused) {

    private static final Logger log = LoggerFactory.getLogger(IncomingEnd.class);

    // ---- failures

    /** Applies the consequence of a failure. */
    void end(Failure failure) {
        Consequence consequence =
                FailureTable.of(Side.DESTINATION).consequence(state.owner(), failure.kind());
        if (consequence == Consequence.KEEP_RUNNING || consequence == Consequence.REJECT) {
            log.debug("Without consequence: {}", failure.text());
            return;
        }
        AllSteps.run(
                () -> probe.reached(PointName.FAILURE, failure.kind()),
                () -> follow(consequence, failure));
    }

    private void follow(Consequence consequence, Failure failure) {
        switch (consequence) {
            case FAIL_AND_KEEP -> fail(failure);
            case PAUSE -> pause(failure);
            case COMPLETE -> {
                log.warn("{}; all of RAM is here, so nothing is lost", failure.text());
                completePostcopy();
            }
            case SETTLE_BY_LEASE -> {
                log.warn(
                        "{}; {} decides who has the guest",
                        failure.text(),
                        guest.lease().description());
                state.failedMeanwhile(failure);
            }
            case KEEP_RUNNING, REJECT, CANCEL_AND_KEEP, ABANDON, WAIT_FOR_PEER ->
                    throw new IllegalArgumentException(
                            "A destination does not " + consequence.text());
        }
    }

    /** Fails a paused postcopy whose recovery broke before it began, as some QEMUs do. */
    void failRecovery(Failure why) {
        state.failed(why);
        AllSteps.run(
                () -> probe.reached(PointName.FAILURE, why.kind()),
                () -> recovery.fail(why),
                whenPaused);
    }

    private void pause(Failure why) {
        state.failed(why);
        AllSteps.run(takeover::runWhatIsOurs, () -> recovery.pause(why), whenPaused);
    }

    /** Fails the migration: the guest stays at the source. The first reason counts. */
    private void fail(Failure why) {
        state.end();
        state.failed(why);
        AllSteps.run(
                // the source that sent the refused bytes had begun to migrate
                () -> {
                    if (!options.profile().has(Trait.FAILED_FROM_INCOMING_SETUP)) {
                        state.move(state.awaiting(), MigrationStatus.ACTIVE);
                    }
                },
                () -> {
                    if (!endsUnsaid()) {
                        state.move(state.status(), MigrationStatus.FAILED);
                    }
                },
                // a source that gets the message takes its lease again
                () -> claim.drop(() -> goodbye(1)),
                // last, since it touches all of RAM and the source waits
                this::endPostcopy);
    }

    private void endPostcopy() {
        state.postcopy().end();
        if (state.postcopy().listened()) {
            pages.abandon();
        }
    }

    private boolean endsUnsaid() {
        return state.postcopy().listened() && options.follows(Deviation.UNSAID_FAILURE);
    }

    // ---- success

    /** Completes a precopy: from here on nothing may return the guest to the source. */
    void arrived() {
        state.end();
        AllSteps.run(
                this::zeroDiscarded,
                arrival::prepare,
                arrival::runOrPark,
                () -> state.move(MigrationStatus.ACTIVE, MigrationStatus.COMPLETED),
                () -> goodbye(0));
    }

    /** Zeroes what a source has discarded for a postcopy and did not send again. */
    private void zeroDiscarded() {
        if (state.postcopy().state() == PostcopyState.DISCARD) {
            guest.ram().blocks().forEach(RamBlock::zeroMissing);
        }
    }

    /** Completes a postcopy: all pages have arrived. */
    void completePostcopy() {
        if (state.halted()) {
            return;
        }
        state.end();
        AllSteps.run(
                takeover::runWhatIsOurs,
                this::endPostcopy,
                () -> state.move(MigrationStatus.POSTCOPY_ACTIVE, MigrationStatus.COMPLETED),
                () -> goodbye(0));
    }

    /** Sends SHUT, ends all channels and stops listening. */
    private void goodbye(int shut) {
        AllSteps.run(
                () -> say(shut), listener::close, channels::close, inputs::forgetUnread, whenEnded);
    }

    private void say(int shut) {
        if (channels.send(new ReturnPathMessage.Shut(shut))) {
            probe.reached(PointName.SHUT_SENT, shut);
        }
    }
}
