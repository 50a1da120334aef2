package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.device.DirtyBitmaps;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StateWriter;

/**
 * A section that is sent in several goes while the guest runs: START, any number of PARTs, END.
 * QEMU's iterable {@code SaveVMHandlers}.
 */
sealed interface OutgoingSection {

    int sectionId();

    SectionHeader startHeader();

    /** The section as a person would name it. */
    default String name() {
        return startHeader().idstr();
    }

    /** Writes the START payload. */
    void setup(ByteBuf out);

    /** Writes one PART payload of about {@code maxBytes}; true when nothing is left for now. */
    boolean iterate(ByteBuf out, int maxBytes);

    /** What can still be sent while the guest runs, as far as it is known without a dirty sync. */
    long precopyPendingBytes();

    /** The same with what needs the guest to be stopped. */
    long pendingBytes();

    /**
     * Writes a piece of the END payload, the guest being stopped; true when that was the last one.
     */
    boolean complete(ByteBuf out, int maxBytes);

    /** How long the device takes to have its last state ready, in nanoseconds. */
    long saveNanos();

    /** Whether the section may go on while the guest runs at the destination. */
    boolean canPostcopy();

    /** Whether there is something to send besides the START. */
    default boolean hasContent() {
        return true;
    }

    /** The dirty bitmaps of disks, which a guest without disks only says the end of. */
    record Bitmaps(int sectionId, DirtyBitmaps device) implements OutgoingSection {

        @Override
        public SectionHeader startHeader() {
            return new SectionHeader(
                    SectionType.START,
                    sectionId,
                    device.idstr(),
                    device.instanceId(),
                    device.versionId());
        }

        @Override
        public void setup(ByteBuf out) {
            device.save(new StateWriter(out));
        }

        @Override
        public boolean iterate(ByteBuf out, int maxBytes) {
            return true;
        }

        @Override
        public long precopyPendingBytes() {
            return 0;
        }

        @Override
        public long pendingBytes() {
            return 0;
        }

        @Override
        public boolean complete(ByteBuf out, int maxBytes) {
            return true;
        }

        @Override
        public long saveNanos() {
            return 0;
        }

        @Override
        public boolean canPostcopy() {
            return true;
        }

        @Override
        public boolean hasContent() {
            return false;
        }
    }

    /** Guest RAM, always called {@code ram}, version 4. */
    record Ram(int sectionId, RamSender sender, boolean canPostcopy) implements OutgoingSection {

        private static final int VERSION = 4;

        @Override
        public SectionHeader startHeader() {
            return new SectionHeader(SectionType.START, sectionId, "ram", 0, VERSION);
        }

        @Override
        public void setup(ByteBuf out) {
            sender.setup(out, canPostcopy);
        }

        @Override
        public boolean iterate(ByteBuf out, int maxBytes) {
            boolean exhausted = sender.fill(out, maxBytes);
            sender.eos(out);
            return exhausted;
        }

        @Override
        public long precopyPendingBytes() {
            return pendingBytes();
        }

        @Override
        public long pendingBytes() {
            return sender.dirtyPages() * RamFlags.PAGE_SIZE;
        }

        @Override
        public boolean complete(ByteBuf out, int maxBytes) {
            boolean exhausted = sender.fill(out, maxBytes);
            if (exhausted) {
                sender.eos(out);
            }
            return exhausted;
        }

        @Override
        public long saveNanos() {
            return 0;
        }
    }

    /** A device with state of its own to iterate, such as VFIO. */
    record Device(int sectionId, IterableDevice device) implements OutgoingSection {

        @Override
        public SectionHeader startHeader() {
            return new SectionHeader(
                    SectionType.START,
                    sectionId,
                    device.idstr(),
                    device.instanceId(),
                    device.versionId());
        }

        @Override
        public void setup(ByteBuf out) {
            device.setup(out);
        }

        @Override
        public boolean iterate(ByteBuf out, int maxBytes) {
            return device.iterate(out, maxBytes);
        }

        @Override
        public long precopyPendingBytes() {
            return device.precopyPendingBytes();
        }

        @Override
        public long pendingBytes() {
            return device.pendingBytes();
        }

        @Override
        public boolean complete(ByteBuf out, int maxBytes) {
            return device.complete(out, maxBytes);
        }

        @Override
        public long saveNanos() {
            return device.saveNanos();
        }

        @Override
        public boolean canPostcopy() {
            return false;
        }
    }
}
