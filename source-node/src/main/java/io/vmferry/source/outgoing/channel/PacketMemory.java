package io.vmferry.source.outgoing.channel;

import io.vmferry.source.outgoing.state.Turns;

/**
 * The memory that packets take on all multifd channels together, from when a packet is full until
 * the transport has taken it: 255 channels would fill the process if each had what one may have.
 */
final class PacketMemory {

    static final int MOST_BYTES = 32 << 20;

    private final Turns turns;
    private long takenBytes;
    private boolean wanted;

    PacketMemory(Turns turns) {
        this.turns = turns;
    }

    /** Whether another packet may be made; if not, a turn is asked for when it may. */
    boolean takesMore() {
        wanted = takenBytes >= MOST_BYTES;
        return !wanted;
    }

    void take(int bytes) {
        takenBytes += bytes;
    }

    void free(int bytes) {
        takenBytes -= bytes;
        if (wanted && takenBytes < MOST_BYTES) {
            wanted = false;
            turns.now();
        }
    }
}
