package io.vmferry.machine.guest;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.vcpu.VcpuRunner;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One guest with all that migrates.
 *
 * @param machineName the machine type on the wire; both sides must have the same
 * @param uuid the guest's identity, checked by the peer with capability validate-uuid
 * @param devices in the order of their sections
 */
public record Guest(
        String machineName,
        Optional<UUID> uuid,
        GuestRam ram,
        List<Device> devices,
        VcpuRunner vcpus,
        RunControl run,
        Lease lease) {

    public Guest {
        devices = List.copyOf(devices);
    }

    /** Why the guest cannot be migrated; empty when it can. */
    public List<String> migrationBlockers() {
        return devices.stream().flatMap(device -> device.migrationBlocker().stream()).toList();
    }
}
