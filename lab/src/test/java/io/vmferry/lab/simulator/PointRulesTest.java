package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import org.junit.jupiter.api.Test;

class PointRulesTest {

    private final PointRules rules =
            new PointRules(Side.SOURCE, Profile.DEFAULT, MigrationStatus.NONE);

    private void status(String next) {
        rules.reached(new ProtocolPoint(PointName.STATUS, next));
    }

    @Test
    void aStatusMovesAlongTheTable() {
        assertThatCode(
                        () -> {
                            status("setup");
                            status("active");
                        })
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> status("postcopy-recover"))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "The SOURCE went from active to postcopy-recover, which is not in the table");
    }

    @Test
    void aPageIsPlacedOnce() {
        ProtocolPoint placed = new ProtocolPoint(PointName.REQUESTED_PAGE_PLACED, "ram+0x1000");
        rules.reached(placed);
        rules.reached(new ProtocolPoint(PointName.REQUESTED_PAGE_PLACED, "ram+0x2000"));
        assertThatThrownBy(() -> rules.reached(placed))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Page ram+0x1000 was placed twice");
    }
}
