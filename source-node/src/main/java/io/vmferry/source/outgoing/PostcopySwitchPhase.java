package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamWriter;
import java.util.Optional;

/**
 * The guest stands still and its RAM is to follow: tells the destination which pages are out of
 * date and sends all devices in one package that it can load while pages travel on the main
 * channel. QEMU's {@code postcopy_start}.
 */
final class PostcopySwitchPhase implements Phase {

    private static final int PING_BEFORE_PACKAGE = 2;
    private static final int PING_DEVICES = 3;
    private static final int PING_AFTER_PACKAGE = 4;

    private final OutgoingSession session;
    private final Pieces ends;
    private final Pieces devices;
    private final ByteBuf contents = Unpooled.buffer();
    private Optional<Discards> discards = Optional.empty();
    private boolean listened;

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
        if (session.postcopy().ramMayFollow() && !discarded()) {
            return Step.AGAIN;
        }
        if (!listened) {
            listened = true;
            StreamWriter.command(contents, new Command.PostcopyListen());
        }
        if (!devices.isEmpty()) {
            return devices.step(write -> write.accept(contents));
        }
        sendPackage();
        return Step.AGAIN;
    }

    /** Tells a little more of what is out of date; true once all is told. */
    private boolean discarded() {
        if (discards.isEmpty()) {
            session.dirtySync().run();
            discards = Optional.of(Discards.last(session));
        }
        if (discards.get().done()) {
            return true;
        }
        discards.get().write();
        if (discards.get().done()) {
            session.probe().reached(PointName.DISCARDS_SENT, session.ram().scan().unsent().count());
            session.channel().command(new Command.Ping(PING_BEFORE_PACKAGE));
        }
        return false;
    }

    private void sendPackage() {
        boolean ramFollows = session.postcopy().ramMayFollow();
        if (ramFollows) {
            StreamWriter.command(contents, new Command.Ping(PING_DEVICES));
        }
        if (session.profile().sendsPackageLoadedPing() && session.hasReturnPath()) {
            StreamWriter.command(contents, new Command.Ping(Command.Ping.PACKAGE_LOADED));
        }
        StreamWriter.command(contents, new Command.PostcopyRun());
        int bytes = contents.readableBytes();
        session.channel().command(new Command.Packaged(bytes));
        // the last byte lets the guest run there: from the first one on it is not ours alone
        session.channel().sendWhole(contents, session.postcopy()::packageWasSent);
        session.downtime().end(session.nanoTime());
        if (ramFollows) {
            session.channel().command(new Command.Ping(PING_AFTER_PACKAGE));
        }
        if (session.guest().memory().vcpuCount() > 0) {
            // devices may need pages, and the guest begins by needing many
            session.postcopy().credit().wanted();
        }
        session.postcopy().followSentPackage();
        session.probe().reached(PointName.PACKAGE_SENT, bytes);
        session.enter(new PostcopyPhase(session));
    }
}
