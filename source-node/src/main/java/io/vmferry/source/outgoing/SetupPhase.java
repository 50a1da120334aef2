package io.vmferry.source.outgoing;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamWriter;
import java.util.Optional;

/** Header, configuration, return path and the setup sections; then the migration is active. */
final class SetupPhase implements Phase {

    /** The value of the first PING: "the main channel is up". */
    static final int PING_START = 1;

    private final OutgoingSession session;

    SetupPhase(OutgoingSession session) {
        this.session = session;
    }

    @Override
    public Step step() {
        MainChannel channel = session.channel();
        channel.send(out -> {
            StreamWriter.fileHeader(out);
            StreamWriter.configuration(out, StreamConfiguration.of(session));
        });
        session.probe().reached(PointName.HEADER_SENT);
        if (session.channels().unanswered()) {
            channel.command(new Command.OpenReturnPath());
            channel.command(new Command.Ping(PING_START));
        } else if (session.hasReturnPath()) {
            channel.command(new Command.OpenReturnPath());
            channel.command(new Command.Ping(PING_START));
            session.pinged();
            session.liveness().announce();
        }
        if (session.postcopy().ramMayFollow()) {
            channel.command(
                    Command.PostcopyAdvise.ram(
                            session.guest().ram().pageSizeSummary(), RamBlock.PAGE_SIZE));
        } else if (session.has(Capability.DIRTY_BITMAPS)) {
            channel.command(new Command.PostcopyAdvise(Optional.empty()));
        }
        sendSetupSections(channel);
        session.setUp();
        return Step.AGAIN;
    }

    private void sendSetupSections(MainChannel channel) {
        for (OutgoingSection section : session.sections().iterables()) {
            channel.send(out -> {
                StreamWriter.sectionHeader(out, section.startHeader());
                section.setup(out);
                StreamWriter.footer(out, section.sectionId());
            });
            session.probe().reached(PointName.SETUP_SENT, section.name());
        }
    }
}
