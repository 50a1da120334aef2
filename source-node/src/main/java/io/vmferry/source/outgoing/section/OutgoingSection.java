package io.vmferry.source.outgoing.section;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.device.DirtyBitmaps;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.ram.MultifdOutput;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.ram.XbzrleOutput;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A section that is sent in several goes while the guest runs: START, any number of PARTs, END.
 * QEMU's iterable {@code SaveVMHandlers}.
 */
public sealed interface OutgoingSection {

    int sectionId();

    SectionHeader startHeader();

    /** The section as a person would name it. */
    default String name() {
        return startHeader().idstr();
    }

    /**
     * Gets what the section needs before anything of it is sent.
     *
     * @return why that cannot be had, if so
     */
    default Optional<Failure> begin(Parameters parameters) {
        return Optional.empty();
    }

    /** Writes the START payload. */
    void setup(ByteBuf out);

    /**
     * Searches for what {@link #iterate} would write, for a short time.
     *
     * @return false when nothing has been found yet, and the next look goes on from there
     */
    default boolean look() {
        return true;
    }

    /** Writes one PART payload of about {@code maxBytes}. */
    default void iterate(ByteBuf out, int maxBytes) {}

    /**
     * Whether {@link #iterate} and {@link #complete} can send something now; a turn is asked for
     * when they can.
     */
    default boolean ready() {
        return true;
    }

    /** Bytes that it has given away, and that have not been counted as sent. */
    default long uncountedBytes() {
        return 0;
    }

    /** Whether what it sends are mostly pages, which fill a batch of the main channel. */
    default boolean writesRecords() {
        return false;
    }

    /** How many bytes a PART may have at most. */
    default int mostBytes() {
        return MainChannel.BATCH_BYTES;
    }

    /** The bytes that can be sent while the guest runs, as known without a dirty sync. */
    default long precopyPendingBytes() {
        return pendingBytes();
    }

    /** The same with the bytes that can only be sent while the guest is stopped. */
    default long pendingBytes() {
        return 0;
    }

    /**
     * Writes a piece of the END payload, the guest being stopped; true when that was the last one.
     */
    default boolean complete(ByteBuf out, int maxBytes) {
        return true;
    }

    /** How long the device takes to have its last state ready, in nanoseconds. */
    default long saveNanos() {
        return 0;
    }

    /** Whether the section may go on while the guest runs at the destination. */
    boolean canPostcopy();

    /** Whether there is something to send besides the START. */
    default boolean hasContent() {
        return true;
    }

    private static SectionHeader start(int sectionId, io.vmferry.machine.device.Device device) {
        return new SectionHeader(
                SectionType.START,
                sectionId,
                device.idstr(),
                device.instanceId(),
                device.versionId());
    }

    /** The dirty bitmaps of disks; of a guest without disks only their end mark is sent. */
    record Bitmaps(int sectionId, DirtyBitmaps device) implements OutgoingSection {

        @Override
        public SectionHeader startHeader() {
            return start(sectionId, device);
        }

        @Override
        public void setup(ByteBuf out) {
            device.save(new StateWriter(out));
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

    /** Guest RAM, always called {@code ram}, version 4: the pages of the scan as records. */
    record RamSection(
            int sectionId,
            PageScan scan,
            RecordOutput records,
            Optional<MultifdOutput> multifd,
            Optional<XbzrleOutput> xbzrle,
            boolean canPostcopy)
            implements OutgoingSection {

        private static final int VERSION = 4;
        private static final Logger log = LoggerFactory.getLogger(RamSection.class);

        @Override
        public SectionHeader startHeader() {
            return new SectionHeader(SectionType.START, sectionId, "ram", 0, VERSION);
        }

        /** Makes the cache of XBZRLE, where there is to be one. */
        @Override
        public Optional<Failure> begin(Parameters parameters) {
            Optional<OutOfMemoryError> refused =
                    xbzrle.flatMap(output -> output.begin(parameters.xbzrleCacheBytes()));
            refused.ifPresent(why -> log.warn("No cache for xbzrle: {}", why.getMessage()));
            return refused.map(why -> new Failure.DeviceFailure(name(), XbzrleOutput.NO_CACHE));
        }

        /** From now on host pages travel whole; the next record names its block. */
        public void enterPostcopy() {
            endXbzrle();
            scan.enterPostcopy();
            records.enterPostcopy();
        }

        /** Frees the cache of XBZRLE, where there is one: all pages go as they are. */
        public void endXbzrle() {
            xbzrle.ifPresent(XbzrleOutput::end);
        }

        /** After a break: scans from the beginning, and the next record names its block. */
        public void restart() {
            scan.restart();
            records.forgetBlock();
        }

        @Override
        public void setup(ByteBuf out) {
            scan.unsent().addAll();
            records.blocks(out, canPostcopy);
            multifd.ifPresent(output -> output.mark(out));
            end(out);
        }

        /** Appends the end of a payload. */
        public void end(ByteBuf out) {
            multifd.ifPresent(MultifdOutput::endOfPayload);
            records.eos(out);
        }

        /** Appends the payload of a PART after which all pages so far are loaded. */
        public void quiesce(ByteBuf out) {
            multifd.ifPresent(output -> output.mark(out));
            end(out);
        }

        @Override
        public boolean ready() {
            return multifd.map(MultifdOutput::ready).orElse(true);
        }

        @Override
        public long uncountedBytes() {
            return multifd.map(MultifdOutput::pendingBytes).orElse(0L);
        }

        @Override
        public boolean writesRecords() {
            return multifd.isEmpty();
        }

        @Override
        public int mostBytes() {
            return multifd.isPresent() ? MultifdOutput.BATCH_BYTES : MainChannel.BATCH_BYTES;
        }

        private boolean give(ByteBuf out, int maxBytes) {
            if (multifd.isPresent()) {
                return scan.give(multifd.get().into(out, maxBytes));
            }
            return scan.give(
                    xbzrle.isPresent()
                            ? xbzrle.get().into(out, maxBytes)
                            : records.into(out, maxBytes));
        }

        @Override
        public boolean look() {
            return scan.look();
        }

        @Override
        public void iterate(ByteBuf out, int maxBytes) {
            give(out, maxBytes);
            end(out);
        }

        @Override
        public long pendingBytes() {
            return scan.unsent().bytes();
        }

        @Override
        public boolean complete(ByteBuf out, int maxBytes) {
            xbzrle.ifPresent(XbzrleOutput::enterLastStage);
            boolean complete = give(out, maxBytes);
            if (complete) {
                quiesce(out);
            }
            return complete;
        }
    }

    /** A device with state of its own to iterate, such as VFIO. */
    record IterableSection(int sectionId, IterableDevice device) implements OutgoingSection {

        @Override
        public SectionHeader startHeader() {
            return start(sectionId, device);
        }

        @Override
        public void setup(ByteBuf out) {
            device.setup(out);
        }

        @Override
        public void iterate(ByteBuf out, int maxBytes) {
            device.iterate(out, maxBytes);
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
