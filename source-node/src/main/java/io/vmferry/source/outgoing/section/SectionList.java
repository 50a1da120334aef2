package io.vmferry.source.outgoing.section;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DirtyBitmaps;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameters.ZeroPageDetection;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.ram.MultifdOutput;
import io.vmferry.source.outgoing.ram.PagePackets;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import io.vmferry.source.outgoing.ram.XbzrleOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The sections of one migration in stream order, with the ids that the source chooses for them. The
 * destination learns the ids from the stream; tools that know QEMU's find the same here.
 *
 * <p>QEMU numbers whatever could be sent, in the order in which it was made: the clocks, the disks
 * ({@code block}, which is gone since 9.1), RAM, the bitmaps of disks, the devices. No section that
 * has PARTs may be number 0: a QEMU destination takes 0 for the id of whichever section it knows
 * first, until that one has really come, so that such a PART would go astray.
 */
public final class SectionList {

    /** A device whose whole state is one SECTION_FULL. */
    public record Full(int sectionId, StateDevice device) {}

    private static final int CLOCKS_ID = 0;

    private final OutgoingSection.RamSection ram;
    private final List<OutgoingSection> iterables = new ArrayList<>();
    private final List<Full> fulls = new ArrayList<>();

    /**
     * @param multifd where the pages of a precopy go, if they have channels of their own
     * @param xbzrle what shortens the pages of a precopy, if they go as records
     * @param disksNumbered whether there is a number for disks, which are never sent
     * @param ramMayFollow whether RAM may be left for postcopy
     * @param bitmaps whether dirty bitmaps of disks migrate along
     */
    public SectionList(
            PageScan scan,
            RecordOutput records,
            Optional<MultifdOutput> multifd,
            Optional<XbzrleOutput> xbzrle,
            List<Device> devices,
            boolean disksNumbered,
            boolean ramMayFollow,
            boolean bitmaps) {
        int id = CLOCKS_ID + (disksNumbered ? 2 : 1);
        ram = new OutgoingSection.RamSection(id++, scan, records, multifd, xbzrle, ramMayFollow);
        iterables.add(ram);
        int bitmapsId = id++;
        if (bitmaps) {
            iterables.add(new OutgoingSection.Bitmaps(bitmapsId, new DirtyBitmaps()));
        }
        for (Device device : devices) {
            switch (device) {
                case IterableDevice iterable ->
                        iterables.add(new OutgoingSection.IterableSection(id++, iterable));
                case TimerDevice clocks -> fulls.add(new Full(CLOCKS_ID, clocks));
                case StateDevice state -> fulls.add(new Full(id++, state));
                default -> {
                    // a device without state, which only blocks migration, has no section
                }
            }
        }
    }

    /**
     * The sections that a migration of a guest with these options has.
     *
     * @param packets the multifd channels, where there are any
     */
    public static SectionList of(
            Guest guest, MigrationOptions options, OutgoingCounters counters, PagePackets packets) {
        PageCounts counts = counters.pages;
        ZeroPageDetection detection = options.parameters().zeroPageDetection();
        boolean multifd = options.capabilities().has(Capability.MULTIFD);
        // with multifd QEMU looks for zeros there alone, also while pages go on the main channel
        boolean inRecords =
                detection == ZeroPageDetection.LEGACY
                        || (detection == ZeroPageDetection.MULTIFD && !multifd);
        RecordOutput records = new RecordOutput(guest.ram(), inRecords, counts);
        Optional<MultifdOutput> output =
                multifd
                        ? Optional.of(
                                new MultifdOutput(
                                        records,
                                        detection,
                                        options.profile().has(Trait.MULTIFD_FLUSH),
                                        counts,
                                        packets))
                        : Optional.empty();
        // beside multifd, which some versions allow, QEMU uses the cache for nothing
        Optional<XbzrleOutput> xbzrle =
                options.capabilities().has(Capability.XBZRLE) && !multifd
                        ? Optional.of(
                                new XbzrleOutput(
                                        records,
                                        counts,
                                        counters.xbzrle,
                                        () -> counters.dirtySyncCount))
                        : Optional.empty();
        return new SectionList(
                new PageScan(guest.ram()),
                records,
                output,
                xbzrle,
                guest.devices(),
                options.profile().has(Trait.BLOCK_SECTION),
                options.capabilities().has(Capability.POSTCOPY_RAM),
                options.capabilities().has(Capability.DIRTY_BITMAPS));
    }

    /** Sections sent in several goes, RAM first. */
    public List<OutgoingSection> iterables() {
        return iterables;
    }

    /** The section of RAM. */
    public OutgoingSection.RamSection ram() {
        return ram;
    }

    /** Sections sent whole at the end, in device order. */
    public List<Full> fulls() {
        return fulls;
    }

    /** How long all devices together take to have their last state ready, in nanoseconds. */
    public long saveNanos() {
        long nanos = 0;
        for (OutgoingSection section : iterables) {
            nanos += section.saveNanos();
        }
        for (Full full : fulls) {
            nanos += full.device().saveNanos();
        }
        return nanos;
    }

    /** What has been sent of the devices that are sent in several goes; empty without any. */
    public OptionalLong deviceBytes() {
        List<IterableDevice> devices = new ArrayList<>();
        for (OutgoingSection section : iterables) {
            if (section instanceof OutgoingSection.IterableSection(_, IterableDevice device)) {
                devices.add(device);
            }
        }
        return devices.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(devices.stream().mapToLong(IterableDevice::sentBytes).sum());
    }

    // Asked for each batch: loops, since streams took a tenth of a batch's Java.

    /** QEMU's estimate: what can be sent of all iterables while the guest runs. */
    public long precopyPendingBytes() {
        long bytes = 0;
        for (OutgoingSection section : iterables) {
            bytes += section.precopyPendingBytes();
        }
        return bytes;
    }

    /** The part of {@link #precopyPendingBytes()} that cannot follow in postcopy. */
    public long precopyOnlyPendingBytes() {
        long bytes = 0;
        for (OutgoingSection section : iterables) {
            bytes += section.canPostcopy() ? 0 : section.precopyPendingBytes();
        }
        return bytes;
    }

    /** What must be sent before the guest can run at the destination, even in postcopy. */
    public long mustPrecopyBytes() {
        long bytes = 0;
        for (OutgoingSection section : iterables) {
            bytes += section.canPostcopy() ? 0 : section.pendingBytes();
        }
        return bytes;
    }

    /** QEMU's exact figure, once a dirty sync was made: all that is to be sent of the iterables. */
    public long pendingBytes() {
        long bytes = 0;
        for (OutgoingSection section : iterables) {
            bytes += section.pendingBytes();
        }
        return bytes;
    }
}
