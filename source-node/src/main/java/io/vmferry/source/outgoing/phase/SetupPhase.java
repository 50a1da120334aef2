package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.channel.Pings;
import io.vmferry.source.outgoing.guest.DirtySync;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends header, configuration, return path commands and setup sections, then makes the first dirty
 * sync. QEMU's {@code qemu_savevm_state_setup}.
 */
public record SetupPhase(
        OutgoingChannels channels,
        Guest guest,
        MigrationOptions options,
        SectionList sections,
        Pings pings,
        DirtySync dirtySync,
        Probe probe)
        implements Phase {

    private static final Logger log = LoggerFactory.getLogger(SetupPhase.class);

    @Override
    public Next advance() {
        MainChannel main = channels.main();
        main.send(out -> {
            StreamWriter.fileHeader(out);
            StreamWriter.configuration(out, configuration(guest, options, channels.returnPathId()));
        });
        probe.reached(PointName.HEADER_SENT);
        if (channels.answered() || channels.unanswered()) {
            main.command(new Command.OpenReturnPath());
            pings.start(main);
        }
        if (channels.answered()) {
            channels.liveness().announce();
        }
        Optional<OutOfMemoryError> noCache =
                sections.ram()
                        .xbzrle()
                        .flatMap(output ->
                                output.beginFirst(options.parameters().xbzrleCacheBytes()));
        if (noCache.isPresent()) {
            log.warn("No cache for xbzrle: {}", noCache.get().getMessage());
            // it fails behind the wait for devices that are unplugged, as in QEMU
            return new Next.Enter(Stage.UNPLUG);
        }
        Capabilities capabilities = options.capabilities();
        if (capabilities.has(Capability.POSTCOPY_RAM)) {
            main.command(
                    Command.PostcopyAdvise.ram(guest.ram().pageSizeSummary(), RamBlock.PAGE_SIZE));
        } else if (capabilities.has(Capability.DIRTY_BITMAPS)) {
            main.command(new Command.PostcopyAdvise(Optional.empty()));
        }
        sections.iterables().forEach(section -> sendSetup(main, section));
        dirtySync.run();
        return new Next.Enter(Stage.UNPLUG);
    }

    /**
     * The configuration section of a migration.
     *
     * @param returnPathId the id by which the destination pairs a separate return path; empty
     *     without one
     */
    public static Configuration configuration(
            Guest guest, MigrationOptions options, Optional<UUID> returnPathId) {
        List<ConfigurationSubsection> subsections = new ArrayList<>();
        if (options.capabilities().has(Capability.VALIDATE_UUID)) {
            guest.uuid()
                    .ifPresent(uuid ->
                            subsections.add(new ConfigurationSubsection.ValidatedUuid(uuid)));
        }
        returnPathId.ifPresent(
                id -> subsections.add(new ConfigurationSubsection.ReturnPathChannel(id)));
        return new Configuration(guest.machineName(), subsections);
    }

    private void sendSetup(MainChannel main, OutgoingSection section) {
        main.send(out -> {
            StreamWriter.sectionHeader(out, section.startHeader());
            section.setup(out);
            StreamWriter.footer(out, section.sectionId());
        });
        probe.reached(PointName.SETUP_SENT, section.name());
    }
}
