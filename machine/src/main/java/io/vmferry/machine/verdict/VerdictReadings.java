package io.vmferry.machine.verdict;

import io.vmferry.machine.metrics.Metric;
import io.vmferry.machine.metrics.Readings;

/** The metrics of a verdict. */
public final class VerdictReadings {

    private VerdictReadings() {}

    /** Sets all of them. */
    public static void read(Verdict verdict, Readings readings) {
        readings.set(Metric.VERDICT_SETTLED, verdict.settled() ? 1 : 0);
        for (GuestPlace each : GuestPlace.values()) {
            readings.set(Metric.VERDICT_GUEST, each.text(), each == verdict.guest() ? 1 : 0);
        }
        MemoryProof memory = verdict.memory();
        for (MemoryState each : MemoryState.values()) {
            readings.set(Metric.VERDICT_MEMORY, each.text(), each == memory.state() ? 1 : 0);
        }
        readings.set(Metric.VERDICT_PAGES, "checked", memory.checkedPages());
        readings.set(Metric.VERDICT_PAGES, "written", memory.writtenPages());
        readings.set(Metric.VERDICT_PAGES, "wrong", memory.wrongPages());
        readings.set(Metric.VERDICT_WARNINGS, verdict.warnings().size());
    }
}
