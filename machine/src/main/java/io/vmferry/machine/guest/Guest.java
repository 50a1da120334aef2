package io.vmferry.machine.guest;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.Device.MigrationBlocker;
import io.vmferry.machine.device.FailoverPrimary;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.machine.vcpu.VcpuRunner;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A guest: RAM, vCPUs, devices and run state.
 *
 * @param machineName the machine type on the wire; both sides must have the same
 * @param uuid the guest's identity, checked by the peer with capability validate-uuid
 * @param devices in the order of their sections
 * @param memory what stands between the vCPUs and their pages
 */
public record Guest(
        String machineName,
        Optional<UUID> uuid,
        GuestRam ram,
        List<Device> devices,
        VcpuRunner vcpus,
        RunControl run,
        Lease lease,
        MemoryAccess memory) {

    public Guest {
        devices = List.copyOf(devices);
    }

    /** A guest without vCPUs. */
    public Guest(
            String machineName,
            Optional<UUID> uuid,
            GuestRam ram,
            List<Device> devices,
            VcpuRunner vcpus,
            RunControl run,
            Lease lease) {
        this(machineName, uuid, ram, devices, vcpus, run, lease, new MemoryAccess(ram, 0, vcpus));
    }

    /** The devices to unplug before the migration. */
    public List<FailoverPrimary> failoverPrimaries() {
        return devices.stream()
                .filter(FailoverPrimary.class::isInstance)
                .map(FailoverPrimary.class::cast)
                .toList();
    }

    /** Why the guest cannot be migrated; empty when it can. */
    public List<MigrationBlocker> migrationBlockers() {
        return devices.stream().flatMap(device -> device.migrationBlocker().stream()).toList();
    }
}
