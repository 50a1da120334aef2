package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.source.outgoing.channel.Answers;
import io.vmferry.source.outgoing.channel.BackgroundCredit;
import io.vmferry.source.outgoing.channel.ChannelBeginnings;
import io.vmferry.source.outgoing.channel.ChannelFailures;
import io.vmferry.source.outgoing.channel.ChannelPlan;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MultifdSending;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.channel.Pings;
import io.vmferry.source.outgoing.channel.RecoveryHandshake;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.DowntimeClock;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.guest.AutoConverge;
import io.vmferry.source.outgoing.guest.DirtySync;
import io.vmferry.source.outgoing.guest.FailoverUnplug;
import io.vmferry.source.outgoing.guest.ForcedSync;
import io.vmferry.source.outgoing.guest.GuestStop;
import io.vmferry.source.outgoing.guest.SnapshotWrites;
import io.vmferry.source.outgoing.guest.SwitchoverAcks;
import io.vmferry.source.outgoing.phase.DeviceSaving;
import io.vmferry.source.outgoing.phase.SnapshotDevices;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.ram.XbzrleCounters;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.FailureRules;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.MigrationError;
import io.vmferry.source.outgoing.state.Turns;
import java.util.OptionalInt;
import java.util.UUID;

/** The parts of one attempt to migrate, in the order of their dependencies; no part gets this. */
final class AttemptParts {

    final Guest guest;
    final MigrationOptions options;
    final OutgoingPorts ports;
    final MigrationState state;
    final MigrationError error;
    final UUID id;

    final AttemptState attempt = new AttemptState();
    final OutgoingCounters counters;
    final DowntimeClock downtime;
    final Turns turns;
    final BandwidthWindow window;
    final RamAccount account;
    final MultifdSending multifd;
    final SectionList sections;
    final PageScan scan;
    final GuestHandover handover;
    final FailureRules rules;
    final GuestStop guestStop;
    final FailoverUnplug unplug;
    final AutoConverge autoConverge;
    final SwitchoverAcks acks;
    final DirtySync dirtySync;
    final ForcedSync forcedSync;
    final BackgroundCredit credit;
    final Pings pings;
    final RecoveryHandshake recovery;
    final DeviceSaving saving;
    final SnapshotWrites writes;
    final SnapshotDevices taken = new SnapshotDevices();
    final ChannelBeginnings beginnings;

    /**
     * @param xbzrle what was counted in migrations before
     * @param answered whether the destination answers
     * @param silenceLimitSeconds how long a destination that has the guest may be silent
     */
    AttemptParts(
            Guest guest,
            MigrationOptions options,
            OutgoingPorts ports,
            MigrationState state,
            MigrationError error,
            XbzrleCounters xbzrle,
            boolean answered,
            OptionalInt silenceLimitSeconds) {
        this.guest = guest;
        this.options = options;
        this.ports = ports;
        this.state = state;
        this.error = error;
        this.counters = new OutgoingCounters(xbzrle);
        this.id = ports.migrationIds().get();
        var loop = ports.loop();
        var probe = ports.probe();

        turns = new Turns(loop, attempt);
        downtime = new DowntimeClock(loop::nanoTime);
        window = new BandwidthWindow(counters, options, loop::nanoTime);
        account = new RamAccount(counters, guest.run(), state);
        multifd = new MultifdSending(!options.profile().has(Trait.MULTIFD_ZERO_PAGES), turns);
        sections = SectionList.of(guest, options, counters, multifd);
        scan = sections.ram().scan();
        handover = new GuestHandover(state, options, probe, answered);
        rules = new FailureRules(attempt, handover, options, state);

        guestStop = new GuestStop(guest, options, loop);
        unplug = new FailoverUnplug(guest, loop, ports.events(), probe);
        autoConverge = new AutoConverge(guest.vcpus());
        acks = new SwitchoverAcks(guest, options);
        dirtySync =
                new DirtySync(
                        options,
                        guestStop,
                        scan.unsent(),
                        counters,
                        autoConverge,
                        ports.migrationEvents(options),
                        probe,
                        loop::nanoTime);
        forcedSync = new ForcedSync(dirtySync, counters, attempt, turns);

        credit = new BackgroundCredit(loop::nanoTime);
        pings = new Pings(loop::nanoTime);
        recovery = new RecoveryHandshake(guest.ram(), scan.unsent(), state, probe, turns);
        saving = new DeviceSaving(downtime, ports.trouble(), probe, loop::nanoTime);
        writes = new SnapshotWrites(guest, loop, scan, probe, turns);
        Answers answers =
                new Answers(
                        handover,
                        attempt,
                        rules,
                        pings,
                        credit,
                        window,
                        scan.requested(),
                        recovery,
                        acks,
                        counters,
                        probe,
                        turns);
        beginnings =
                new ChannelBeginnings(
                        loop,
                        turns,
                        probe,
                        state,
                        attempt,
                        handover,
                        counters,
                        account,
                        sections.ram(),
                        multifd,
                        options,
                        guest.uuid().orElse(InitialPacket.NO_UUID),
                        credit,
                        answers,
                        silenceLimitSeconds);
    }

    /** The channels of a migration that begins, or of one that is resumed. */
    OutgoingChannels channels(MigrateArguments arguments, ChannelPlan plan) {
        return new OutgoingChannels(
                ports.loop(),
                ports.connector(),
                arguments.address(),
                plan,
                id,
                new ChannelFailures(rules, handover, error, turns),
                beginnings);
    }
}
