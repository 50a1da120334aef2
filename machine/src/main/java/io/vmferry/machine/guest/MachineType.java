package io.vmferry.machine.guest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The machines that a daemon can be. The name travels in the configuration section. */
public enum MachineType {
    /** Our own machine: vCPUs whose memory proves itself, and devices of every kind. */
    SYNTHETIC,
    /** QEMU's {@code -M none}: RAM, timer and globalstate, no vCPU. */
    NONE;

    /** The name on the command line and on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The machine of a name. */
    public static Optional<MachineType> ofName(String name) {
        return Arrays.stream(values()).filter(type -> type.wireName().equals(name)).findFirst();
    }
}
