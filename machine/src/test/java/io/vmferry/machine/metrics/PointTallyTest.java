package io.vmferry.machine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import org.junit.jupiter.api.Test;

class PointTallyTest {

    private static double value(Readings readings, Metric metric, String label) {
        return readings.get(new Readings.Series(metric, label));
    }

    @Test
    void countsPointsAndWhatFollowsFromThem() {
        PointTally tally = new PointTally(Side.SOURCE);
        tally.reached(PointName.STATUS, MigrationStatus.ACTIVE);
        tally.reached(PointName.STATUS, MigrationStatus.POSTCOPY_PAUSED);
        tally.reached(PointName.STATUS, MigrationStatus.POSTCOPY_RECOVER);
        tally.reached(PointName.STATUS, MigrationStatus.POSTCOPY_PAUSED);
        tally.reached(PointName.RESUME_ACKNOWLEDGED);
        tally.reached(PointName.FAULT_INJECTED, "close");
        Readings readings = new Readings();
        tally.read(readings);
        assertThat(value(readings, Metric.POINTS, "status")).isEqualTo(4);
        assertThat(value(readings, Metric.PAUSES, "")).isEqualTo(2);
        assertThat(value(readings, Metric.RECOVERIES, "")).isEqualTo(1);
        assertThat(value(readings, Metric.FAULTS_INJECTED, "")).isEqualTo(1);
    }

    @Test
    void hasOnlyThePointsOfItsSide() {
        Readings readings = new Readings();
        new PointTally(Side.DESTINATION).read(readings);
        assertThat(readings.series())
                .contains(new Readings.Series(Metric.POINTS, "listening"))
                .doesNotContain(new Readings.Series(Metric.POINTS, "dirty-sync"));
    }
}
