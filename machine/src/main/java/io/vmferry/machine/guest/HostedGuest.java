package io.vmferry.machine.guest;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.FailoverPrimary;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.oracle.Oracle;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.machine.vcpu.VcpuState;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A guest put together from its specification, with the parts that only the host uses: the vCPUs
 * and the check of their memory.
 */
public final class HostedGuest implements AutoCloseable {

    private static final String RAM_BLOCK = "ram";

    private final Guest guest;
    private final List<Vcpu> vcpus;
    private final List<CpuDevice> cpuDevices;

    private HostedGuest(Guest guest, List<Vcpu> vcpus, List<CpuDevice> cpuDevices) {
        this.guest = guest;
        this.vcpus = vcpus;
        this.cpuDevices = cpuDevices;
    }

    /**
     * Assembles a guest; its RAM is not allocated yet and no vCPU runs.
     *
     * @param initial prelaunch for a source, inmigrate for a destination
     * @param runner makes what drives the vCPUs
     */
    public static HostedGuest assemble(
            GuestSpec spec,
            RunState initial,
            Function<List<Vcpu>, VcpuRunner> runner,
            Lease lease,
            EventSink events) {
        GuestRam ram =
                GuestRam.allocate(
                        List.of(
                                new RamBlockSpec(
                                        RAM_BLOCK, spec.memoryBytes(), spec.memoryPageBytes())));
        try {
            int count = spec.machine() == MachineType.NONE ? 0 : spec.vcpus();
            List<Vcpu> vcpus =
                    IntStream.range(0, count)
                            .mapToObj(i -> new Vcpu(i, count, ram, spec.workload(), spec.seed()))
                            .toList();
            VcpuRunner driver = runner.apply(vcpus);
            MemoryAccess memory = new MemoryAccess(ram, count, driver);
            vcpus.forEach(vcpu -> vcpu.gate(memory));
            RunControl run = new RunControl(driver, lease, events, initial, spec.autostart());
            List<CpuDevice> cpus = vcpus.stream().map(CpuDevice::new).toList();
            List<Device> devices = new ArrayList<>();
            devices.add(new TimerDevice());
            devices.addAll(cpus);
            int slot = 0;
            for (DeviceSpec device : spec.devices()) {
                devices.add(device.create(spec.seed(), slot++));
            }
            devices.add(
                    new GlobalStateDevice(
                            run::beforeStop, spec.profile().has(Trait.GLOBALSTATE_SUSPENDED)));
            Guest guest =
                    new Guest(
                            spec.machine().text(),
                            spec.uuid(),
                            ram,
                            devices,
                            driver,
                            run,
                            lease,
                            memory);
            if (initial == RunState.INMIGRATE) {
                guest.failoverPrimaries().forEach(FailoverPrimary::hide);
            }
            return new HostedGuest(guest, vcpus, cpus);
        } catch (RuntimeException | Error e) {
            ram.close();
            throw e;
        }
    }

    /** The guest as the engines see it. */
    public Guest guest() {
        return guest;
    }

    /** The vCPUs, by index. */
    public List<Vcpu> vcpus() {
        return vcpus;
    }

    /** Starts a new guest at a source: reads the memory image and writes the boot content. */
    public void boot() {
        vcpus.forEach(Vcpu::boot);
    }

    /**
     * Prepares the check of memory that has been loaded. The vCPUs may run as soon as this returns;
     * they check each page before they overwrite it, the caller checks the rest.
     *
     * @return empty when there is no vCPU, and so nothing to check memory against
     */
    public Optional<Oracle> arrived() {
        List<VcpuState> states =
                cpuDevices.stream().flatMap(device -> device.loaded().stream()).toList();
        if (vcpus.isEmpty() || states.size() < vcpus.size()) {
            return Optional.empty();
        }
        Oracle oracle = new Oracle(guest.ram(), states);
        guest.memory().check(oracle);
        return Optional.of(oracle);
    }

    /** Unmaps RAM. Nothing may use it any more: no vCPU runs, no link has queued writes. */
    @Override
    public void close() {
        guest.ram().close();
    }
}
