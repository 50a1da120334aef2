package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** When a destination tells its source that the switchover may come. */
class SwitchoverApprovalsTest {

    private static final String SPEC = "vfio,state-size=100,initial-size=40,prealloc-time=80";
    private static final ReturnPathMessage ACK = new ReturnPathMessage.SwitchoverAck();
    private static final ReturnPathMessage PONG = new ReturnPathMessage.Pong(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /** The devices of the source that the test plays. */
    private final List<IterableDevice> devices =
            devices(2).stream().map(IterableDevice.class::cast).toList();

    private static List<Device> devices(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> DeviceSpec.parse(SPEC).create(i, i))
                .toList();
    }

    private static Destination destination(Profile profile, int devices, boolean on) {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = profile;
        plan.extraDevices = devices(devices);
        plan.capabilities = EnumSet.of(Capability.EVENTS, Capability.RETURN_PATH);
        if (on) {
            plan.capabilities.add(Capability.SWITCHOVER_ACK);
        }
        return new Destination(plan);
    }

    /** The stream up to the setup of the first devices. */
    private StreamBytes setup(int count, boolean on) {
        StreamBytes stream =
                new StreamBytes()
                        .begin()
                        .command(new Command.OpenReturnPath())
                        .command(new Command.Ping(1))
                        .ramStart();
        for (int i = 0; i < count; i++) {
            IterableDevice device = devices.get(i);
            device.switchoverAck(on);
            stream.section(
                    SectionType.START, id(i), device.idstr(), device.versionId(), device::setup);
        }
        return stream;
    }

    private static int id(int device) {
        return 10 + device;
    }

    /** A PART with all initial data of a device, and what says so. */
    private byte[] initialData(int device) {
        StreamBytes stream = new StreamBytes();
        return stream.with(
                        out -> {
                            StreamWriter.part(out, id(device));
                            devices.get(device).iterate(out, 1000);
                            StreamWriter.footer(out, id(device));
                        })
                .bytes();
    }

