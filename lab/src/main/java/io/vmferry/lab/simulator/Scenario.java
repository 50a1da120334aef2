package io.vmferry.lab.simulator;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.MachineType;
import io.vmferry.machine.vcpu.WorkloadKind;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.source.outgoing.ReturnPathMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Everything that decides a simulation. Drawn from a seed, so that the seed alone repeats it.
 *
 * @param guest what migrates; its seed is the scenario's
 */
public record Scenario(
        long seed,
        GuestSpec guest,
        Set<Capability> capabilities,
        Map<Parameter, Object> parameters,
        ReturnPathMode returnPathMode,
        LinkProfile network,
        Fault fault) {

    private static final int PAGE_BYTES = 4096;

    /** The scenario of a seed. */
    public static Scenario random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Scenario(
                seed,
                randomGuest(seed, random),
                randomCapabilities(random),
                randomParameters(random),
                random.nextBoolean() ? ReturnPathMode.CHANNEL : ReturnPathMode.INLINE,
                LinkProfile.random(random),
                Fault.random(random));
    }

    /** The QEMU version that both sides behave like. */
    public Profile profile() {
        return guest.profile();
    }

    /** The same scenario in which another thing goes wrong. */
    public Scenario withFault(Fault other) {
        return new Scenario(seed, guest, capabilities, parameters, returnPathMode, network, other);
    }

    static <T> T oneOf(SplittableRandom random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static GuestSpec randomGuest(long seed, SplittableRandom random) {
        int pages = random.nextInt(8, 600);
        WorkloadKind kind = oneOf(random, WorkloadKind.values());
        String boot = ",boot=" + (long) random.nextInt(pages + 1) * PAGE_BYTES;
        String rate = ",rate=" + (random.nextInt(8) == 0 ? "max" : 1 << random.nextInt(4, 17));
        String shares = ",zero=" + random.nextInt(50) + ",compressible=" + random.nextInt(50);
        WorkloadSpec workload = WorkloadSpec.parse(kind.text() + rate + shares + boot);
        return new GuestSpec(
                MachineType.SYNTHETIC,
                (long) pages * PAGE_BYTES,
                random.nextInt(1, 4),
                workload,
                randomDevices(random),
                seed,
                Optional.empty(),
                random.nextInt(10) != 0,
                oneOf(random, Profile.values()));
    }

    private static List<DeviceSpec> randomDevices(SplittableRandom random) {
        List<DeviceSpec> devices = new ArrayList<>();
        if (random.nextBoolean()) {
            devices.add(DeviceSpec.parse("virtio-net,load-time=" + random.nextInt(30)));
        }
        if (random.nextBoolean()) {
            devices.add(DeviceSpec.parse("virtio-blk,save-time=" + random.nextInt(30)));
        }
        if (random.nextInt(3) == 0) {
            devices.add(DeviceSpec.parse("vfio,state-size=" + random.nextInt(1, 400) + "K"));
        }
        return devices;
    }

    private static Set<Capability> randomCapabilities(SplittableRandom random) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS);
        if (random.nextInt(4) != 0) {
            on.add(Capability.RETURN_PATH);
        }
        if (random.nextInt(4) == 0) {
            on.add(Capability.PAUSE_BEFORE_SWITCHOVER);
        }
        if (random.nextInt(3) == 0) {
            on.add(Capability.AUTO_CONVERGE);
        }
        return on;
    }

    private static Map<Parameter, Object> randomParameters(SplittableRandom random) {
        return Map.of(
                Parameter.MAX_BANDWIDTH,
                random.nextInt(3) == 0 ? 0L : 1L << random.nextInt(20, 30),
                Parameter.DOWNTIME_LIMIT,
                (long) random.nextInt(10, 2000));
    }
}
