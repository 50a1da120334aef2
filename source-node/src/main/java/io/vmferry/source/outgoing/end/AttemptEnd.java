package io.vmferry.source.outgoing.end;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Consequence;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.channel.SourceReturnPath;
import io.vmferry.source.outgoing.figures.DowntimeClock;
import io.vmferry.source.outgoing.guest.AutoConverge;
import io.vmferry.source.outgoing.guest.FailoverUnplug;
import io.vmferry.source.outgoing.guest.GuestStop;
import io.vmferry.source.outgoing.guest.SnapshotWrites;
import io.vmferry.source.outgoing.section.OutgoingSection.RamSection;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.FailureRules;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.MigrationError;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only exit of an outgoing migration: asks the {@link FailureRules} what a failure means for
 * whoever has the guest, and does it. The first end counts.
 *
 * <p>Each exit is a list of steps that are all done, even if one of them throws: a bug in an exit
 * must not leave the guest without an owner.
 */
public final class AttemptEnd {

    private static final Logger log = LoggerFactory.getLogger(AttemptEnd.class);

    private final AttemptState attempt;
    private final GuestHandover handover;
    private final FailureRules rules;
    private final MigrationOptions options;
    private final MigrationState state;
    private final MigrationError error;
    private final Guest guest;
    private final GuestStop guestStop;
    private final FailoverUnplug unplug;
    private final AutoConverge autoConverge;
    private final SnapshotWrites writes;
    private final RamSection ram;
    private final DowntimeClock downtime;
    private final EngineLoop loop;
    private final Probe probe;
    private final Turns turns;
    private final Runnable whenPaused;
    private final Runnable whenEnded;
    private final AnswerWait answer;
    private final Cancellation cancellation;
    private final LeaseSettlement lease;
    private final boolean snapshot;
    private OutgoingChannels channels;

    /** Everything has left, and no answer can come. */
    private boolean unanswered;

    /** The guest is being given back. */
    private boolean givingBack;

    /**
     * A migration that goes on.
     *
     * @param channels its channels, until {@link #resume}
     * @param whenPaused runs when the guest is left to the destination
     * @param whenEnded runs when the migration has ended and the guest is where it belongs
     */
    public AttemptEnd(
            AttemptState attempt,
            GuestHandover handover,
            FailureRules rules,
            MigrationOptions options,
            MigrationState state,
            MigrationError error,
            Guest guest,
            GuestStop guestStop,
            FailoverUnplug unplug,
            AutoConverge autoConverge,
            SnapshotWrites writes,
            RamSection ram,
            DowntimeClock downtime,
            EngineLoop loop,
            Probe probe,
            Turns turns,
            OutgoingChannels channels,
            Runnable whenPaused,
            Runnable whenEnded) {
        this.attempt = attempt;
        this.handover = handover;
        this.rules = rules;
        this.options = options;
        this.state = state;
        this.error = error;
        this.guest = guest;
        this.guestStop = guestStop;
        this.unplug = unplug;
        this.autoConverge = autoConverge;
        this.writes = writes;
        this.ram = ram;
        this.downtime = downtime;
        this.loop = loop;
        this.probe = probe;
        this.turns = turns;
        this.snapshot = options.capabilities().has(Capability.BACKGROUND_SNAPSHOT);
        this.channels = channels;
        this.whenPaused = whenPaused;
        this.whenEnded = whenEnded;
        this.answer = new AnswerWait(attempt, handover, turns);
        this.lease =
                new LeaseSettlement(
                        guest,
                        guestStop,
                        attempt,
                        loop,
                        this::fail,
                        this::pause,
                        this::failPaused,
                        whenPaused);
        this.cancellation =
                new Cancellation(
                        options.profile(),
                        state,
                        error,
                        new UnstartedEnd(state, probe),
                        unplug,
                        handover,
                        guest.run(),
                        loop,
                        this::finish,
                        this::giveBack,
                        this::endedHere);
    }

    /** Ends the migration if the messages of the destination have decided who owns the guest. */
    public void takeNote() {
        if (handover.finished()) {
            complete();
        } else {
            answer.answered();
        }
    }

    /** Whether the lease has yet to decide who owns the guest, or whether it may run here. */
    public boolean awaitsLease() {
        return attempt.settling() || givingBack || (attempt.paused() && lease.unsettled());
    }

    /** Who owns the guest, as far as messages and the lease have decided it. */
    public GuestOwner owner() {
        boolean asks = attempt.settling() || (attempt.paused() && lease.unsettled());
        return snapshot ? GuestOwner.SOURCE : asks ? GuestOwner.UNDECIDED : rules.owner();
    }

    // ---- failures

