package io.vmferry.lab.fuzz;

import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.RunState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Guests of one block of RAM, without vCPUs, for one engine after the other. The memory is the same
 * for all of them, since to map it takes longer than a run.
 */
final class FuzzedGuest {

    private final GuestRam ram;

    FuzzedGuest(String block, long pages) {
        ram = GuestRam.allocate(List.of(new RamBlockSpec(block, pages << RamBlock.PAGE_SHIFT)));
    }

    /** A guest whose memory has not been received. */
    Guest fresh(RunState initial, EventSink events) {
        ram.blocks().forEach(block -> block.received().clearAll());
        VcpuRunner vcpus = new NoVcpus();
        LocalLease lease = new LocalLease();
        RunControl run = new RunControl(vcpus, lease, events, initial, true);
        return new Guest(
                "none",
                Optional.empty(),
                ram,
                List.of(new TimerDevice(), new GlobalStateDevice(run::beforeStop)),
                vcpus,
                run,
                lease);
    }

    /** Options with these capabilities on, and these parameters set. */
    static MigrationOptions options(
            Profile profile, Set<Capability> capabilities, Map<Parameter, Object> parameters) {
        try {
            Map<Capability, Boolean> on =
                    capabilities.stream().collect(Collectors.toMap(c -> c, c -> true));
            Capabilities all = Capabilities.none().with(on, profile, capabilities);
            return new MigrationOptions(
                    profile,
                    all,
                    Parameters.defaults(profile).with(parameters, parameters.keySet(), all));
        } catch (OptionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class NoVcpus implements VcpuRunner {

        @Override
        public void start() {
            // there is none
        }

        @Override
        public void stop(Runnable whenStopped) {
            whenStopped.run();
        }

        @Override
        public void wake(int vcpu) {
            // none sleeps
        }

        @Override
        public void throttle(int percent) {
            // none runs
        }
    }
}
