package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
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
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Sends header, configuration, return path commands and setup sections, then makes the first dirty
 * sync, which a background snapshot does without. QEMU's {@code qemu_savevm_state_setup}.
 */
public record SetupPhase(
        OutgoingChannels channels,
        Guest guest,
        MigrationOptions options,
        SectionList sections,
        Pings pings,
        DirtySync dirtySync,
        AttemptState attempt,
        Probe probe)
        implements Phase {

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
        Capabilities capabilities = options.capabilities();
        if (capabilities.has(Capability.POSTCOPY_RAM)) {
            main.command(
                    Command.PostcopyAdvise.ram(guest.ram().pageSizeSummary(), RamBlock.PAGE_SIZE));
        } else if (capabilities.has(Capability.DIRTY_BITMAPS)) {
            main.command(new Command.PostcopyAdvise(Optional.empty()));
        }
        Optional<Failure> failure = setUp(main);
        if (failure.isPresent()) {
            attempt.setupFailed(failure.get());
        } else if (!capabilities.has(Capability.BACKGROUND_SNAPSHOT)) {
            dirtySync.run();
        }
        return new Next.Enter(Stage.UNPLUG);
    }

    /** Sends the setup of each section, up to one that cannot begin. */
    private Optional<Failure> setUp(MainChannel main) {
        for (OutgoingSection section : sections.iterables()) {
            Optional<Failure> failure = section.begin(options.parameters());
            if (failure.isPresent()) {
                return failure;
            }
            sendSetup(main, section);
        }
        return Optional.empty();
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
