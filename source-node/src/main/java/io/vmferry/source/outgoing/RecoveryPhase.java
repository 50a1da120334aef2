package io.vmferry.source.outgoing;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;

/**
 * The handshake on new channels of a postcopy that was paused: what does the destination have, then
 * go on. QEMU's {@code postcopy_do_resume}.
 */
final class RecoveryPhase implements Phase {

    private enum Place {
        ASK,
        BITMAPS,
        PREEMPT,
        RESUME,
        ACKNOWLEDGEMENT
    }

    private final OutgoingSession session;
    private Place place = Place.ASK;

    RecoveryPhase(OutgoingSession session) {
        this.session = session;
    }

    /** What comes next is the destination's to say, up to the last place. */
    @Override
    public void takeNote() {
        switch (place) {
            case ASK, BITMAPS -> session.channels().expect("RECV_BITMAP");
            case PREEMPT, RESUME, ACKNOWLEDGEMENT -> session.channels().expect("RESUME_ACK");
        }
    }

    @Override
    public Step step() {
        return switch (place) {
            case ASK -> ask();
            case BITMAPS -> awaitBitmaps();
            case PREEMPT -> awaitPreempt();
            case RESUME -> resume();
            case ACKNOWLEDGEMENT -> awaitAcknowledgement();
        };
    }

    private Step ask() {
        session.liveness().watch();
        for (RamBlock block : session.guest().ram().blocks()) {
            session.recovery().asked(block);
            session.channel().command(new Command.RecvBitmap(block.idstr()));
        }
        place = Place.BITMAPS;
        return Step.AGAIN;
    }

    private Step awaitBitmaps() {
        if (!session.recovery().bitmapsComplete()) {
            return Step.WAIT;
        }
        session.probe().reached(PointName.PAGES_LOST, session.recovery().lostPages());
        session.ram().restart();
        if (session.postcopy().preempts() && session.channels().preempt().isEmpty()) {
            // behind the main channel, which is known to stand by now; versions that open all of
            // their channels at the start have done so again, as their destinations wait for that
            place = Place.PREEMPT;
            session.channels().openLater(session::pump);
        } else {
            place = Place.RESUME;
        }
        return Step.AGAIN;
    }

    private Step awaitPreempt() {
        if (session.channels().preempt().isEmpty()) {
            return Step.WAIT;
        }
        place = Place.RESUME;
        return Step.AGAIN;
    }

    private Step resume() {
        session.recovery().resumeSent();
        session.channel().command(new Command.PostcopyResume());
        place = Place.ACKNOWLEDGEMENT;
        return Step.AGAIN;
    }

    private Step awaitAcknowledgement() {
        if (!session.recovery().acknowledged()) {
            return Step.WAIT;
        }
        session.probe().reached(PointName.RESUME_ACKNOWLEDGED);
        session.restartWindow();
        session.state().move(MigrationStatus.POSTCOPY_RECOVER, MigrationStatus.POSTCOPY_ACTIVE);
        session.enter(new PostcopyPhase(session));
        return Step.AGAIN;
    }
}
