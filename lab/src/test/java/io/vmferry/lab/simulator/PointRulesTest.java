package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PointRulesTest {

    private final PointRules rules =
            new PointRules(Side.SOURCE, Profile.DEFAULT, MigrationStatus.NONE);

    @AutoClose
    private final GuestRam ram =
            GuestRam.allocate(List.of(new RamBlockSpec("ram", 4 * RamBlock.PAGE_SIZE)));

    /** A host page as reported by an engine, a new object each time. */
    private HostPages page(int number) {
        return new HostPages(ram.blocks().getFirst(), number);
    }

    private void status(MigrationStatus next) {
        rules.reached(new ProtocolPoint(PointName.STATUS, next));
    }

    @Test
    void aStatusMovesAlongTheTable() {
        assertThatCode(
                        () -> {
                            status(MigrationStatus.SETUP);
                            status(MigrationStatus.ACTIVE);
                        })
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> status(MigrationStatus.POSTCOPY_RECOVER))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "The SOURCE went from active to postcopy-recover, a transition that is not"
                                + " in the table");
    }

    private void asked(int page) {
        rules.reached(new ProtocolPoint(PointName.REQ_PAGES_SENT, page(page)));
    }

    private void placed(int page) {
        rules.reached(new ProtocolPoint(PointName.REQUESTED_PAGE_PLACED, page(page)));
    }

    @Test
    void aPageIsPlacedOnce() {
        asked(1);
        asked(2);
        placed(1);
        placed(2);
        assertThatThrownBy(() -> placed(1))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Page ram+0x1000 was placed twice");
    }

    @Test
    void aPageIsAskedForOnTheChannelsThatStand() {
        assertThatThrownBy(() -> placed(1))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Page ram+0x1000 was waited for, but not requested");
        status(MigrationStatus.SETUP);
        status(MigrationStatus.ACTIVE);
        status(MigrationStatus.DEVICE);
        status(MigrationStatus.POSTCOPY_ACTIVE);
        asked(1);
        asked(2);
        placed(1);
        status(MigrationStatus.POSTCOPY_PAUSED);
        assertThatThrownBy(() -> placed(2))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Page ram+0x2000 was waited for, but not requested");
        asked(2);
        placed(2);
    }
}
