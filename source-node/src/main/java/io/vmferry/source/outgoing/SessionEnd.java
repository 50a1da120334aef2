package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Consequence;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.GuestOwner;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
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

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final OutgoingSession session;
    private final MigrationOptions options;
    private final MigrationState state;
    private final GuestStop guestStop;
    private final FailoverUnplug unplug;
    private final GuestHandover handover;
    private final AnswerWait answer;
    private final Cancellation cancellation;
    private final FailureRules rules;
    private boolean ended;
    private boolean paused;
    private long endNanos;

    /** The lease has been asked whose the guest is, and has not answered. */
    private boolean settling;

    /** The guest is to go on here, and does not yet. */
    private boolean givingBack;

    private long pauses;

    /** What broke while nobody can tell whose the guest is. */
    private Optional<Failure> unsettled = Optional.empty();

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
        return ended || paused || settling;
    }

    /** Whether the lease has still to say who has the guest, or whether it can go on here. */
    boolean awaitsLease() {
        return settling || givingBack || (paused && unsettled.isPresent());
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
        if (failure instanceof Failure.CancelCommand && state.get().inPostcopy()) {
            // only where this side is to do as QEMU does; else the command is refused
            cancellation.abandonPostcopy();
            return;
        }
        Consequence consequence = rules.consequence(failure);
        if (consequence == Consequence.KEEP_RUNNING || consequence == Consequence.REJECT) {
            log.debug("Without consequence: {}", failure.text());
            return;
        }
        AllSteps.run(
                () -> session.probe().reached(PointName.FAILURE, failure.kind().label()),
                () -> follow(consequence, failure));
    }

    private void follow(Consequence consequence, Failure failure) {
        switch (consequence) {
            case FAIL_AND_KEEP -> fail(failure);
            case CANCEL_AND_KEEP -> cancellation.begin();
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
        settling = true;
        AllSteps.run(
                session.driver()::idle,
                session.channels()::abort,
                () ->
                        guestStop.reclaim(taking -> {
                            settling = false;
                            settle(taking, failure);
                        }));
    }

    private void settle(Taking taking, Failure failure) {
        String lease = session.guest().lease().description();
        switch (taking) {
            case Taking.Ours _ -> {
                log.info(
                        "Decided by {}: it is ours again, so the guest stays here; PONG 0x42 has not come",
                        lease);
                fail(failure);
            }
            case Taking.OursAfterOthers _ -> {
                log.warn("Decided by {}: somebody has had it and has ended", lease);
                fail(
                        new Failure.Lease(
                                failure.text()
                                        + "; the guest was the destination's and is lost with it"));
            }
            case Taking.HeldElsewhere(String by) -> {
                tellOwner(by);
                pause(failure);
            }
            case Taking.Unusable _ -> {
                String text = taking.text(lease);
                log.error("Nobody can tell whether the guest is the destination's: {}", text);
                unsettled = Optional.of(failure);
                pause(new Failure.Lease(failure.text() + "; " + text));
            }
        }
    }

    private void tellOwner(String owner) {
        log.warn(
                "Decided by {}: it is held by {}, so the guest is taken to run at the destination; PONG 0x42 has not come",
                session.guest().lease().description(),
                owner);
    }

    /**
     * As long as the postcopy is paused and nobody can tell whose the guest is, the lease may still
     * tell it.
     */
    private void lookAgain() {
        long pause = pauses;
        session.loop()
                .schedule(
                        LOOK_AGAIN_NANOS,
                        () -> {
                            if (paused && pause == pauses) {
                                guestStop.reclaim(taking -> settleLater(taking, pause));
                            }
                        });
    }

    private void settleLater(Taking taking, long pause) {
        if (!paused || pause != pauses) {
            // a recovery has begun, and the destination will tell
            if (taking.owned()) {
                session.guest().run().giveUpLease(() -> {});
            }
            return;
        }
        switch (taking) {
            case Taking.Ours _, Taking.OursAfterOthers _ -> {
                Failure failure = unsettled.orElseThrow();
                paused = false;
                unsettled = Optional.empty();
                session.migration().forgetError();
                settle(taking, failure);
            }
            case Taking.HeldElsewhere(String by) -> {
                tellOwner(by);
                unsettled = Optional.empty();
                session.migration().paused(session);
            }
            case Taking.Unusable _ -> lookAgain();
        }
    }

    /** Also where a recovery got stuck: it may be tried again, any number of times. */
    private void pause(Failure failure) {
        if (state.get() == MigrationStatus.POSTCOPY_RECOVER_SETUP) {
            session.migration().forgetError();
        }
        session.migration().error(failure.text());
        paused = true;
        pauses++;
        answer.forget();
        if (state.get() == MigrationStatus.POSTCOPY_ACTIVE) {
            // the destination has told since that it has the guest
            unsettled = Optional.empty();
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
                () -> {
                    if (unsettled.isPresent()) {
                        lookAgain();
                    }
                });
    }

    private boolean staysInRecovery() {
        return state.get() == MigrationStatus.POSTCOPY_RECOVER
                && options.follows(Deviation.BROKEN_RECOVERY);
    }

    /** A recovery begins. */
    void resume() {
        paused = false;
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