    private byte[] lastState(int device) {
        StreamBytes stream = new StreamBytes();
        return stream.with(
                        out -> {
                            StreamWriter.end(out, id(device));
                            devices.get(device).complete(out, 4000);
                            StreamWriter.footer(out, id(device));
                        })
                .bytes();
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_8_2", "QEMU_10_2"})
    void oneAckForAllWhenTheLastDeviceIsReady(Profile profile) {
        try (Destination here = destination(profile, 2, true)) {
            ManualLink link = here.connect();
            link.receive(setup(2, true).bytes());
            link.receive(initialData(0));
            here.loop.advance(79 * MILLI);
            assertThat(here.points).doesNotContain("device-approved(0000:00:02.0/vfio)");
            here.loop.advance(MILLI);
            assertThat(here.points).contains("device-approved(0000:00:02.0/vfio)");
            assertThat(Destination.messages(link)).containsExactly(PONG);
            link.receive(initialData(1));
            here.loop.advance(80 * MILLI);
            assertThat(Destination.messages(link)).containsExactly(PONG, ACK);
            assertThat(here.points).endsWith("switchover-ack-sent");
        }
    }

    @Test
    void anAckOfEachDeviceWhereTheSourceCounts() {
        try (Destination here = destination(Profile.QEMU_11_1, 2, true)) {
            ManualLink link = here.connect();
            link.receive(setup(2, true).bytes());
            link.receive(initialData(1));
            here.loop.advance(80 * MILLI);
            assertThat(Destination.messages(link)).containsExactly(PONG, ACK);
            link.receive(initialData(0));
            here.loop.advance(80 * MILLI);
            assertThat(Destination.messages(link)).containsExactly(PONG, ACK, ACK);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_8_2, true, true",
        "QEMU_10_2, true, true",
        "QEMU_10_2, false, false",
        "QEMU_11_1, true, false"
    })
    void withoutDevicesTheAckComesBeforeThePongWhereNobodyCounts(
            Profile profile, boolean on, boolean sent) {
        try (Destination here = destination(profile, 0, on)) {
            ManualLink link = here.connect();
            link.receive(
                    setup(0, on)
                            .command(new Command.OpenReturnPath())
                            .command(new Command.Ping(2))
                            .bytes());
            List<ReturnPathMessage> pongs = List.of(PONG, new ReturnPathMessage.Pong(2));
            List<ReturnPathMessage> both = List.of(ACK, PONG, new ReturnPathMessage.Pong(2));
            assertThat(Destination.messages(link)).isEqualTo(sent ? both : pongs);
        }
    }

    /** Preparing is no loading: pages come in meanwhile. */
    @Test
    void theStreamGoesOnWhileADevicePrepares() {
        try (Destination here = destination(Profile.QEMU_10_2, 1, true)) {
            ManualLink link = here.connect();
            link.receive(setup(1, true).bytes());
            link.receive(initialData(0));
            link.receive(new StreamBytes().page(Destination.BLOCK_NAME, 1, 7).bytes());
            assertThat(here.engine.figures().normalPages()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 80, 0", "true, 30, 50", "false, 80, 80"})
    void whatIsNotPreparedWhenTheLastStateComesTakesItsTimeThen(
            boolean on, long aheadMillis, long heldMillis) {
        try (Destination here = destination(Profile.QEMU_10_2, 1, on)) {
            ManualLink link = here.connect();
            link.receive(setup(1, on).bytes());
            link.receive(initialData(0));
            here.loop.advance(aheadMillis * MILLI);
            link.receive(lastState(0));
            link.receive(new StreamBytes().ramEnd().eof().description("{}").bytes());
            if (heldMillis > 0) {
                here.loop.advance(heldMillis * MILLI - 1);
                assertThat(here.points).doesNotContain("device-loaded(0000:00:02.0/vfio)");
                here.loop.advance(1);
            }
            assertThat(here.points).contains("device-loaded(0000:00:02.0/vfio)");
            here.assertCompleted();
        }
    }

    @Test
    void aDeviceIsReadyOnceHoweverOftenItsSetupComes() {
        try (Destination here = destination(Profile.QEMU_11_1, 1, true)) {
            ManualLink link = here.connect();
            link.receive(setup(1, true).bytes());
            link.receive(initialData(0));
            StreamBytes again = new StreamBytes();
            IterableDevice device = devices.getFirst();
            link.receive(
                    again.section(SectionType.START, id(0), device.idstr(), 1, device::setup)
                            .bytes());
            link.receive(initialData(0));
            here.loop.advance(500 * MILLI);
            assertThat(Destination.messages(link)).containsExactly(PONG, ACK);
        }
    }

    @Test
    void nobodyIsToldAfterTheEnd() {
        try (Destination here = destination(Profile.QEMU_10_2, 1, true)) {
            ManualLink link = here.connect();
            link.receive(setup(1, true).bytes());
            link.receive(initialData(0));
            link.breakOff("Connection reset by peer");
            here.loop.advance(500 * MILLI);
            here.assertFailed("Connection reset by peer");
            assertThat(here.points).doesNotContain("switchover-ack-sent");
        }
    }

    @Test
    void aSourceWithoutAReturnPathCannotBeTold() {
        try (Destination here = destination(Profile.QEMU_10_2, 1, true)) {
            ManualLink link = here.connect();
            IterableDevice device = devices.getFirst();
            device.switchoverAck(true);
            link.receive(
                    new StreamBytes()
                            .begin()
                            .section(SectionType.START, id(0), device.idstr(), 1, device::setup)
                            .bytes());
            link.receive(initialData(0));
            here.loop.advance(80 * MILLI);
            here.assertFailed("switchover-ack", "no return path");
        }
    }

    @Test
    void aSourceThatAnnouncesWhereTheCapabilityIsOffIsRefused() {
        try (Destination here = destination(Profile.QEMU_10_2, 1, false)) {
            ManualLink link = here.connect();
            link.receive(setup(1, true).bytes());
            link.receive(initialData(0));
            here.assertFailed("refuses its state", "switchover-ack is off here");
        }
    }
}
