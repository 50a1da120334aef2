package io.vmferry.machine.dirtyrate;

import io.vmferry.protocol.Named;
import java.util.OptionalLong;

/**
 * The last measurement, as an immutable snapshot (QEMU: {@code DirtyRateInfo}).
 *
 * @param mebibytesPerSecond empty unless measured; -1 when there was nothing to sample
 * @param startMillis when it began: by the clock of the meter, 0 before the first measurement
 * @param calcMillis how long it takes, or took in fact once measured
 * @param samplePages per GiB; 0 where none are sampled
 */
public record DirtyRateFigures(
        Status status,
        DirtyRateMode mode,
        OptionalLong mebibytesPerSecond,
        long startMillis,
        long calcMillis,
        long samplePages) {

    /** QEMU's {@code DirtyRateStatus}. */
    public enum Status implements Named {
        UNSTARTED,
        MEASURING,
        MEASURED
    }

    static DirtyRateFigures unstarted() {
        return new DirtyRateFigures(
                Status.UNSTARTED, DirtyRateMode.PAGE_SAMPLING, OptionalLong.empty(), 0, 0, 0);
    }

    /** How a dirty rate is measured (QEMU: {@code DirtyRateMeasureMode}). */
    public enum DirtyRateMode implements Named {
        /** Compares a sample of the pages before and after. */
        PAGE_SAMPLING,
        /** Counts by vCPU in KVM's dirty ring. */
        DIRTY_RING,
        /** Counts the pages in a log of stores. */
        DIRTY_BITMAP
    }
}
