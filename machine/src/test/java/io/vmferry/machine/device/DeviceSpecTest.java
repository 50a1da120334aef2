package io.vmferry.machine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmferry.machine.device.Device.MigrationBlocker;
import io.vmferry.machine.device.DeviceSpec.DeviceTimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceSpecTest {
    @Test
    void readsEveryKey() {
        assertThat(
                        DeviceSpec.parse(
                                "vfio,id=gpu0,state-size=1G,initial-size=4M,save-time=250us,load-time=2s,prealloc-time=80"))
                .isEqualTo(
                        new DeviceSpec(
                                DeviceKind.VFIO,
                                "gpu0",
                                1 << 30,
                                4 << 20,
                                true,
                                new DeviceTimes(250_000, 2_000_000_000, 80_000_000, 0)));
        assertThat(DeviceSpec.parse("virtio-net,load-time=7").times().loadNanos())
                .isEqualTo(7_000_000);
        assertThat(DeviceSpec.parse("virtio-net,ring=off").ring()).isFalse();
        assertThat(DeviceSpec.parse("virtio-net,ring=on").ring()).isTrue();
        assertThat(DeviceSpec.parse("failover-primary,id=nic,unplug-time=3s").times())
                .isEqualTo(new DeviceTimes(0, 0, 0, 3_000_000_000L));
        assertThat(DeviceSpec.parse("virtio-blk").stateBytes()).isEqualTo(1024);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "sound | Unknown device 'sound': expected one of virtio-net, virtio-blk, vfio,"
                        + " failover-primary, unmigratable",
                "failover-primary | Device failover-primary needs an id",
                "failover-primary,id=a,load-time=3 | has no option 'load-time': expected one of id,"
                        + " unplug-time",
                "virtio-net,prealloc-time=3 | Device virtio-net has no option 'prealloc-time'",
                "virtio-blk,ring=yes | Device option ring=yes: expected on or off",
                "virtio-net,laod-time=3 | has no option 'laod-time', did you mean 'load-time': expected",
                "vfio,size=1 | Device vfio has no option 'size': expected one of id, state-size",
                "unmigratable,state-size=1 | has no option 'state-size': expected one of id",
                "virtio-net,id | Device option 'id' has no value",
                "virtio-net,initial-size=1K | Device virtio-net has no option 'initial-size'",
                "virtio-net,state-size=2M | Device option state-size=2097152 is more than a"
                        + " virtio-net can have (1 MiB)",
                "virtio-net,state-size=big | 'big' is not a size",
                "vfio,load-time=1m | Device option load-time=1m is not a time",
                "vfio,load-time=ms | Device option load-time=ms is not a time"
            })
    void refusesWithOneClearLine(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeviceSpec.parse(text))
                .withMessageContaining(message);
    }

    @Test
    void devicesAreNamedAfterTheirPciAddress() {
        assertThat(DeviceSpec.parse("vfio").create(1, 0).idstr()).isEqualTo("0000:00:02.0/vfio");
        assertThat(DeviceSpec.parse("virtio-net").create(1, 1).idstr())
                .isEqualTo("0000:00:03.0/virtio-net");
        assertThat(DeviceSpec.parse("virtio-blk").create(1, 29).idstr())
                .isEqualTo("0000:00:1f.0/virtio-blk");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeviceSpec.parse("vfio").create(1, 30))
                .withMessage("A guest can have 30 devices at most");
    }

    @Test
    void onlyUnmigratableDevicesBlockMigration() {
        assertThat(DeviceSpec.parse("vfio").create(1, 0).migrationBlocker()).isEmpty();
        assertThat(DeviceSpec.parse("virtio-net").create(1, 0).migrationBlocker()).isEmpty();
        assertThat(DeviceSpec.parse("unmigratable").create(1, 0).migrationBlocker())
                .hasValue(
                        new MigrationBlocker(
                                "non-migratable device: 0000:00:02.0/unmigratable",
                                "State blocked by non-migratable device"
                                        + " '0000:00:02.0/unmigratable'"));
        assertThat(DeviceSpec.parse("unmigratable,id=usb").create(1, 0).migrationBlocker())
                .map(MigrationBlocker::refusal)
                .hasValue(
                        "State blocked by non-migratable device 'usb' (0000:00:02.0/unmigratable)");
    }
}
