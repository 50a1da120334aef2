package io.vmferry.lab.simulator;

import io.vmferry.machine.device.DeviceKind;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.machine.vcpu.WorkloadSpec.WorkloadKind;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Draws a {@link Scenario} from a seed. */
final class ScenarioDraw {

    private static final int PAGE_BYTES = 4096;

    private static final long HUGE_PAGE_BYTES = 2 << 20;

    private final long seed;
    private final SplittableRandom random;

    ScenarioDraw(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    private boolean oneIn(int chances) {
        return random.nextInt(chances) == 0;
    }

    /** Draws a migration without postcopy. */
    Scenario precopy() {
        int rate = 1 << random.nextInt(4, 17);
        String pace = oneIn(8) ? "max" : Integer.toString(rate);
        GuestSpec guest = guest(600, pace);
        return withFaultThatCanHappen(
                new Scenario(
                        seed,
                        guest,
                        guest.profile(),
                        capabilities(guest.profile()),
                        parameters(),
                        returnPathMode(),
                        List.of(),
                        SimulatedNetwork.LinkProfile.random(random),
                        Fault.random(random)));
    }

    /** Draws a migration whose user starts postcopy, possibly too late. */
    Scenario postcopy() {
        // small and not too busy: the subject is the protocol, which is long
        String pace = oneIn(20) ? "max" : Integer.toString(1 << random.nextInt(4, 13));
        GuestSpec guest = guest(160, pace);
        if (oneIn(40)) {
            guest = guest.withMemory(random.nextInt(2, 5) * HUGE_PAGE_BYTES, HUGE_PAGE_BYTES);
        }
        Profile source = guest.profile();
        Profile destination = oneIn(4) ? otherProfile(source) : source;
        Set<Capability> on = capabilities(source);
        boolean sameAcks =
                Stream.of(Trait.SWITCHOVER_ACK, Trait.SWITCHOVER_ACK_COUNTED)
                        .allMatch(trait -> source.has(trait) == destination.has(trait));
        if (!sameAcks) {
            on.remove(Capability.SWITCHOVER_ACK);
        }
        boolean preempt =
                source.has(Trait.PREEMPT_CHANNEL_AT_START)
                        == destination.has(Trait.PREEMPT_CHANNEL_AT_START);
        Map<Parameter, Object> parameters = parameters();
        boolean bitmapsOnly = oneIn(12);
        if (bitmapsOnly) {
            on.add(Capability.DIRTY_BITMAPS);
        } else {
            postcopyRam(on, parameters, preempt);
        }
        return withFaultThatCanHappen(
                new Scenario(
                        seed,
                        guest,
                        destination,
                        on,
                        parameters,
                        returnPathMode(),
                        asks(),
                        SimulatedNetwork.LinkProfile.random(random),
                        Fault.random(random)));
    }

    private void postcopyRam(
            Set<Capability> on, Map<Parameter, Object> parameters, boolean preempt) {
        on.add(Capability.POSTCOPY_RAM);
        if (oneIn(3) && preempt) {
            on.add(Capability.POSTCOPY_PREEMPT);
        }
        if (oneIn(4)) {
            on.add(Capability.RELEASE_RAM);
        }
        if (oneIn(8)) {
            on.add(Capability.DIRTY_BITMAPS);
        }
        if (oneIn(3)) {
            parameters.put(Parameter.MAX_POSTCOPY_BANDWIDTH, 1L << random.nextInt(17, 28));
        }
    }

    /**
     * The times at which the user starts postcopy: before a connection, early, late, again, and too
     * late.
     */
    private List<Long> asks() {
        List<Long> asks = new ArrayList<>();
        asks.add(oneIn(4) ? 0 : random.nextLong(TimeUnit.MILLISECONDS.toNanos(300)));
        if (oneIn(4)) {
            asks.add(asks.getFirst() + random.nextLong(TimeUnit.MILLISECONDS.toNanos(100)));
        }
        if (oneIn(8)) {
            asks.add(TimeUnit.MINUTES.toNanos(1));
        }
        return asks;
    }

    /** Draws a version of the other side that understands this one's stream. */
    private Profile otherProfile(Profile source) {
        Profile[] others =
                Arrays.stream(Profile.values())
                        .filter(other -> understandEachOther(source, other))
                        .toArray(Profile[]::new);
        return Scenario.oneOf(random, others);
    }

    /**
     * Whether a stream between two versions holds nothing that one of them does not know. Real ones
     * of different age understand each other by machine types, which vmferry has not got.
     */
    private static boolean understandEachOther(Profile one, Profile other) {
        return one.has(Trait.SWITCHOVER_START) == other.has(Trait.SWITCHOVER_START)
                && one.has(Trait.GLOBALSTATE_SUSPENDED) == other.has(Trait.GLOBALSTATE_SUSPENDED);
    }

    private Scenario withFaultThatCanHappen(Scenario drawn) {
        boolean cannot =
                drawn.fault().kind() == Fault.FaultKind.DEVICE_LOAD_ERROR
                        && !drawn.hasRefusingDevice();
        Scenario can = cannot ? drawn.withFault(Fault.NONE) : drawn;
        // a guest that is paused never releases a device
        boolean paused =
                oneIn(8)
                        && drawn.guest().devices().stream()
                                .noneMatch(d -> d.kind() == DeviceKind.FAILOVER_PRIMARY);
        return withXbzrle(withMultifd(can.beginning(new Scenario.Beginning(!oneIn(3), paused))));
    }

    /** Sends the pages of some migrations as their difference, where both versions allow it. */
    private Scenario withXbzrle(Scenario drawn) {
        Set<Capability> on = EnumSet.copyOf(drawn.capabilities());
        on.add(Capability.XBZRLE);
        return oneIn(5) && allowed(drawn.profile(), on) && allowed(drawn.destinationProfile(), on)
                ? drawn.withCapabilities(on)
                : drawn;
    }

    /**
     * Moves the pages of some migrations to channels of their own, where both versions allow it and
     * understand each other's packets.
     */
    private Scenario withMultifd(Scenario drawn) {
        Profile source = drawn.profile();
        Profile destination = drawn.destinationProfile();
        Set<Capability> on = EnumSet.copyOf(drawn.capabilities());
        on.add(Capability.MULTIFD);
        boolean alike =
                Stream.of(Trait.MULTIFD_FLUSH, Trait.MULTIFD_ZERO_PAGES)
                        .allMatch(trait -> source.has(trait) == destination.has(trait));
        if (!oneIn(5) || !alike || !allowed(source, on) || !allowed(destination, on)) {
            return drawn;
        }
        Map<Parameter, Object> parameters = new HashMap<>(drawn.parameters());
        parameters.put(Parameter.MULTIFD_CHANNELS, (long) random.nextInt(1, 5));
        parameters.put(Parameter.MULTIFD_COMPRESSION, oneIn(3) ? "zlib" : "none");
        if (source.has(Trait.MULTIFD_ZERO_PAGES)) {
            String[] detections = {"none", "legacy", "multifd"};
            parameters.put(Parameter.ZERO_PAGE_DETECTION, Scenario.oneOf(random, detections));
        }
        return drawn.withCapabilities(on).withParameters(parameters);
    }

    private static boolean allowed(Profile profile, Set<Capability> on) {
        Map<Capability, Boolean> changes = new EnumMap<>(Capability.class);
        on.forEach(capability -> changes.put(capability, true));
        try {
            Capabilities.none().with(changes, profile, on);
            return true;
        } catch (OptionException e) {
            return false;
        }
    }

    private ReturnPathMode returnPathMode() {
        return random.nextBoolean() ? ReturnPathMode.CHANNEL : ReturnPathMode.INLINE;
    }

    // ---- the guest

    private GuestSpec guest(int mostPages, String pace) {
        // one guest in five has huge pages, small enough for a guest that is simulated
        long hostPageBytes = oneIn(5) ? 8 * PAGE_BYTES : PAGE_BYTES;
        int pages = random.nextInt(8, hostPageBytes > PAGE_BYTES ? mostPages / 8 + 9 : mostPages);
        WorkloadKind kind = Scenario.oneOf(random, WorkloadKind.values());
        String boot = ",boot=" + random.nextInt(pages + 1) * hostPageBytes;
        String shares = ",zero=" + random.nextInt(50) + ",compressible=" + random.nextInt(50);
        WorkloadSpec workload = WorkloadSpec.parse(kind.text() + ",rate=" + pace + shares + boot);
        return new GuestSpec(
                MachineType.SYNTHETIC,
                (long) pages * hostPageBytes,
                hostPageBytes,
                random.nextInt(1, 4),
                workload,
                devices(),
                seed,
                Optional.empty(),
                !oneIn(10),
                Scenario.oneOf(random, Profile.values()));
    }

    private List<DeviceSpec> devices() {
        List<DeviceSpec> devices = new ArrayList<>();
        if (random.nextBoolean()) {
            devices.add(virtio("virtio-net,load-time="));
        }
        if (random.nextBoolean()) {
            devices.add(virtio("virtio-blk,save-time="));
        }
        if (oneIn(3)) {
            devices.add(vfio());
        }
        if (oneIn(6)) {
            devices.add(vfio());
        }
        if (oneIn(5)) {
            String unplug = ",unplug-time=" + random.nextInt(3) * random.nextInt(700);
            devices.add(DeviceSpec.parse("failover-primary,id=nic" + unplug));
        }
        return devices;
    }

    private DeviceSpec virtio(String start) {
        // a ring lies in guest memory, which may not have arrived when the device is loaded
        return DeviceSpec.parse(start + random.nextInt(30) + (oneIn(2) ? ",ring=on" : ""));
    }

    private DeviceSpec vfio() {
        return DeviceSpec.parse(
                "vfio,state-size=%dK,initial-size=%dK,prealloc-time=%d"
                        .formatted(
                                random.nextInt(1, 400),
                                random.nextInt(2) * random.nextInt(300),
                                random.nextInt(2) * random.nextInt(500)));
    }

    // ---- options

    private Set<Capability> capabilities(Profile profile) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS);
        if (!oneIn(4)) {
            on.add(Capability.RETURN_PATH);
            if (oneIn(3) && Capability.SWITCHOVER_ACK.knownTo(profile)) {
                on.add(Capability.SWITCHOVER_ACK);
            }
        }
        if (oneIn(4)) {
            on.add(Capability.PAUSE_BEFORE_SWITCHOVER);
        }
        if (oneIn(3)) {
            on.add(Capability.AUTO_CONVERGE);
        }
        return on;
    }

    private Map<Parameter, Object> parameters() {
        Map<Parameter, Object> parameters = new HashMap<>();
        parameters.put(
                Parameter.MAX_BANDWIDTH, oneIn(3) ? 0L : (Object) (1L << random.nextInt(20, 30)));
        parameters.put(Parameter.DOWNTIME_LIMIT, (long) random.nextInt(10, 2000));
        return parameters;
    }
}
