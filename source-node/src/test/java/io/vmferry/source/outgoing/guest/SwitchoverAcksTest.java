package io.vmferry.source.outgoing.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.vcpu.IdleVcpus;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How many acknowledgements a source waits for, and what it makes of each. */
class SwitchoverAcksTest {

    private static final Set<Capability> BOTH =
            Set.of(Capability.RETURN_PATH, Capability.SWITCHOVER_ACK);

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 4096)));
    private final VcpuRunner vcpus = new IdleVcpus();
    private final RunControl run =
            new RunControl(vcpus, new LocalLease(), e -> {}, RunState.PRELAUNCH, true);
    private final List<Device> devices =
            List.of(
                    DeviceSpec.parse("vfio").create(1, 0),
                    DeviceSpec.parse("virtio-net").create(1, 1),
                    DeviceSpec.parse("vfio").create(1, 2));
    private final Guest guest =
            new Guest("none", Optional.empty(), ram, devices, vcpus, run, new LocalLease());

    @AfterEach
    void unmap() {
        ram.close();
    }

    private SwitchoverAcks acks(Profile profile, boolean on) throws OptionException {
        run.start(why -> {});
        Capabilities capabilities =
                Capabilities.none()
                        .with(
                                Map.of(Capability.RETURN_PATH, true, Capability.SWITCHOVER_ACK, on),
                                profile,
                                BOTH);
        return new SwitchoverAcks(
                guest, new MigrationOptions(profile, capabilities, Parameters.defaults(profile)));
    }

    @Test
    void oneOfEachDeviceWhereTheyAreCountedAndNoneMore() throws Exception {
        SwitchoverAcks acks = acks(Profile.QEMU_11_1, true);
        assertThat(acks.pending()).isEqualTo(2);
        acks.received();
        assertThat(acks.switchoverAllowed()).isFalse();
        acks.received();
        assertThat(acks.switchoverAllowed()).isTrue();
        assertThatThrownBy(acks::received)
                .isInstanceOfSatisfying(
                        StreamException.class,
                        e -> assertThat(e.error()).isEqualTo(StreamError.RP_ACK_UNDERFLOW));
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_8_2", "QEMU_10_2"})
    void oneForAllOfThemBefore(Profile profile) throws Exception {
        SwitchoverAcks acks = acks(profile, true);
        assertThat(acks.pending()).isEqualTo(1);
        assertThat(acks.switchoverAllowed()).isFalse();
        acks.received();
        assertThat(acks.switchoverAllowed()).isTrue();
        acks.received();
        assertThat(acks.pending()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"QEMU_10_2", "QEMU_11_1"})
    void noneWithoutTheCapability(Profile profile) throws Exception {
        assertThat(acks(profile, false).switchoverAllowed()).isTrue();
    }

    @Test
    void nobodyWaitsForThemWhileTheGuestIsStopped() throws Exception {
        SwitchoverAcks acks = acks(Profile.QEMU_10_2, true);
        run.stop(RunState.PAUSED, () -> {});
        assertThat(acks.switchoverAllowed()).isTrue();
        run.start(why -> {});
        assertThat(acks.switchoverAllowed()).isFalse();
    }

    /** A device announces the end of its initial data only where the capability is on. */
    @Test
    void theDevicesAreTold() throws Exception {
        IterableDevice vfio = (IterableDevice) devices.getFirst();
        acks(Profile.QEMU_10_2, true);
        assertThat(vfio.precopyPendingBytes()).isPositive();
        acks(Profile.QEMU_10_2, false);
        assertThat(vfio.precopyPendingBytes()).isZero();
    }
}
