package io.vmferry.source.outgoing.section;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The numbers of a real QEMU's machine {@code none}, without and with what others add. */
class SectionListTest {

    private final GuestRam memory = GuestRam.allocate(List.of(new RamBlockSpec("ram", 1 << 20)));
    private final Device clocks = new TimerDevice();
    private final Device globalState = new GlobalStateDevice(() -> RunState.RUNNING);

    @AfterEach
    void free() {
        memory.close();
    }

    private SectionList sections(boolean disksNumbered, boolean bitmaps, Device... devices) {
        RecordOutput records = new RecordOutput(memory, true, new PageCounts());
        return new SectionList(
                new PageScan(memory),
                records,
                Optional.empty(),
                Optional.empty(),
                List.of(devices),
                disksNumbered,
                false,
                bitmaps);
    }

    private static List<Integer> fulls(SectionList sections) {
        return sections.fulls().stream().map(SectionList.Full::sectionId).toList();
    }

    @Test
    void withoutDisksRamFollowsTheClocks() {
        SectionList sections = sections(false, false, clocks, globalState);
        assertThat(sections.ram().sectionId()).isEqualTo(1);
        assertThat(fulls(sections)).containsExactly(0, 3);
    }

    @Test
    void untilNineThereIsANumberForDisks() {
        SectionList sections = sections(true, false, clocks, globalState);
        assertThat(sections.ram().sectionId()).isEqualTo(2);
        assertThat(fulls(sections)).containsExactly(0, 4);
    }

    @Test
    void bitmapsHaveTheirNumberWhetherTheyAreSentOrNot() {
        SectionList sections = sections(false, true, clocks, globalState);
        assertThat(sections.iterables())
                .extracting(OutgoingSection::sectionId)
                .containsExactly(1, 2);
        assertThat(fulls(sections)).containsExactly(0, 3);
    }

    @Test
    void devicesAreNumberedInTheirOrder() {
        Device network = DeviceSpec.parse("virtio-net").create(1, 0);
        SectionList sections = sections(false, false, clocks, network, globalState);
        assertThat(fulls(sections)).containsExactly(0, 3, 4);
    }
}