    /** Applies the consequence of a failure. */
    public void end(Failure failure) {
        Consequence consequence = rules.consequence(failure);
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
            case CANCEL_AND_KEEP -> cancellation.begin(channels);
            case ABANDON -> {
                lease.callOff();
                cancellation.abandonPostcopy(channels);
            }
            case SETTLE_BY_LEASE -> settleByLease(failure);
            case WAIT_FOR_PEER -> answer.begin(failure, channels.main(), this::streamDrained);
            case PAUSE -> pause(failure);
            case COMPLETE -> {
                log.warn("{}; the destination has said that it has everything", failure.text());
                complete();
            }
            case KEEP_RUNNING, REJECT -> throw new IllegalArgumentException("Nothing follows");
        }
    }

    /** Decides by the lease, since nothing says whether the guest runs at the destination. */
    private void settleByLease(Failure failure) {
        if (!handover.packageSent()) {
            // a precopy cannot pause; a lease that is held elsewhere keeps the guest stopped here
            fail(failure);
            return;
        }
        attempt.settling(true);
        AllSteps.run(this::idle, channels::abort, () -> lease.ask(failure));
    }

    /** Fails a paused postcopy: the lease says that the destination does not own the guest. */
    private void failPaused(Failure failure) {
        attempt.goOn(loop.nanoTime());
        lease.settled();
        lease.callOff();
        error.forget();
        fail(failure);
    }

    /** Pauses the postcopy; also a failed recovery, which can be repeated any number of times. */
    private void pause(Failure failure) {
        if (state.get() == MigrationStatus.POSTCOPY_RECOVER_SETUP) {
            error.forget();
        }
        error.record(failure.text());
        attempt.pause(loop.nanoTime());
        lease.callOff();
        answer.forget();
        if (state.get() == MigrationStatus.POSTCOPY_ACTIVE) {
            // the destination has told since that it has the guest
            lease.settled();
        }
        AllSteps.run(
                this::idle,
                channels::abort,
                ram.scan().requested()::restart,
                this::releaseReturnPath,
                handover::enterPostcopyActive,
                () -> {
                    if (state.get() != MigrationStatus.POSTCOPY_PAUSED && !staysInRecovery()) {
                        state.move(state.get(), MigrationStatus.POSTCOPY_PAUSED);
                    }
                },
                whenPaused,
                lease::askLater);
    }

    private boolean staysInRecovery() {
        return state.get() == MigrationStatus.POSTCOPY_RECOVER
                && options.follows(Deviation.BROKEN_RECOVERY);
    }

    private void idle() {
        turns.stop();
        attempt.idle();
    }

    /** Continues on the channels of a recovery. */
    public void resume(OutgoingChannels next) {
        channels = next;
        attempt.goOn(loop.nanoTime());
        lease.callOff();
        handover.resume();
    }

    private void fail(Failure failure) {
        if (unplug.putsOff(() -> fail(failure))) {
            channels.abort();
            return;
        }
        error.record(failure.text());
        // a destination that does not answer may be reading the end of the stream
        Runnable close = unanswered ? channels::close : channels::abort;
        AllSteps.run(this::finish, close, this::failAndGiveBack);
    }

    /** Gives the guest back before or after the status failed, as the version does. */
    private void failAndGiveBack() {
        if (options.profile().has(Trait.FAILING)) {
            AllSteps.run(
                    () -> state.move(state.get(), MigrationStatus.FAILING),
                    () -> giveBack(this::failed));
        } else {
            givingBack = true;
            guestStop.decide(() ->
                    AllSteps.run(
                            () -> state.move(state.get(), MigrationStatus.FAILED),
                            () -> giveBack(this::endedHere)));
        }
    }

    private void failed() {
        AllSteps.run(
                () -> state.move(MigrationStatus.FAILING, MigrationStatus.FAILED), this::endedHere);
    }

    private void endedHere() {
        AllSteps.run(unplug::plugBack, whenEnded);
    }

    /** Restores the run state of the guest, which takes until a running stop has finished. */
    private void giveBack(Runnable done) {
        RunState before = guest.run().state();
        givingBack = true;
        guestStop.undo(() -> {
            givingBack = false;
            AllSteps.run(() -> resumed(before), done);
        });
    }

    private void resumed(RunState before) {
        if (!before.live() && guest.run().state().live()) {
            downtime.guestBack();
            probe.reached(PointName.GUEST_RESUMED);
        }
    }

    // ---- success

    /** Handles that the transport has taken the whole stream. */
    public void streamDrained() {
        if (snapshot && !attempt.halted()) {
            saved();
        }
        if (attempt.halted() || !handover.drained()) {
            return;
        }
        downtime.enter(DowntimeClock.Part.DESTINATION);
        Optional<Failure> missing = missingAnswer();
        unanswered = missing.isPresent();
        if (unanswered) {
            end(missing.orElseThrow());
        } else if (channels.returnPath().isEmpty() || handover.shut()) {
            complete();
        }
    }

    /** Whether only a snapshot is made of the guest, which stays. */
    public boolean snapshot() {
        return snapshot;
    }

    /** The transport has all of a background snapshot; the guest runs on. */
    private void saved() {
        AllSteps.run(
                this::finish,
                channels::close,
                () -> state.move(MigrationStatus.ACTIVE, MigrationStatus.COMPLETED),
                whenEnded);
    }

    /** Why a precopy that has been sent will not be answered. A postcopy has noticed it before. */
    private Optional<Failure> missingAnswer() {
        return handover.packageSent()
                ? Optional.empty()
                : channels.noAnswer("read from").or(channels.failures()::outlived);
    }

    private void complete() {
        if (attempt.halted()) {
            return;
        }
        downtime.end();
        AllSteps.run(
                this::finish,
                channels::close,
                () -> {
                    if (handover.packageSent()) {
                        handover.enterPostcopyActive();
                    }
                },
                () -> state.move(handover.lastStatus(), MigrationStatus.COMPLETED),
                () -> guest.run().become(RunState.POSTMIGRATE),
                whenEnded);
    }

    private void finish() {
        attempt.end(loop.nanoTime());
        answer.forget();
        AllSteps.run(
                turns::stop,
                this::releaseReturnPath,
                autoConverge::stop,
                writes::end,
                this::freeCache);
    }

    /** Frees what may be a lot of memory later, since the guest may be waiting for the end. */
    private void freeCache() {
        loop.execute(ram::endXbzrle);
    }

    /** Releases the return path later, since the end may come from a message that is being read. */
    private void releaseReturnPath() {
        OutgoingChannels released = channels;
        loop.execute(() -> released.returnPath().ifPresent(SourceReturnPath::release));
    }
}
