package io.vmferry.machine.dirtyrate;

import java.util.Arrays;
import java.util.Optional;

/** How a dirty rate is measured (QEMU: {@code DirtyRateMeasureMode}). */
public enum DirtyRateMode {
    /** Compares a sample of the pages before and after. */
    PAGE_SAMPLING("page-sampling"),
    /** Counts by vCPU in KVM's dirty ring. */
    DIRTY_RING("dirty-ring"),
    /** Counts the pages in a log of stores. */
    DIRTY_BITMAP("dirty-bitmap");

    private final String qmpName;

    DirtyRateMode(String qmpName) {
        this.qmpName = qmpName;
    }

    /** The name on the monitor. */
    public String qmpName() {
        return qmpName;
    }

    /** The mode of a name, or empty. */
    public static Optional<DirtyRateMode> fromQmpName(String name) {
        return Arrays.stream(values()).filter(mode -> mode.qmpName.equals(name)).findFirst();
    }
}
