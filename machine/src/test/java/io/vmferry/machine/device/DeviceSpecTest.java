package io.vmferry.machine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceSpecTest {
    @Test
    void readsEveryKey() {
        assertThat(
                        DeviceSpec.parse(
                                "vfio,id=gpu0,state-size=1G,initial-size=4M,save-time=250us,load-time=2s"))
                .isEqualTo(
                        new DeviceSpec(
                                DeviceKind.VFIO, "gpu0", 1 << 30, 4 << 20, 250_000, 2_000_000_000));
        assertThat(DeviceSpec.parse("virtio-net,load-time=7").loadNanos()).isEqualTo(7_000_000);
        assertThat(DeviceSpec.parse("virtio-blk").stateBytes()).isEqualTo(1024);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "sound | Unknown device 'sound': expected one of virtio-net, virtio-blk, vfio,"
                        + " unmigratable",
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
                .hasValue("State blocked by non-migratable device '0000:00:02.0/unmigratable'");
        assertThat(DeviceSpec.parse("unmigratable,id=usb").create(1, 0).migrationBlocker())
                .hasValue(
                        "State blocked by non-migratable device 'usb' (0000:00:02.0/unmigratable)");
    }
}
