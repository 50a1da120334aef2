package io.vmferry.machine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.CommandType;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ProtocolPointTest {

    @AutoClose
    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 16 * 4096)));

    private HostPages pages(long first, long end) {
        return new HostPages(ram.blocks().getFirst(), first, end);
    }

    @Test
    void aPointIsReadAsItsNameAndItsArgument() {
        assertThat(new ProtocolPoint(PointName.CONNECTED)).hasToString("connected");
        assertThat(new ProtocolPoint(PointName.DIRTY_SYNC, 3L)).hasToString("dirty-sync(3)");
        assertThat(new ProtocolPoint(PointName.PONG, 0x42)).hasToString("pong(0x42)");
        assertThat(new ProtocolPoint(PointName.STATUS, MigrationStatus.POSTCOPY_ACTIVE))
                .hasToString("status(postcopy-active)");
        assertThat(new ProtocolPoint(PointName.FAILURE, FailureKind.PEER_REPORT))
                .hasToString("failure(peer-report)");
        assertThat(new ProtocolPoint(PointName.COMMAND_SENT, CommandType.POSTCOPY_RUN))
                .hasToString("command-sent(POSTCOPY_RUN)");
        assertThat(new ProtocolPoint(PointName.DEVICE_LOADED, "cpu"))
                .hasToString("device-loaded(cpu)");
        assertThat(new ProtocolPoint(PointName.PAGE_REQUESTED, pages(3, 4)))
                .hasToString("page-requested(ram+0x3000)");
        assertThat(new ProtocolPoint(PointName.PAGE_REQUESTED, pages(0, 16)))
                .hasToString("page-requested(ram+0x0..0x10000)");
    }

    @Test
    void theArgumentIsReadByTheNameThatItBelongsTo() {
        ProtocolPoint point = new ProtocolPoint(PointName.PAGES_LOST, 7L);
        assertThat(point.argument(PointName.PAGES_LOST)).contains(7L);
        assertThat(point.argument(PointName.DIRTY_SYNC)).isEmpty();
        assertThat(point.is(PointName.PAGES_LOST, 7L)).isTrue();
        assertThat(point.is(PointName.PAGES_LOST, 8L)).isFalse();
        assertThat(point.is(PointName.DIRTY_SYNC, 7L)).isFalse();
        assertThat(new ProtocolPoint(PointName.CONNECTED).argumentText()).isEmpty();
    }

    @Test
    void theSamePageOfTwoGuestsIsTheSamePoint() {
        try (GuestRam other = GuestRam.allocate(List.of(new RamBlockSpec("ram", 16 * 4096)))) {
            ProtocolPoint there =
                    new ProtocolPoint(
                            PointName.PAGE_REQUESTED,
                            new HostPages(other.blocks().getFirst(), 3, 4));
            assertThat(there)
                    .isEqualTo(new ProtocolPoint(PointName.PAGE_REQUESTED, pages(3, 4)))
                    .hasSameHashCodeAs(new ProtocolPoint(PointName.PAGE_REQUESTED, pages(3, 4)))
                    .isNotEqualTo(new ProtocolPoint(PointName.PAGE_REQUESTED, pages(2, 3)))
                    .isNotEqualTo(new ProtocolPoint(PointName.REQ_PAGES_SENT, pages(3, 4)));
        }
    }

    @Test
    void aNameIsFoundByItsText() {
        assertThat(PointName.values()).hasSizeGreaterThan(50).doesNotHaveDuplicates();
        for (PointName<?> name : PointName.values()) {
            assertThat(PointName.ofText(name.text())).contains(name);
            assertThat(PointName.values().get(name.ordinal())).isSameAs(name);
        }
        assertThat(PointName.ofText("CONNECTED")).isEmpty();
    }
}
