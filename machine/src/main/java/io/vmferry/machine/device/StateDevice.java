package io.vmferry.machine.device;

import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StateWriter;

/** A device whose state is one SECTION_FULL, written while the guest is stopped. */
public interface StateDevice extends Device {
    /** Writes the state. */
    void save(StateWriter out);

    /** Reads a state of a version that was checked to be known. A new reader per section. */
    PayloadReader loader(int versionId);

    /** How long the device takes to have its state ready to be written. */
    default long saveNanos() {
        return 0;
    }

    /** How long the device takes to work with a state it has read. */
    default long loadNanos() {
        return 0;
    }
}
