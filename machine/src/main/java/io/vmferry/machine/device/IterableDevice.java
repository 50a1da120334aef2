package io.vmferry.machine.device;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StreamException;

/**
 * A device with so much state that it is sent in several goes: one SECTION_START, SECTION_PARTs
 * while the guest runs, and one SECTION_END when it is stopped (QEMU: {@code SaveVMHandlers}).
 * Payloads are written into the caller's buffers; the end payload may take many of them.
 */
public interface IterableDevice extends Device {
    /**
     * Whether the switchover has to wait, with capability switchover-ack, until this device has
     * approved it at the destination (QEMU: {@code switchover_ack_needed}).
     */
    boolean switchoverAckNeeded();

    /** Sets, before any payload, whether capability switchover-ack is on. */
    void switchoverAck(boolean on);

    /** Begins a migration, also after one that failed: writes the START payload. */
    void setup(ByteBuf out);

    /**
     * Writes one whole PART payload of at most {@code budgetBytes}.
     *
     * @return true when nothing more can be sent before the guest is stopped
     */
    boolean iterate(ByteBuf out, int budgetBytes);

    /** The bytes that {@link #iterate} can still send while the guest runs. */
    long precopyPendingBytes();

    /** The bytes still to be sent, including those for which the guest must be stopped. */
    long pendingBytes();

    /**
     * Writes at most {@code budgetBytes} more of the END payload, the guest being stopped; called
     * again with the next buffer until it returns true.
     */
    boolean complete(ByteBuf out, int budgetBytes);

    /**
     * State that has been sent in the current or last migration: QEMU's {@code vfio.transferred}.
     */
    long sentBytes();

    /** Reads one START, PART or END payload of a version that was checked to be known. */
    PayloadReader loader(int versionId);

    /** Destination: whether the source has said that all initial data of the device was sent. */
    boolean initialDataLoaded();

    /**
     * Destination: how long the device prepares itself before it can take its last state; with
     * capability switchover-ack from its initial data on, otherwise while the guest is stopped.
     */
    long preallocNanos();

    /**
     * Checks, when the END section is over, that all of the state has come.
     *
     * @throws StreamException when some is missing
     */
    void checkLoaded() throws StreamException;

    /** The time until the device's last state is ready to be written. */
    long saveNanos();

    /** The time that the device needs to apply its state once all of it was read. */
    long loadNanos();
}
