package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Consequence;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.GuestOwner;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only exit of an outgoing migration: asks the {@link FailureRules} what a failure means for
 * whoever has the guest, and does it. The first end counts.
 *
 * <p>Each exit is a list of steps that are all done, even if one of them throws: a bug in an exit
 * must not leave the guest without an owner.
 */
final class SessionEnd {

    private static final Logger log = LoggerFactory.getLogger(SessionEnd.class);

    private final OutgoingSession session;
    private final MigrationOptions options;
    private final MigrationState state;
    private final GuestStop guestStop;
    private final FailoverUnplug unplug;
    private final GuestHandover handover;
    private final AnswerWait answer;
    private final Cancellation cancellation;
    private final FailureRules rules;
    private final LeaseSettlement lease;
    private boolean ended;
    private boolean paused;
    private long endNanos;

    /** The guest is to go on here, and does not yet. */
    private boolean givingBack;

    SessionEnd(
            OutgoingSession session,
            MigrationOptions options,
            MigrationState state,
            GuestStop guestStop,
            FailoverUnplug unplug) {
        this.options = options;
        this.session = session;
        this.unplug = unplug;
        this.state = state;
        this.guestStop = guestStop;
        this.handover = new GuestHandover(session, state);
        this.rules = new FailureRules(session, options, state, this::owner);
        this.lease =
                new LeaseSettlement(session, guestStop, this::fail, this::pause, this::failPaused);
        this.answer = new AnswerWait(session, handover, this::streamDrained, this::end);
        this.cancellation =
                new Cancellation(
                        session,
                        state,
                        unplug,
                        handover,
                        this::finish,
                        this::giveBack,
                        this::endedHere);
    }

    /** The destination has said something that may decide who has the guest. */
    void answered() {
        answer.answered();
    }

    boolean halted() {
        return ended || paused || lease.asking();
    }

    /** Whether the lease has still to say who has the guest, or whether it can go on here. */
    boolean awaitsLease() {
        return lease.asking() || givingBack || (paused && lease.unsettled());
    }

    /** When the migration ended, by the loop's clock. */
    OptionalLong nanos() {
        return ended ? OptionalLong.of(endNanos) : OptionalLong.empty();
    }

    private GuestOwner owner() {
        return halted() ? GuestOwner.SETTLED : handover.owner();
    }

    /** How far the guest is on its way to the destination. */
    GuestHandover handover() {
        return handover;
    }

    // ---- failures

    /** What a failure means now. */
    FailureRules rules() {
        return rules;
    }

    /** Does what follows from a failure. */
    void end(Failure failure) {
        Consequence consequence = rules.consequence(failure);
        if (consequence == Consequence.KEEP_RUNNING || consequence == Consequence.REJECT) {
            log.debug("Without consequence: {}", failure.text());
            return;
        }
        AllSteps.run(
                () -> session.probe().reached(PointName.FAILURE, failure.kind()),
                () -> follow(consequence, failure));
    }

    private void follow(Consequence consequence, Failure failure) {
        switch (consequence) {
            case FAIL_AND_KEEP -> fail(failure);
            case CANCEL_AND_KEEP -> cancellation.begin();
            case ABANDON -> {
                lease.callOff();
                cancellation.abandonPostcopy();
            }
            case SETTLE_BY_LEASE -> settleByLease(failure);
            case WAIT_FOR_PEER -> answer.begin(failure);
            case PAUSE -> pause(failure);
            case COMPLETE -> {
                log.warn("{}; the destination has said that it has everything", failure.text());
                complete();
            }
            case KEEP_RUNNING, REJECT -> throw new IllegalArgumentException("Nothing follows");
        }
    }

    /**
     * All that lets the guest run is out, and nothing says whether it runs at the destination. The
     * disks decide: only who holds the lease may run it.
     */
    private void settleByLease(Failure failure) {
        if (!session.postcopy().packageSent()) {
            // a precopy cannot pause; a lease that is held elsewhere keeps the guest stopped here
            fail(failure);
            return;
        }
        lease.begin();
        AllSteps.run(session.driver()::idle, session.channels()::abort, () -> lease.ask(failure));
    }

