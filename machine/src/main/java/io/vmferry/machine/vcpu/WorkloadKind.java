package io.vmferry.machine.vcpu;

import java.util.Locale;

/** The access patterns a guest can have. */
public enum WorkloadKind {
    /** Writes nothing after the boot content. */
    IDLE,
    /** Writes the working set in order, over and over. */
    SEQUENTIAL,
    /** Writes pages of the working set at random. */
    UNIFORM,
    /** Writes at random, most of the time within a small hot part of the working set. */
    HOTSET,
    /** Writes runs of neighbouring pages at full speed with pauses between them. */
    BURST,
    /**
     * Increments the first byte of each page in order, over and over: the pattern of QEMU's own
     * migration test.
     */
    INCREMENT;

    /** The name used in {@code --workload}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
