package io.vmferry.source.outgoing.end;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.failure.LeaseTable;
import io.vmferry.source.outgoing.guest.GuestStop;
import io.vmferry.source.outgoing.state.AttemptState;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by the lease who owns the guest, when everything that the destination needs was sent and
 * no answer can come any more. Asks again while the postcopy is paused and the lease cannot be
 * used.
 */
final class LeaseSettlement {

    private static final Logger log = LoggerFactory.getLogger(LeaseSettlement.class);

    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Guest guest;
    private final GuestStop guestStop;
    private final AttemptState attempt;
    private final EngineLoop loop;
    private final Consumer<Failure> fail;
    private final Consumer<Failure> pause;
    private final Consumer<Failure> failPaused;
    private final Runnable paused;

    /** The failure of a pause whose owner is not known. */
    private Optional<Failure> unsettled = Optional.empty();

    /** Increased by everything that makes a pending result obsolete. */
    private long turn;

    /**
     * A question that has not been asked.
     *
     * @param fail has the source keep the guest
     * @param pause leaves the guest to the destination
     * @param failPaused does what {@code fail} does while the postcopy is paused
     * @param paused runs when a paused postcopy is known to have left the guest to the destination
     */
    LeaseSettlement(
            Guest guest,
            GuestStop guestStop,
            AttemptState attempt,
            EngineLoop loop,
            Consumer<Failure> fail,
            Consumer<Failure> pause,
            Consumer<Failure> failPaused,
            Runnable paused) {
        this.guest = guest;
        this.guestStop = guestStop;
        this.attempt = attempt;
        this.loop = loop;
        this.fail = fail;
        this.pause = pause;
        this.failPaused = failPaused;
        this.paused = paused;
    }

    /** Whether the owner of the guest is not known, and the postcopy paused. */
    boolean unsettled() {
        return unsettled.isPresent();
    }

    /** Asks. */
    void ask(Failure failure) {
        guestStop.reclaim(taking -> {
            attempt.settling(false);
            settle(
                    taking,
                    failure,
                    fail,
                    () -> pause.accept(failure),
                    text -> {
                        log.error(
                                "It is not known whether the destination owns the guest: {}", text);
                        unsettled = Optional.of(failure);
                        pause.accept(new Failure.LeaseFailure(failure.text() + "; " + text));
                    });
        });
    }

    /** Does what follows from an attempt to take the lease. */
    private void settle(
            Taking taking,
            Failure failure,
            Consumer<Failure> keep,
            Runnable leave,
            Consumer<String> unknown) {
        String text =
                guest.lease().shared()
                        ? taking.text(guest.lease().description())
                        : "no shared lease says otherwise (no --lease FILE)";
        switch (LeaseTable.consequence(LeaseQuestion.SOURCE_SETTLES, taking.result())) {
            case FAIL_AND_KEEP -> {
                log.info(
                        "The guest stays here: {}. The destination never confirmed that it had loaded"
                                + " everything (PONG 0x42)",
                        text);
                keep.accept(failure);
            }
            case FAIL_AND_STAY_STOPPED -> {
                log.warn("The guest was the destination's: {}", text);
                keep.accept(
                        new Failure.LeaseFailure(
                                failure.text()
                                        + "; the guest was the destination's and is lost with it"));
            }
            case PAUSE -> {
                log.warn(
                        "The guest runs at the destination: {}. That never confirmed that it had loaded"
                                + " everything (PONG 0x42)",
                        text);
                leave.run();
            }
            case PAUSE_AND_ASK_AGAIN -> unknown.accept(text);
            case RUN, STAY_STOPPED, ASK_AGAIN -> throw new IllegalArgumentException(text);
        }
    }

    /** Notes that the owner of the guest is known. */
    void settled() {
        unsettled = Optional.empty();
    }

    /** Makes a pending result obsolete. */
    void callOff() {
        turn++;
    }

    /** Asks again after a while, as long as the owner is not known. */
    void askLater() {
        if (unsettled.isEmpty()) {
            return;
        }
        long mine = turn;
        loop.schedule(
                ASK_AGAIN_NANOS,
                () -> {
                    if (mine == turn) {
                        guestStop.reclaim(taking -> settleLater(taking, mine));
                    }
                });
    }

    private void settleLater(Taking taking, long mine) {
        if (mine != turn) {
            if (taking.held()) {
                guest.run().giveUpLease(() -> {});
            }
            return;
        }
        settle(
                taking,
                unsettled.orElseThrow(),
                failPaused,
                () -> {
                    unsettled = Optional.empty();
                    paused.run();
                },
                text -> askLater());
    }
}
