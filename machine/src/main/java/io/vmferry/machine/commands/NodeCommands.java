package io.vmferry.machine.commands;

import io.vmferry.machine.announce.SelfAnnouncement;
import io.vmferry.machine.control.Control;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.dirtyrate.DirtyRateMeter;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.hmp.HumanMonitor;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.objects.ObjectStore;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.profile.Profile;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The commands that a source and a destination have in common, in one place for daemons and
 * simulated ones.
 *
 * @param name the guest's name
 * @param meter measures dirty rates
 * @param quit ends the daemon once all replies and events have reached the clients
 * @param worker runs tasks that may block
 * @param descriptors the descriptor sets of the process
 * @param objects TLS credentials and the like
 * @param control of faults, channels and points; empty for a node that has only QEMU's commands
 */
public record NodeCommands(
        Guest guest,
        String name,
        Profile profile,
        EngineLoop loop,
        Probe probe,
        EventSink events,
        Runnable quit,
        DirtyRateMeter meter,
        Executor worker,
        DescriptorSets descriptors,
        ObjectStore objects,
        Optional<Control> control) {

    /** A table with these commands, to which a node adds its own. */
    public CommandTable.Builder table() {
        CommandTable.Builder table = CommandTable.builder(profile);
        new GuestCommands(guest, name, profile).addTo(table);
        new MemoryCommands(guest.ram(), guest.memory(), worker).addTo(table);
        new DirtyRateCommands(meter, profile).addTo(table);
        new DirtyLimitCommands().addTo(table);
        new AnnounceCommand(() -> new SelfAnnouncement(loop, probe, guest.devices())).addTo(table);
        new ColoCommands(profile).addTo(table);
        new HumanMonitor(profile, guest.ram(), guest.memory(), table::find).addTo(table);
        new DescriptorCommands(descriptors).addTo(table);
        new ObjectCommands(profile, objects, worker).addTo(table);
        new QuitCommand(events, quit).addTo(table);
        control.map(ControlCommands::new).ifPresent(commands -> commands.addTo(table));
        return table;
    }
}
