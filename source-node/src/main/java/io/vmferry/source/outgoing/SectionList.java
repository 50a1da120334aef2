package io.vmferry.source.outgoing;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.device.StateDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * The sections of one migration in stream order, with the ids that the source chooses for them. The
 * destination learns the ids from the stream.
 */
final class SectionList {

    /** A device whose whole state is one SECTION_FULL. */
    record Full(int sectionId, StateDevice device) {}

    /**
     * Not 0: a QEMU destination takes 0 for the id of whichever section it knows first, until that
     * one has really come, so that a PART with id 0 would go astray.
     */
    private static final int FIRST_ID = 1;

    private final List<OutgoingSection> iterables = new ArrayList<>();
    private final List<Full> fulls = new ArrayList<>();

    SectionList(RamSender ram, List<Device> devices) {
        int id = FIRST_ID;
        iterables.add(new OutgoingSection.Ram(id++, ram));
        for (Device device : devices) {
            switch (device) {
                case IterableDevice iterable ->
                        iterables.add(new OutgoingSection.Device(id++, iterable));
                case StateDevice state -> fulls.add(new Full(id++, state));
                default -> {
                    // a device without state, which only blocks migration, has no section
                }
            }
        }
    }

    /** Sections sent in several goes, RAM first. */
    List<OutgoingSection> iterables() {
        return iterables;
    }

    /** Sections sent whole at the end, in device order. */
    List<Full> fulls() {
        return fulls;
    }

    /** How long all devices together take to have their last state ready, in nanoseconds. */
    long saveNanos() {
        return iterables.stream().mapToLong(OutgoingSection::saveNanos).sum()
                + fulls.stream().mapToLong(full -> full.device().saveNanos()).sum();
    }

    /** QEMU's estimate: what can be sent of all iterables while the guest runs. */
    long precopyPendingBytes() {
        return iterables.stream().mapToLong(OutgoingSection::precopyPendingBytes).sum();
    }

    /** QEMU's exact figure, once a dirty sync was made: all that is to be sent of the iterables. */
    long pendingBytes() {
        return iterables.stream().mapToLong(OutgoingSection::pendingBytes).sum();
    }
}
