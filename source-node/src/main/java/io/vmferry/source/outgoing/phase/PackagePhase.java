package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.channel.BackgroundCredit;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.channel.Pings;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.guest.DirtySync;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Stage;
import java.util.Optional;

/**
 * Hands the guest over to postcopy while it is stopped: sends the last discards, then all devices
 * in one package, which the destination can load while pages arrive on the main channel. QEMU's
 * {@code postcopy_start}.
 */
public final class PackagePhase implements Phase {

    private final OutgoingChannels channels;
    private final SectionList sections;
    private final MigrationOptions options;
    private final boolean hasVcpus;
    private final DirtySync dirtySync;
    private final BackgroundCredit credit;
    private final GuestHandover handover;
    private final DeviceSaving saving;
    private final Probe probe;
    private final boolean ramFollows;
    private final Pieces ends;
    private final Pieces devices;
    private final ByteBuf contents = Unpooled.buffer();
    private Optional<Discards> discards = Optional.empty();
    private boolean listened;

    /**
     * @param hasVcpus whether the guest will need pages as soon as it runs
     */
    public PackagePhase(
            OutgoingChannels channels,
            SectionList sections,
            MigrationOptions options,
            boolean hasVcpus,
            DirtySync dirtySync,
            BackgroundCredit credit,
            GuestHandover handover,
            RamAccount account,
            DeviceSaving saving) {
        this.channels = channels;
        this.sections = sections;
        this.options = options;
        this.hasVcpus = hasVcpus;
        this.dirtySync = dirtySync;
        this.credit = credit;
        this.handover = handover;
        this.saving = saving;
        this.probe = saving.probe();
        this.ramFollows = options.capabilities().has(Capability.POSTCOPY_RAM);
        this.ends = new Pieces(saving.nanoTime());
        this.devices = new Pieces(saving.nanoTime());
        if (!ramFollows) {
            // RAM is among what is completed now, with all that the guest wrote until it stopped
            sections.ram().endXbzrle();
            dirtySync.run();
        }
        sections.iterables().stream()
                .filter(section -> !section.canPostcopy())
                .forEach(section -> ends.add(new Pieces.EndPiece(section, account, saving)));
        sections.fulls()
                .forEach(full -> devices.add(new Pieces.FullPiece(full, Optional.empty(), saving)));
    }

    @Override
    public Next advance() {
        if (!ends.isEmpty()) {
            return ends.advance(channels.main()::send);
        }
        if (ramFollows && !discarded()) {
            return Next.AGAIN;
        }
        if (!listened) {
            listened = true;
            StreamWriter.command(contents, new Command.PostcopyListen());
        }
        if (!devices.isEmpty()) {
            return devices.advance(write -> write.accept(contents));
        }
        sendPackage();
        return new Next.Enter(Stage.POSTCOPY);
    }

    /** Sends the next discards; true once all are sent. */
    private boolean discarded() {
        if (discards.isEmpty()) {
            dirtySync.run();
            discards = Optional.of(Discards.last(sections.ram()));
        }
        if (discards.get().done()) {
            return true;
        }
        discards.get().write(channels.main());
        if (discards.get().done()) {
            probe.reached(PointName.DISCARDS_SENT, sections.ram().scan().unsent().count());
            channels.main().command(new Command.Ping(Pings.BEFORE_PACKAGE));
        }
        return false;
    }

    private void sendPackage() {
        if (ramFollows) {
            StreamWriter.command(contents, new Command.Ping(Pings.DEVICES));
        }
        if (options.profile().has(Trait.PACKAGE_LOADED_PING) && channels.answered()) {
            StreamWriter.command(contents, new Command.Ping(Pings.PACKAGE_LOADED));
        }
        StreamWriter.command(contents, new Command.PostcopyRun());
        int bytes = contents.readableBytes();
        channels.main().command(new Command.Packaged(bytes));
        // the last byte lets the guest run there: from the first one on the source does not own it
        // alone
        channels.main().sendWhole(contents, handover::packageWasSent);
        saving.downtime().end();
        if (ramFollows) {
            channels.main().command(new Command.Ping(Pings.AFTER_PACKAGE));
        }
        if (hasVcpus) {
            // devices may need pages, and the guest needs many at its start
            credit.wanted();
        }
        handover.followSentPackage();
        probe.reached(PointName.PACKAGE_SENT, bytes);
    }
}
