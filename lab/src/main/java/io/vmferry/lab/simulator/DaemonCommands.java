package io.vmferry.lab.simulator;

import io.vmferry.dest.DestinationPolicy;
import io.vmferry.dest.commands.IncomingCommands;
import io.vmferry.dest.commands.OutgoingRefusals;
import io.vmferry.machine.commands.NodeCommands;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.dirtyrate.DirtyRateMeter;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.objects.ObjectStore;
import io.vmferry.machine.verdict.VerdictCommand;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.source.SourcePolicy;
import io.vmferry.source.commands.OutgoingCommands;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The command tables of the two simulated daemons, assembled as in the real ones. */
final class DaemonCommands {

    private static final long GOODBYE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private DaemonCommands() {}

    /** The commands of the source. */
    static CommandTable of(SimulatedPair pair) {
        CommandTable.Builder table =
                common(pair.scenario, pair.source, pair.scenario.profile()).table();
        new OutgoingCommands(
                        pair.outgoing,
                        pair.source.hosted.guest(),
                        pair.sourceOptions,
                        pair.scenario.returnPathMode())
                .addTo(table);
        new VerdictCommand(
                        pair.scenario.profile(),
                        () ->
                                SourcePolicy.pending(
                                                pair.outgoing.status(),
                                                pair.outgoing.owner(),
                                                pair.source.hosted.guest().run().state())
                                        .verdict())
                .addTo(table);
        return table.build();
    }

    /** The commands of a destination. */
    static CommandTable of(
            SimulatedPair pair,
            SimulatedPair.Destination destination,
            IncomingCommands.MigrationListening listener) {
        Guest guest = destination.side.hosted.guest();
        CommandTable.Builder table =
                common(pair.scenario, destination.side, destination.options.profile()).table();
        new IncomingCommands(destination.engine, guest, destination.options, listener).addTo(table);
        new OutgoingRefusals(guest.run(), destination.options).addTo(table);
        new VerdictCommand(
                        destination.options.profile(),
                        () ->
                                DestinationPolicy.pending(
                                                destination.engine.status(), guest.run().state())
                                        .verdict())
                .addTo(table);
        return table.build();
    }

    /** Ends the process when the last messages are out. */
    private static void quit(SimulatedSide side) {
        side.host.schedule(GOODBYE_NANOS, side.host::kill);
    }

    private static NodeCommands common(Scenario scenario, SimulatedSide side, Profile profile) {
        Guest guest = side.hosted.guest();
        DirtyRateMeter meter =
                new DirtyRateMeter(
                        guest.ram(),
                        side.host,
                        side.host,
                        () -> TimeUnit.NANOSECONDS.toMillis(side.host.nanoTime()),
                        new SplittableRandom(scenario.seed()));
        return new NodeCommands(
                guest,
                "guest",
                profile,
                side.host,
                side::point,
                side::event,
                () -> quit(side),
                meter,
                side.host,
                new DescriptorSets(profile, side.host, () -> false),
                new ObjectStore(profile, false),
                side.control());
    }
}
