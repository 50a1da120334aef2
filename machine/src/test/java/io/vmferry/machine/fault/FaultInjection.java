package io.vmferry.machine.fault;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.guest.HeldVcpus;
import io.vmferry.machine.guest.HostedGuest;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** Base of the tests of planned faults: a guest with two connections. */
abstract class FaultInjection {

    final ManualLoop loop = new ManualLoop();
    final List<String> did = new ArrayList<>();
    final List<String> points = new ArrayList<>();
    final PipeLink main = new PipeLink();
    final PipeLink second = new PipeLink();
    final PipeLink.Engine engine = new PipeLink.Engine();
    final HostedGuest hosted =
            HostedGuest.assemble(
                    new GuestSpec(
                            MachineType.SYNTHETIC,
                            1 << 20,
                            4096,
                            1,
                            WorkloadSpec.parse("idle"),
                            List.of(DeviceSpec.parse("virtio-net,load-time=200,save-time=100")),
                            1,
                            Optional.empty(),
                            true,
                            Profile.DEFAULT),
                    RunState.PRELAUNCH,
                    vcpus -> new HeldVcpus(),
                    new LocalLease(),
                    event -> {});

    @SuppressWarnings("NullAway.Init") // set as the test begins
    FaultInjector injector;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    Probe probe;

    void plan(Side side, String... lines) {
        plan(side, false, lines);
    }

    /** A plan of faults to which others can be added. */
    void plan(Side side, boolean controllable, String... lines) {
        injector =
                new FaultInjector(
                        FaultPlan.parse(side, List.of(lines)),
                        loop,
                        hosted.guest(),
                        new FaultyProcess() {
                            @Override
                            public void kill() {
                                did.add("kill at " + loop.millis());
                            }

                            @Override
                            public void exit() {
                                did.add("exit");
                            }
                        },
                        controllable,
                        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        probe = injector.watch(Probe.of(point -> points.add(point.toString())));
    }

    Link open(PipeLink pipe, ChannelRole... roles) {
        Link[] made = new Link[1];
        injector.transport(new OneLink(pipe))
                .connect(new MigrationAddress.Tcp("h", 1), link -> made[0] = link, e -> {});
        made[0].attach(engine);
        for (ChannelRole role : roles) {
            made[0].carries(role);
        }
        loop.advanceMillis(0);
        return made[0];
    }

    String networkCard() {
        return hosted.guest().devices().stream()
                .map(Device::idstr)
                .filter(name -> name.endsWith("/virtio-net"))
                .findFirst()
                .orElseThrow();
    }

    static void send(Link link, String text) {
        link.write(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
        link.flush();
    }

    @AfterEach
    void close() {
        hosted.close();
    }
}
