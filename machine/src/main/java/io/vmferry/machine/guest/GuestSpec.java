package io.vmferry.machine.guest;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The specification of a guest.
 *
 * @param memoryPageBytes what the host backs RAM with: 4096, or the size of a huge page
 * @param vcpus number of vCPUs; without meaning for a machine that has none
 * @param autostart whether an arriving guest runs at once
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
        return with(memoryBytes, memoryPageBytes, workload, others, profile);
    }

    /** The same guest with other memory. */
    public GuestSpec withMemory(long bytes, long pageBytes) {
        return with(bytes, pageBytes, workload, devices, profile);
    }

    /** The same guest as another version of QEMU has it. */
    public GuestSpec withProfile(Profile other) {
        return with(memoryBytes, memoryPageBytes, workload, devices, other);
    }

    /** The same guest with another workload. */
    public GuestSpec withWorkload(WorkloadSpec other) {
        return with(memoryBytes, memoryPageBytes, other, devices, profile);
    }

    private GuestSpec with(
            long bytes, long pageBytes, WorkloadSpec writes, List<DeviceSpec> others, Profile of) {
        return new GuestSpec(
                machine, bytes, pageBytes, vcpus, writes, others, seed, uuid, autostart, of);
    }

    /** The machines that a daemon can be. The name travels in the configuration section. */
    public enum MachineType implements Named {
        /** A synthetic machine: vCPUs whose memory can be verified, and devices of every kind. */
        SYNTHETIC,
        /** QEMU's {@code -M none}: RAM, timer and globalstate, no vCPU. */
        NONE
    }
}
