package io.vmferry.machine.guest;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.profile.Profile;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a guest is made of.
 *
 * @param memoryPageBytes what the host backs RAM with: 4096, or the size of a huge page
 * @param vcpus number of vCPUs; without meaning for a machine that has none
 * @param autostart whether a guest that arrives runs at once
 * @param profile the QEMU version whose devices it has
 */
public record GuestSpec(
        MachineType machine,
        long memoryBytes,
        long memoryPageBytes,
        int vcpus,
        WorkloadSpec workload,
        List<DeviceSpec> devices,
        long seed,
        Optional<UUID> uuid,
        boolean autostart,
        Profile profile) {

    public GuestSpec {
        devices = List.copyOf(devices);
    }

    /** The same guest with other devices. */
    public GuestSpec withDevices(List<DeviceSpec> others) {
        return new GuestSpec(
                machine,
                memoryBytes,
                memoryPageBytes,
                vcpus,
                workload,
                others,
                seed,
                uuid,
                autostart,
                profile);
    }

    /** The same guest with other memory. */
    public GuestSpec withMemory(long bytes, long pageBytes) {
        return new GuestSpec(
                machine, bytes, pageBytes, vcpus, workload, devices, seed, uuid, autostart,
                profile);
    }

    /** The same guest as another version of QEMU has it. */
    public GuestSpec withProfile(Profile other) {
        return new GuestSpec(
                machine,
                memoryBytes,
                memoryPageBytes,
                vcpus,
                workload,
                devices,
                seed,
                uuid,
                autostart,
                other);
    }
}
