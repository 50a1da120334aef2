package io.vmferry.source.outgoing;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import io.vmferry.source.outgoing.ram.UnsentPages;
import java.util.HashSet;
import java.util.Set;

/** What the source has heard in one attempt to recover a paused postcopy. */
final class OutgoingRecovery {

    private final OutgoingSession session;
    private final UnsentPages unsent;
    private final Set<String> awaited = new HashSet<>();
    private final long pagesBefore;
    private boolean resumeSent;
    private boolean acknowledged;

    OutgoingRecovery(OutgoingSession session, UnsentPages unsent) {
        this.session = session;
        this.unsent = unsent;
        this.pagesBefore = unsent.count();
    }

    /** A bitmap was asked for. */
    void asked(RamBlock block) {
        awaited.add(block.idstr());
    }

    boolean bitmapsComplete() {
        return awaited.isEmpty();
    }

    /** Pages that were on their way when the channels broke, and are sent again. */
    long lostPages() {
        return unsent.count() - pagesBefore;
    }

    /** POSTCOPY_RESUME is out, and its answer due. */
    void resumeSent() {
        resumeSent = true;
    }

    boolean acknowledged() {
        return acknowledged;
    }

    /** The size that the bitmap of a block must have. */
    long expectedBytes(String name) throws StreamException {
        require(awaited.contains(name), StreamError.RP_BITMAP_STATE, "RECV_BITMAP");
        return ReceivedBitmap.wireBytes(block(name).pageCount());
    }

    /** RECV_BITMAP: what is not in it is to be sent. */
    void bitmap(String name, ReceivedBitmap bitmap) throws StreamException {
        unsent.recover(block(name), bitmap);
        awaited.remove(name);
        session.probe().reached(PointName.BITMAP_RECEIVED, name);
        session.pump();
    }

    /** RESUME_ACK; one that nobody has asked for says nothing outside of a recovery. */
    void resumeAck() throws StreamException {
        if (session.state().get() != MigrationStatus.POSTCOPY_RECOVER) {
            return;
        }
        require(resumeSent && !acknowledged, StreamError.RP_RESUME_ACK_VALUE, "RESUME_ACK");
        acknowledged = true;
        session.pump();
    }

    private RamBlock block(String name) throws StreamException {
        return session.guest()
                .ram()
                .block(name)
                .orElseThrow(() ->
                        StreamException.of(
                                StreamError.RP_UNKNOWN_BLOCK,
                                "bitmap of the unknown RAM block " + WireStrings.quote(name)));
    }

    private void require(boolean due, StreamError error, String message) throws StreamException {
        MigrationStatus status = session.state().get();
        if (!due || status != MigrationStatus.POSTCOPY_RECOVER) {
            throw StreamException.of(
                    error,
                    "%s was not asked for, the migration is in %s"
                            .formatted(message, status.qmpName()));
        }
    }
}
