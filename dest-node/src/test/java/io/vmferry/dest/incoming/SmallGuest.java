package io.vmferry.dest.incoming;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.Lease;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** A guest of eight pages that waits for its migration, for the test of one part. */
public final class SmallGuest implements AutoCloseable {

    public static final String BLOCK = "ram";

    public final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec(BLOCK, 8 * 4096)));
    public final Guest guest;

    public SmallGuest(
            String machine, Optional<UUID> uuid, Lease lease, boolean autostart, Device... more) {
        VcpuRunner vcpus = new IdleVcpus();
        RunControl run = new RunControl(vcpus, lease, event -> {}, RunState.INMIGRATE, autostart);
        List<Device> devices = new ArrayList<>(Arrays.asList(more));
        devices.add(new GlobalStateDevice(run::beforeStop));
        guest = new Guest(machine, uuid, ram, devices, vcpus, run, lease);
    }

    public SmallGuest(Lease lease, boolean autostart, Device... more) {
        this("none", Optional.empty(), lease, autostart, more);
    }

    public SmallGuest(Device... more) {
        this(new LocalLease(), true, more);
    }

    /** Options of a version with these capabilities. */
    public static MigrationOptions options(Profile profile, Capability... capabilities) {
        return options(profile, false, Arrays.asList(capabilities));
    }

    /** The same of one that does as QEMU does. */
    public static MigrationOptions asQemu(Profile profile, Capability... capabilities) {
        return options(profile, true, Arrays.asList(capabilities));
    }

    static MigrationOptions options(
            Profile profile, boolean asQemu, Iterable<Capability> capabilities) {
        Set<Capability> on = EnumSet.noneOf(Capability.class);
        capabilities.forEach(on::add);
        Map<Capability, Boolean> states = on.stream().collect(Collectors.toMap(c -> c, c -> true));
        try {
            return new MigrationOptions(
                    profile,
                    asQemu,
                    Capabilities.none().with(states, profile, on),
                    Parameters.defaults(profile));
        } catch (OptionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        ram.close();
    }
}
