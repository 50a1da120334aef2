package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import io.vmferry.source.outgoing.ram.UnsentPages;
import io.vmferry.source.outgoing.state.Turns;
import java.util.HashSet;
import java.util.Set;

/** The handshake of the current recovery of a paused postcopy, as far as it is. */
public final class RecoveryHandshake {

    /** How far the handshake is. */
    public enum HandshakeProgress {
        ASK,
        BITMAPS,
        PREEMPT,
        RESUME,
        ACKNOWLEDGEMENT
    }

    private final GuestRam ram;
    private final UnsentPages unsent;
    private final MigrationState state;
    private final Probe probe;
    private final Turns turns;
    private final Set<String> awaited = new HashSet<>();
    private long pagesBefore;
    private HandshakeProgress progress = HandshakeProgress.ASK;
    private boolean acknowledged;

    public RecoveryHandshake(
            GuestRam ram, UnsentPages unsent, MigrationState state, Probe probe, Turns turns) {
        this.ram = ram;
        this.unsent = unsent;
        this.state = state;
        this.probe = probe;
        this.turns = turns;
    }

    /** Begins the handshake of another recovery. */
    public void begin() {
        awaited.clear();
        pagesBefore = unsent.count();
        progress = HandshakeProgress.ASK;
        acknowledged = false;
    }

    /** Notes that the bitmap of a block was requested. */
    public void asked(RamBlock block) {
        awaited.add(block.idstr());
    }

    public boolean bitmapsComplete() {
        return awaited.isEmpty();
    }

    /** Pages that were in flight when the channels broke, and are sent again. */
    public long lostPages() {
        return unsent.count() - pagesBefore;
    }

    /** How far the handshake is. */
    public HandshakeProgress progress() {
        return progress;
    }

    /** The handshake goes on. */
    public void progress(HandshakeProgress next) {
        progress = next;
    }

    public boolean acknowledged() {
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
        probe.reached(PointName.BITMAP_RECEIVED, name);
        turns.now();
    }

    /** RESUME_ACK; ignored outside of a recovery. */
    void resumeAck() throws StreamException {
        if (state.get() != MigrationStatus.POSTCOPY_RECOVER) {
            return;
        }
        require(
                progress == HandshakeProgress.ACKNOWLEDGEMENT && !acknowledged,
                StreamError.RP_RESUME_ACK_VALUE,
                "RESUME_ACK");
        acknowledged = true;
        turns.now();
    }

    private RamBlock block(String name) throws StreamException {
        return ram.block(name)
                .orElseThrow(() ->
                        StreamException.of(
                                StreamError.RP_UNKNOWN_BLOCK,
                                "bitmap of the unknown RAM block " + WireStrings.quote(name)));
    }

    private void require(boolean due, StreamError error, String message) throws StreamException {
        MigrationStatus status = state.get();
        if (!due || status != MigrationStatus.POSTCOPY_RECOVER) {
            throw StreamException.of(
                    error,
                    "%s was not asked for, the migration is in %s"
                            .formatted(message, status.text()));
        }
    }
}
