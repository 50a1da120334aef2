package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The guest stands still and its RAM is to follow: tells the destination which pages are out of
 * date and sends all devices in one package that it can load while pages travel on the main
 * channel. QEMU's {@code postcopy_start}.
 */
final class PostcopySwitchPhase implements Phase {

    /** QEMU's {@code MAX_DISCARDS_PER_COMMAND}. */
    private static final int RANGES_PER_DISCARD = 12;

    private static final int RANGES_PER_WRITE = 2400;

    private static final int PING_BEFORE_PACKAGE = 2;
    private static final int PING_DEVICES = 3;
    private static final int PING_AFTER_PACKAGE = 4;

    private final OutgoingSession session;
    private final Pieces ends;
    private final Pieces devices;
    private final ByteBuf contents = Unpooled.buffer();
    private boolean discarded;

    PostcopySwitchPhase(OutgoingSession session) {
        this.session = session;
        this.ends = new Pieces(session);
        this.devices = new Pieces(session);
        if (!session.postcopy().ramMayFollow()) {
            // RAM is among what is completed now, with all that the guest wrote until it stopped
            session.dirtySync().run();
        }
        session.sections().iterables().stream()
                .filter(section -> !section.canPostcopy())
                .forEach(section -> ends.add(new EndPiece(session, section)));
        session.sections()
                .fulls()
                .forEach(full -> devices.add(new FullPiece(session, full, Optional.empty())));
    }

    @Override
    public Step step() {
        if (!ends.isEmpty()) {
            return ends.step(session.channel()::send);
        }
        if (!discarded) {
            discarded = true;
            if (session.postcopy().ramMayFollow()) {
                session.dirtySync().run();
                discard();
                session.channel().command(new Command.Ping(PING_BEFORE_PACKAGE));
            }
            StreamWriter.command(contents, new Command.PostcopyListen());
        }
        if (!devices.isEmpty()) {
            return devices.step(write -> write.accept(contents));
        }
        sendPackage();
        return Step.AGAIN;
    }

    private void discard() {
        session.ram().enterPostcopy();
        List<DirtyRun> runs = session.ram().dirtyRuns();
        long pages = 0;
        for (RamBlock block : session.guest().ram().blocks()) {
            List<DirtyRun> own = runs.stream().filter(run -> run.block() == block).toList();
            pages += own.stream().mapToLong(run -> run.toPage() - run.fromPage()).sum();
            discard(block, own);
        }
        session.probe().reached(PointName.DISCARDS_SENT, pages);
    }

    /**
     * A destination that was told of no range at all refuses to run, so a block without any gets an
     * empty one.
     */
    private void discard(RamBlock block, List<DirtyRun> runs) {
        List<Command.Range> ranges = new ArrayList<>();
        runs.forEach(run -> ranges.add(run.range()));
        if (ranges.isEmpty()) {
            ranges.add(new Command.Range(0, 0));
        }
        // a guest that writes all over its memory has tens of thousands of ranges: many of them in
        // one go, but not all, so that the destination works on the first ones meanwhile
        for (int from = 0; from < ranges.size(); from += RANGES_PER_WRITE) {
            List<Command.Range> some =
                    ranges.subList(from, Math.min(from + RANGES_PER_WRITE, ranges.size()));
            session.channel().send(out -> writeDiscards(out, block, some));
        }
    }

    private static void writeDiscards(ByteBuf out, RamBlock block, List<Command.Range> ranges) {
        for (int from = 0; from < ranges.size(); from += RANGES_PER_DISCARD) {
            int to = Math.min(from + RANGES_PER_DISCARD, ranges.size());
            StreamWriter.command(
                    out, new Command.PostcopyRamDiscard(block.idstr(), ranges.subList(from, to)));
        }
    }

    private void sendPackage() {
        boolean ramFollows = session.postcopy().ramMayFollow();
        if (ramFollows) {
            StreamWriter.command(contents, new Command.Ping(PING_DEVICES));
        }
        if (session.profile().sendsPackageLoadedPing() && session.hasReturnPath()) {
            StreamWriter.command(contents, new Command.Ping(OutgoingPostcopy.PING_PACKAGE_LOADED));
        }
        StreamWriter.command(contents, new Command.PostcopyRun());
        int bytes = contents.readableBytes();
        session.channel().command(new Command.Packaged(bytes));
        session.channel().sendWhole(contents);
        session.downtime().end(session.nanoTime());
        if (ramFollows) {
            session.channel().command(new Command.Ping(PING_AFTER_PACKAGE));
        }
        session.postcopy().packageWasSent();
        if (session.profile().knowsPostcopyDevice() && session.hasReturnPath()) {
            session.state().move(MigrationStatus.DEVICE, MigrationStatus.POSTCOPY_DEVICE);
        } else if (session.profile().alwaysEntersDevice()) {
            session.state().move(MigrationStatus.DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
        }
        session.probe().reached(PointName.PACKAGE_SENT, bytes);
        session.enter(new PostcopyPhase(session));
    }
}
