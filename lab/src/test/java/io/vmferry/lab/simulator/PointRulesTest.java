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

    private void asked(String page) {
        rules.reached(new ProtocolPoint(PointName.REQ_PAGES_SENT, page));
    }

    private void placed(String page) {
        rules.reached(new ProtocolPoint(PointName.REQUESTED_PAGE_PLACED, page));
    }

    @Test
    void aPageIsPlacedOnce() {
        asked("ram+0x1000");
        asked("ram+0x2000");
        placed("ram+0x1000");
        placed("ram+0x2000");
        assertThatThrownBy(() -> placed("ram+0x1000"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Page ram+0x1000 was placed twice");
    }

    @Test
    void aPageIsAskedForOnTheChannelsThatStand() {
        assertThatThrownBy(() -> placed("ram+0x1000"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Page ram+0x1000 was waited for and not asked for");
        status("setup");
        status("active");
        status("device");
        status("postcopy-active");
        asked("ram+0x1000");
        asked("ram+0x2000");
        placed("ram+0x1000");
        status("postcopy-paused");
        assertThatThrownBy(() -> placed("ram+0x2000"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Page ram+0x2000 was waited for and not asked for");
        asked("ram+0x2000");
        placed("ram+0x2000");
    }
}
