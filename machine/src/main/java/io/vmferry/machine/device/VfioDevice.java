package io.vmferry.machine.device;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.device.VfioLoader.VfioFlag;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;

/**
 * A device like an assigned PCI function: up to many GiB of state, part of which can be sent while
 * the guest runs (initial data), the rest only when it is stopped.
 *
 * <p>Payloads in QEMU's VFIO format: START is {@link VfioFlag#DEV_SETUP_STATE} and the end word;
 * PART and END hold any number of chunks ({@link VfioFlag#DEV_DATA_STATE}, 64-bit size, data)
 * before it. The configuration space stands at the end of END; QEMU sends it in a section of its
 * own, but a loader takes it in any.
 */
final class VfioDevice implements IterableDevice {
    /** Bytes of the configuration space that are sent. */
    static final int CONFIG_BYTES = 256;

    private static final int WORD_BYTES = 8;
    private static final int CHUNK_HEADER_BYTES = 2 * WORD_BYTES;
    private static final int LARGEST_CHUNK_BYTES = 1 << 20;
    private static final int VERSION = 1;

    private final DeviceSpec spec;
    private final String idstr;
    private SeededState state;
    private boolean acked;
    private long sentBytes;
    private boolean initialDataAnnounced;
    private SeededStateCheck arriving;
    private boolean initialDataLoaded;
    private boolean configured;

    VfioDevice(DeviceSpec spec, String idstr, long seed) {
        this.spec = spec;
        this.idstr = idstr;
        this.state = new SeededState(seed, 0, spec.initialBytes() + spec.stateBytes());
        this.arriving = newCheck();
    }

    @Override
    public String idstr() {
        return idstr;
    }

    @Override
    public int versionId() {
        return VERSION;
    }

    /** Every assigned function requires an acknowledgement by its destination, as in QEMU. */
    @Override
    public boolean switchoverAckNeeded() {
        return true;
    }

    @Override
    public void switchoverAck(boolean on) {
        acked = on;
    }

    @Override
    public void setup(ByteBuf out) {
        sentBytes = 0;
        initialDataAnnounced = false;
        out.writeLong(VfioFlag.DEV_SETUP_STATE.word());
        out.writeLong(VfioFlag.END_OF_STATE.word());
    }

    @Override
    public boolean iterate(ByteBuf out, int budgetBytes) {
        writeChunks(out, budgetBytes - WORD_BYTES, spec.initialBytes());
        boolean initialDataSent = sentBytes >= spec.initialBytes();
        if (initialDataSent && announcementBytes() > 0) {
            initialDataAnnounced = true;
            out.writeLong(VfioFlag.DEV_INIT_DATA_SENT.word());
        } else {
            out.writeLong(VfioFlag.END_OF_STATE.word());
        }
        return initialDataSent;
    }

    @Override
    public long precopyPendingBytes() {
        return Math.max(0, spec.initialBytes() - sentBytes) + announcementBytes();
    }

    @Override
    public long pendingBytes() {
        return state.totalBytes() - sentBytes + announcementBytes();
    }

    /** Whether the word that prepares the destination is still to be sent. */
    private int announcementBytes() {
        return acked && !initialDataAnnounced ? WORD_BYTES : 0;
    }

    @Override
    public boolean complete(ByteBuf out, int budgetBytes) {
        int tailBytes = WORD_BYTES + CONFIG_BYTES + WORD_BYTES;
        int written = writeChunks(out, budgetBytes, state.totalBytes());
        if (sentBytes < state.totalBytes() || budgetBytes - written < tailBytes) {
            return false;
        }
        out.writeLong(VfioFlag.DEV_CONFIG_STATE.word());
        configSpace(state).write(out, SeededState.HEADER_BYTES, CONFIG_BYTES);
        out.writeLong(VfioFlag.END_OF_STATE.word());
        return true;
    }

    @Override
    public long sentBytes() {
        return sentBytes;
    }

    @Override
    public PayloadReader loader(int versionId) {
        return new VfioLoader(this);
    }

    @Override
    public boolean initialDataLoaded() {
        return initialDataLoaded;
    }

    @Override
    public long preallocNanos() {
        return spec.times().preallocNanos();
    }

    @Override
    public void checkLoaded() throws StreamException {
        if (!configured) {
            throw refused(
                    "its section ended without a configuration, %d bytes of data are missing"
                            .formatted(arriving.leftBytes()));
        }
    }

    @Override
    public long saveNanos() {
        return spec.times().saveNanos();
    }

    @Override
    public long loadNanos() {
        return spec.times().loadNanos();
    }

    /** Destination: a migration begins. */
    void loadSetup() {
        arriving = newCheck();
        initialDataLoaded = false;
        configured = false;
    }

    /** Destination: the source says that the initial data is complete. */
    void initialDataSent() throws StreamException {
        if (!acked) {
            throw refused(
                    "the source marks the end of its initial data, but capability switchover-ack is off here");
        }
        if (initialDataLoaded) {
            throw refused("the source marks the end of its initial data a second time");
        }
        initialDataLoaded = true;
    }

    /** Destination: the check of the data over all payloads of a migration. */
    SeededStateCheck arriving() {
        return arriving;
    }

    /** Destination: the state is complete. */
    void loaded() {
        state = arriving.state().next();
        configured = true;
    }

    StreamException refused(String text) {
        return StreamException.of(
                StreamError.DEVICE_STATE,
                "Device " + spec.nameOf(idstr) + " refuses its state: " + text);
    }

    /** The configuration space that belongs to a state. */
    static SeededState configSpace(SeededState state) {
        return new SeededState(~state.seed(), state.generation(), CONFIG_BYTES);
    }

    /**
     * Sends up to a position of the state, as far as the budget goes; returns the bytes written.
     */
    private int writeChunks(ByteBuf out, int budgetBytes, long upTo) {
        int written = 0;
        while (sentBytes < upTo && budgetBytes - written > CHUNK_HEADER_BYTES) {
            int room = Math.min(budgetBytes - written - CHUNK_HEADER_BYTES, LARGEST_CHUNK_BYTES);
            int bytes = (int) Math.min(room, upTo - sentBytes);
            out.writeLong(VfioFlag.DEV_DATA_STATE.word());
            out.writeLong(bytes);
            state.write(out, sentBytes, bytes);
            sentBytes += bytes;
            written += CHUNK_HEADER_BYTES + bytes;
        }
        return written;
    }

    private SeededStateCheck newCheck() {
        return new SeededStateCheck(spec.nameOf(idstr), spec.initialBytes() + spec.stateBytes());
    }
}
