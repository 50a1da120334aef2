package io.vmferry.dest.incoming.stream;

import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DirtyBitmaps;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the device of a section: by name and instance at its start, then by its id. */
public final class IncomingDevices {

    private static final int RAM_VERSION = 4;

    /** The meaning of a section id; {@code device} is empty for RAM. */
    record Section(String name, int versionId, Optional<Device> device) {}

    private final List<Device> devices;
    private final PageInput ram;
    private final Map<Integer, Section> byId = new HashMap<>();

    /**
     * @param ram the pages of the main channel
     */
    public IncomingDevices(List<Device> devices, PageInput ram) {
        this.devices = new ArrayList<>(devices);
        this.devices.add(new DirtyBitmaps());
        this.ram = ram;
    }

    /** START or FULL: remembers the id and returns what reads the payload. */
    PayloadReader start(SectionHeader header) throws StreamException {
        Section section =
                header.idstr().equals("ram") && header.instanceId() == 0
                        ? new Section("ram", header.versionId(), Optional.empty())
                        : deviceSection(header);
        checkVersion(header, section);
        // A device that is announced again is known by its last id only, as in QEMU; so there are
        // never more ids than devices.
        byId.values().removeIf(known -> known.device().equals(section.device()));
        byId.put(header.sectionId(), section);
        return payload(section);
    }

    private Section deviceSection(SectionHeader header) throws StreamException {
        for (Device device : devices) {
            if (hasState(device)
                    && device.idstr().equals(header.idstr())
                    && device.instanceId() == header.instanceId()) {
                return new Section(device.idstr(), header.versionId(), Optional.of(device));
            }
        }
        throw StreamException.of(
                StreamError.UNKNOWN_SECTION,
                "no device %s instance %s here; the destination needs each device of the source"
                        .formatted(
                                WireStrings.quote(header.idstr()),
                                Integer.toUnsignedString(header.instanceId())));
    }

    /** A device that only blocks migration at a source has nothing that could be loaded. */
    private static boolean hasState(Device device) {
        return device instanceof StateDevice || device instanceof IterableDevice;
    }

    private static void checkVersion(SectionHeader header, Section section) throws StreamException {
        int newest = section.device().map(Device::versionId).orElse(RAM_VERSION);
        int oldest = section.device().map(Device::minimumVersionId).orElse(RAM_VERSION);
        int version = header.versionId();
        if (Integer.compareUnsigned(version, newest) > 0) {
            throw StreamException.of(
                    StreamError.SECTION_VERSION_TOO_NEW,
                    "version %s of '%s' is newer than %d, the newest known"
                            .formatted(Integer.toUnsignedString(version), section.name(), newest));
        }
        if (version < oldest) {
            throw StreamException.of(
                    StreamError.SECTION_VERSION_TOO_OLD,
                    "version %d of '%s' is older than %d, the oldest read"
                            .formatted(version, section.name(), oldest));
        }
    }

    /** PART or END. */
    PayloadReader part(SectionType type, int sectionId) throws StreamException {
        Section section = begun(type.toString(), sectionId);
        if (section.device().isEmpty()) {
            ram.begin(type);
        }
        return payload(section);
    }

    /** A section that ends, unless another one has taken its place in the meantime. */
    Section section(int sectionId) throws StreamException {
        return begun("End", sectionId);
    }

    private Section begun(String what, int sectionId) throws StreamException {
        Section section = byId.get(sectionId);
        if (section == null) {
            throw StreamException.of(
                    StreamError.UNKNOWN_SECTION_ID,
                    "%s of section %s, which no START has announced"
                            .formatted(what, Integer.toUnsignedString(sectionId)));
        }
        return section;
    }

    private PayloadReader payload(Section section) {
        Device device = section.device().orElse(null);
        if (device == null) {
            return ram;
        }
        // not a switch: linking one is milliseconds, and the guest is stopped
        if (device instanceof StateDevice state) {
            return state.loader(section.versionId());
        }
        if (device instanceof IterableDevice iterable) {
            return iterable.loader(section.versionId());
        }
        throw new IllegalStateException("Device '" + section.name() + "' has no state to load");
    }
}
