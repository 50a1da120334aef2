package io.vmferry.dest.incoming.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IncomingDevicesTest {

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 4096)));
    private final Device timer = new TimerDevice();
    private final Device vfio = DeviceSpec.parse("vfio,state-size=4K").create(1, 0);
    private final Device net0 = DeviceSpec.parse("virtio-net").create(1, 1);
    private final Device net1 = DeviceSpec.parse("virtio-net").create(1, 2);
    private final Device blocker = DeviceSpec.parse("unmigratable").create(1, 3);
    private final IncomingDevices devices =
            new IncomingDevices(
                    List.of(timer, vfio, net0, net1, blocker),
                    new PageInput(new IncomingRam(ram, false), RamRules.of(Profile.DEFAULT)));

    @AfterEach
    void unmap() {
        ram.close();
    }

    private static SectionHeader start(int id, Device device) {
        return new SectionHeader(
                SectionType.START, id, device.idstr(), device.instanceId(), device.versionId());
    }

    private static SectionHeader ramStart(int id) {
        return new SectionHeader(SectionType.START, id, "ram", 0, 4);
    }

    private static void assertRefused(ThrowingCallable call, StreamError error) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StreamException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    @Test
    void findsADeviceByNameAndInstanceAndThenByTheIdOfTheSource() throws StreamException {
        devices.start(start(77, net1));
        devices.start(start(-1, net0));
        devices.start(ramStart(3));
        assertThat(devices.section(77).device()).contains(net1);
        assertThat(devices.section(-1).device()).contains(net0);
        assertThat(devices.section(3).device()).isEmpty();
        assertThat(devices.part(SectionType.PART, 77)).isNotNull();
        assertRefused(() -> devices.part(SectionType.END, 78), StreamError.UNKNOWN_SECTION_ID);
    }

    @Test
    void aDeviceIsKnownByItsLastIdOnly() throws StreamException {
        for (int id = 0; id < 1000; id++) {
            devices.start(ramStart(id));
            devices.start(start(10_000 + id, vfio));
        }
        assertThat(devices.part(SectionType.PART, 999)).isNotNull();
        assertThat(devices.part(SectionType.END, 10_999)).isNotNull();
        assertRefused(() -> devices.part(SectionType.PART, 998), StreamError.UNKNOWN_SECTION_ID);
        assertRefused(() -> devices.part(SectionType.END, 10_998), StreamError.UNKNOWN_SECTION_ID);
    }

    @Test
    void anIdIsThatOfItsLastSection() throws StreamException {
        devices.start(start(5, vfio));
        devices.start(ramStart(5));
        assertThat(devices.section(5).name()).isEqualTo("ram");
    }

    @Test
    void ramHasOneInstanceAndOneVersion() {
        assertRefused(
                () -> devices.start(new SectionHeader(SectionType.START, 1, "ram", 1, 4)),
                StreamError.UNKNOWN_SECTION);
        assertRefused(
                () -> devices.start(new SectionHeader(SectionType.FULL, 1, "ram", 0, 5)),
                StreamError.SECTION_VERSION_TOO_NEW);
        assertRefused(
                () -> devices.start(new SectionHeader(SectionType.START, 1, "ram", 0, 3)),
                StreamError.SECTION_VERSION_TOO_OLD);
    }

    @Test
    void aDeviceWithoutStateHasNoSection() {
        assertRefused(() -> devices.start(start(1, blocker)), StreamError.UNKNOWN_SECTION);
    }
}
