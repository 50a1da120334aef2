package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSpecTest {

    private static NodeSpec read(Set<Capability> presets, String... args) throws NodeFailure {
        NodeOptions options = new NodeOptions();
        NodeOptions.parse(NodeOptions.parser(options), args);
        return NodeSpec.of(options, Side.SOURCE, presets);
    }

    @Test
    void nothingIsAGuestOfDefaults() throws Exception {
        NodeSpec spec = read(Set.of());
        assertThat(spec.guest().machine()).isEqualTo(MachineType.SYNTHETIC);
        assertThat(spec.guest().memoryBytes()).isEqualTo(128 << 20);
        assertThat(spec.guest().autostart()).isTrue();
        assertThat(spec.options().profile()).isEqualTo(Profile.QEMU_10_2);
        assertThat(spec.options().capabilities()).hasToString("[]");
        assertThat(spec.monitors()).isEmpty();
        assertThat(spec.remoteMonitors()).isFalse();
        assertThat(read(Set.of(), "--qmp=tcp:0.0.0.0:4441", "--qmp-remote").remoteMonitors())
                .isTrue();
        assertThat(spec.lease()).isEmpty();
    }

    @Test
    void everyOptionIsRead() throws Exception {
        NodeSpec spec =
                read(
                        Set.of(),
                        "--memory=64M",
                        "--vcpus=3",
                        "--workload=uniform,rate=5",
                        "--device=virtio-net",
                        "--device=vfio,state-size=1M",
                        "--seed=9",
                        "--uuid=12345678-1234-1234-1234-123456789abc",
                        "--name=alpha",
                        "--paused",
                        "--profile=qemu-7.2",
                        "--qmp=unix:/tmp/a",
                        "--qmp=tcp:127.0.0.1:0",
                        "--capability=events",
                        "--parameter=max-bandwidth=10M",
                        "--once");
        assertThat(spec.guest().vcpus()).isEqualTo(3);
        assertThat(spec.guest().devices()).hasSize(2);
        assertThat(spec.guest().seed()).isEqualTo(9);
        assertThat(spec.guest().uuid())
                .contains(UUID.fromString("12345678-1234-1234-1234-123456789abc"));
        assertThat(spec.guest().autostart()).isFalse();
        assertThat(spec.guest().profile()).isEqualTo(Profile.QEMU_7_2);
        assertThat(spec.name()).isEqualTo("alpha");
        assertThat(spec.monitors())
                .containsExactly(
                        new MonitorAddress.UnixMonitor("/tmp/a"),
                        new MonitorAddress.TcpMonitor("127.0.0.1", 0));
        assertThat(spec.options().parameters().maxBandwidthBytesPerSecond()).isEqualTo(10 << 20);
        assertThat(spec.once()).isTrue();
    }

    @Test
    void theCommandLineWinsOverThePresets() throws Exception {
        Set<Capability> presets = Set.of(Capability.RETURN_PATH);
        assertThat(read(presets).options().capabilities()).hasToString("[return-path]");
        assertThat(read(presets, "--capability=return-path=off").options().capabilities())
                .hasToString("[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--memory=x                | --memory: 'x' is not a size",
                "--memory=0                | --memory 0 is not a multiple",
                "--memory=5000             | --memory 5000 is not a multiple",
                "--vcpus=0                 | --vcpus 0 is not in 1..255",
                "--vcpus=256               | --vcpus 256 is not in 1..255",
                "--machine=pc              | Unknown machine 'pc': expected one of synthetic, none",
                "--profile=qemu-1          | Unknown profile 'qemu-1', did you mean 'qemu-7.2': expected one of",
                "--workload=sleep          | Unknown workload 'sleep'",
                "--device=gpu              | Unknown device 'gpu'",
                "--qmp=tcp:0.0.0.0:4441    | --qmp tcp:0.0.0.0:4441: other machines could reach it, and a",
                "--metrics=0.0.0.0:4441    | --metrics 0.0.0.0:4441: other machines could reach it; --metrics-remote",
                "--capability=x-colo       | Capability 'x-colo' is not built into vmferry",
                "--uuid=1-2-3-4-5          | --uuid '1-2-3-4-5' is not a UUID",
                "--qmp=stdio               | Expected a monitor address",
                "--capability=teleport     | Unknown capability 'teleport'",
                "--capability=mapped-ram   | Capability 'mapped-ram' is not built",
                "--parameter=max-bandwidth | Expected a parameter as NAME=VALUE",
                "--object=gpu,id=a         | --object: Parameter 'qom-type' does not accept value 'gpu'",
                "--object=0=a              | --object: Parameter 'qom-type' is missing",
                "--object=secret           | --object: Parameter 'id' is missing",
                "--object=secret,id=a,x=b  | --object: Parameter 'x' is unexpected",
                "--object=secret,id        | --object: Expected '=' after parameter 'id'"
            })
    void whatCannotBeMeantIsToldInOneLine(String argument, String message) {
        assertThatThrownBy(() -> read(Set.of(), argument))
                .isInstanceOf(NodeFailure.class)
                .hasMessageStartingWith(message)
                .satisfies(e -> assertThat(((NodeFailure) e).exitCode()).isEqualTo(ExitCode.USAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"opening:reword(device,switchover)", "header-sent:hang-up"})
    void aFaultOfAMonitorNeedsOne(String fault) throws Exception {
        assertThatThrownBy(() -> read(Set.of(), "--fault=" + fault))
                .isInstanceOf(NodeFailure.class)
                .hasMessage("Fault '" + fault + "': there is no monitor, --qmp opens one")
                .satisfies(e -> assertThat(((NodeFailure) e).exitCode()).isEqualTo(ExitCode.USAGE));
        assertThat(read(Set.of(), "--fault=" + fault, "--qmp=unix:/tmp/a").faults().isEmpty())
                .isFalse();
    }

    @Test
    void theBareMachineHasNoDevices() {
        assertThatThrownBy(() -> read(Set.of(), "--machine=none", "--device=vfio"))
                .hasMessage("Machine none has no place for a --device");
    }
}
