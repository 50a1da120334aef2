package io.vmferry.source.outgoing.end;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.LeaseConsequence;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.failure.LeaseTable;
import io.vmferry.source.outgoing.guest.GuestStop;
import io.vmferry.source.outgoing.state.SessionState;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The question to the lease whose the guest is, when all that lets it run at the destination is out
 * and no answer will come any more. Asked again as long as the postcopy is paused and nobody can
 * tell.
 */
final class LeaseSettlement {

    private static final Logger log = LoggerFactory.getLogger(LeaseSettlement.class);

    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Guest guest;
    private final GuestStop guestStop;
    private final SessionState session;
    private final EngineLoop loop;
    private final Consumer<Failure> fail;
    private final Consumer<Failure> pause;
    private final Consumer<Failure> failPaused;
    private final Runnable paused;

    /** What broke while nobody can tell whose the guest is. */
    private Optional<Failure> unsettled = Optional.empty();

    /** Grows with whatever makes an answer that is under way come too late. */
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
            SessionState session,
            EngineLoop loop,
            Consumer<Failure> fail,
            Consumer<Failure> pause,
            Consumer<Failure> failPaused,
            Runnable paused) {
        this.guest = guest;
        this.guestStop = guestStop;
        this.session = session;
        this.loop = loop;
        this.fail = fail;
        this.pause = pause;
        this.failPaused = failPaused;
        this.paused = paused;
    }

    /** Whether the postcopy is paused, and nobody could tell whose the guest is. */
    boolean unsettled() {
        return unsettled.isPresent();
    }

    /** Asks. */
    void ask(Failure failure) {
        guestStop.reclaim(taking -> {
            session.settling(false);
            settle(taking, failure);
        });
    }

    private void settle(Taking taking, Failure failure) {
        String text = text(taking);
        switch (consequence(taking)) {
            case FAIL_AND_KEEP -> {
                sayKept(text);
                fail.accept(failure);
            }
            case FAIL_AND_STAY_STOPPED -> fail.accept(lost(failure, text));
            case PAUSE -> {
                sayLeft(text);
                pause.accept(failure);
            }
            case PAUSE_AND_ASK_AGAIN -> {
                log.error("Nobody can tell whether the guest is the destination's: {}", text);
                unsettled = Optional.of(failure);
                pause.accept(new Failure.Lease(failure.text() + "; " + text));
            }
            case RUN, STAY_STOPPED, ASK_AGAIN -> throw new IllegalArgumentException(text);
        }
    }

    /** The destination has told that it has the guest. */
    void settled() {
        unsettled = Optional.empty();
    }

    /** What the lease answers to a question under way comes too late. */
    void callOff() {
        turn++;
    }

    /** The lease may still tell it, as long as the postcopy is paused. */
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
            if (taking.owned()) {
                guest.run().giveUpLease(() -> {});
            }
            return;
        }
        String text = text(taking);
        switch (consequence(taking)) {
            case FAIL_AND_KEEP -> {
                sayKept(text);
                failPaused.accept(unsettled.orElseThrow());
            }
            case FAIL_AND_STAY_STOPPED -> failPaused.accept(lost(unsettled.orElseThrow(), text));
            case PAUSE -> {
                sayLeft(text);
                unsettled = Optional.empty();
                paused.run();
            }
            case PAUSE_AND_ASK_AGAIN -> askLater();
            case RUN, STAY_STOPPED, ASK_AGAIN -> throw new IllegalArgumentException(text);
        }
    }

    private static LeaseConsequence consequence(Taking taking) {
        return LeaseTable.consequence(LeaseQuestion.SOURCE_SETTLES, taking.answer());
    }

    private String text(Taking taking) {
        return taking.text(guest.lease().description());
    }

    private static void sayKept(String text) {
        log.info("Decided: {}, so the guest stays here; PONG 0x42 has not come", text);
    }

    private static void sayLeft(String text) {
        log.warn(
                "Decided: {}, so the guest is taken to run at the destination; PONG 0x42 has not come",
                text);
    }

    private static Failure lost(Failure failure, String text) {
        log.warn("Decided: {}", text);
        return new Failure.Lease(
                failure.text() + "; the guest was the destination's and is lost with it");
    }
}
