package io.vmferry.machine.dirtyrate;

import java.util.OptionalLong;

/**
 * The last measurement, an immutable picture (QEMU: {@code DirtyRateInfo}).
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
    public enum Status {
        UNSTARTED("unstarted"),
        MEASURING("measuring"),
        MEASURED("measured");

        private final String qmpName;

        Status(String qmpName) {
            this.qmpName = qmpName;
        }

        /** The name on the monitor. */
        public String qmpName() {
            return qmpName;
        }
    }

    static DirtyRateFigures unstarted() {
        return new DirtyRateFigures(
                Status.UNSTARTED, DirtyRateMode.PAGE_SAMPLING, OptionalLong.empty(), 0, 0, 0);
    }
}
