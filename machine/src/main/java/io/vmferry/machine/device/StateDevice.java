package io.vmferry.machine.device;

import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StateWriter;
import java.util.OptionalLong;

/** A device whose state is one SECTION_FULL, written while the guest is stopped. */
public interface StateDevice extends Device {
    /** Writes the state. */
    void save(StateWriter out);

    /** Reads a state of a version that was checked to be known. A new reader per section. */
    PayloadReader loader(int versionId);

    /** The time until the device's state is ready to be written. */
    default long saveNanos() {
        return 0;
    }

    /** The time that the device needs to apply a state it has read. */
    default long loadNanos() {
        return 0;
    }

    /**
     * The page of guest memory that the device looks at as soon as its state has been read, as
     * virtio devices look at their rings. While the destination still lacks that page the device
     * cannot go on.
     *
     * @param guestPages how many pages the guest has
     * @return the guest-wide number of the page; empty when the device needs none
     */
    default OptionalLong guestPageReadOnLoad(long guestPages) {
        return OptionalLong.empty();
    }
}