    /** The lease has told that the guest is not the destination's. */
    private void failPaused(Failure failure) {
        paused = false;
        lease.settled();
        lease.callOff();
        session.migration().forgetError();
        fail(failure);
    }

    /** Also where a recovery got stuck: it may be tried again, any number of times. */
    private void pause(Failure failure) {
        if (state.get() == MigrationStatus.POSTCOPY_RECOVER_SETUP) {
            session.migration().forgetError();
        }
        session.migration().error(failure.text());
        paused = true;
        lease.callOff();
        answer.forget();
        if (state.get() == MigrationStatus.POSTCOPY_ACTIVE) {
            // the destination has told since that it has the guest
            lease.settled();
        }
        AllSteps.run(
                session.driver()::idle,
                session.channels()::abort,
                session.postcopy()::paused,
                this::releaseReturnPath,
                handover::enterPostcopyActive,
                () -> {
                    if (state.get() != MigrationStatus.POSTCOPY_PAUSED && !staysInRecovery()) {
                        state.move(state.get(), MigrationStatus.POSTCOPY_PAUSED);
                    }
                },
                () -> session.migration().paused(session),
                lease::askLater);
    }

    private boolean staysInRecovery() {
        return state.get() == MigrationStatus.POSTCOPY_RECOVER
                && options.follows(Deviation.BROKEN_RECOVERY);
    }

    /** A recovery begins. */
    void resume() {
        paused = false;
        lease.callOff();
        handover.resume();
    }

    private void fail(Failure failure) {
        if (unplug.putsOff(() -> fail(failure))) {
            session.channels().abort();
            return;
        }
        session.migration().error(failure.text());
        AllSteps.run(this::finish, session.channels()::abort, this::failAndGiveBack);
    }

    /** Who reads that the migration has failed finds the guest running. */
    private void failAndGiveBack() {
        if (session.profile().knowsFailing()) {
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
        AllSteps.run(unplug::plugBack, () -> session.migration().ended(session));
    }

    /** The guest is to be as it was before, which takes until a stop under way has finished. */
    private void giveBack(Runnable done) {
        RunState before = session.guest().run().state();
        givingBack = true;
        guestStop.undo(() -> {
            givingBack = false;
            AllSteps.run(() -> resumed(before), done);
        });
    }

    private void resumed(RunState before) {
        if (!before.live() && session.guest().run().state().live()) {
            session.downtime().guestBack(session.nanoTime());
            session.probe().reached(PointName.GUEST_RESUMED);
        }
    }

    // ---- success

    /** The transport has taken the whole stream. */
    void streamDrained() {
        if (halted() || !handover.drained()) {
            return;
        }
        session.downtime().enter(DowntimeClock.Part.DESTINATION, session.nanoTime());
        if (session.channels().returnPath().isEmpty() || handover.shut()) {
            complete();
        }
    }

    /** SHUT 0. */
    void destinationFinished() {
        if (handover.isDrained()) {
            complete();
        } else {
            answer.answered();
        }
    }

    private void complete() {
        if (halted()) {
            return;
        }
        session.downtime().end(session.nanoTime());
        AllSteps.run(
                this::finish,
                session.channels()::close,
                () -> {
                    if (session.postcopy().packageSent()) {
                        handover.enterPostcopyActive();
                    }
                },
                () -> state.move(handover.lastStatus(), MigrationStatus.COMPLETED),
                () -> session.guest().run().become(RunState.POSTMIGRATE),
                () -> session.migration().ended(session));
    }

    private void finish() {
        ended = true;
        endNanos = session.nanoTime();
        answer.forget();
        AllSteps.run(session.driver()::stop, this::releaseReturnPath, session.autoConverge()::stop);
    }

    /** Later, since the end may have come from a message that is still being read. */
    private void releaseReturnPath() {
        OutgoingChannels channels = session.channels();
        session.loop().execute(() -> channels.returnPath().ifPresent(SourceReturnPath::release));
    }
}
