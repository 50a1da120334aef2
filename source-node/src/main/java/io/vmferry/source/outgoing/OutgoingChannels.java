package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.ChannelSet;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.status.MigrationStatus;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The channels of one migration, from their opening to their common end. The return path has a
 * connection of its own or comes back on the main one.
 */
final class OutgoingChannels implements ChannelConnecting.Owner {

    /** How long a return path may keep its destination's reason for ending the main channel. */
    private static final long REASON_GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The same when all was sent, and the destination most likely runs the guest. */
    private static final long SHUT_GRACE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long all that is opened together may take; a single attempt has less. */
    private static final long CONNECT_SECONDS = 120;

    private final OutgoingSession session;
    private final ChannelPlan plan;
    private final ChannelSet set;
    private final ChannelConnecting connecting;

    private Optional<SourceReturnPath> returnPath = Optional.empty();
    private Optional<PreemptChannel> preempt = Optional.empty();
    private Optional<Failure> foundBroken = Optional.empty();
    private MainChannel main;

    OutgoingChannels(
            OutgoingSession session,
            OutgoingPorts ports,
            MigrationAddress address,
            ChannelPlan plan) {
        this.session = session;
        this.plan = plan;
        this.set =
                new ChannelSet(
                        ports.loop(),
                        plan.channels(),
                        TimeUnit.SECONDS.toNanos(CONNECT_SECONDS),
                        this::late);
        this.connecting = new ChannelConnecting(ports.transport(), address, set, this);
    }

    /** Connects what has to stand before the stream begins; then the action runs. */
    void open(Runnable whenConnected) {
        connecting.open(plan.channels().atStart(), whenConnected);
    }

    /** Connects what postcopy needs; then the action runs. */
    void openLater(Runnable whenConnected) {
        connecting.open(plan.channels().later(), whenConnected);
    }

    /** What is under way to the channels. */
    ChannelConnecting connecting() {
        return connecting;
    }

    @Override
    public void unconnected(ChannelRole channel, IOException e) {
        session.end(Failure.Transport.unconnected(channel, e));
    }

    private void late(ChannelRole channel) {
        session.end(
                new Failure.Silence(
                        channel,
                        "%s: not connected within %d s"
                                .formatted(channel.title(), CONNECT_SECONDS)));
    }

    @Override
    public void connected(ChannelRole channel, Link link) {
        switch (channel.kind()) {
            case MAIN -> beginMain(link);
            case RETURN_PATH -> beginReturnPath(link);
            case PREEMPT -> beginPreempt(link);
            case MULTIFD -> throw new IllegalStateException(channel.title() + " is not expected");
        }
    }

    private void beginMain(Link link) {
        main = new MainChannel(link, session.counters(), session.probe());
        if (plan.answers() == ChannelPlan.Answers.INLINE) {
            link.carries(ChannelRole.RETURN_PATH);
            listenOn(link);
        } else {
            link.attach(new SilentMain());
        }
    }

    private void beginReturnPath(Link link) {
        ByteBuf preamble = ByteBufAllocator.DEFAULT.directBuffer(ReturnPathPreamble.WIRE_BYTES);
        new ReturnPathPreamble(session.id()).write(preamble);
        link.write(preamble);
        link.flush();
        listenOn(link);
    }

    private void listenOn(Link link) {
        boolean inline = plan.answers() == ChannelPlan.Answers.INLINE;
        SourceReturnPath reader = new SourceReturnPath(session, link, inline);
        returnPath = Optional.of(reader);
        link.attach(reader);
    }

    private void beginPreempt(Link link) {
        PreemptChannel channel = new PreemptChannel(session, link);
        link.attach(channel);
        preempt = Optional.of(channel);
        session.probe().reached(PointName.PREEMPT_CONNECTED);
    }

    /** Whether the migration needs answers and goes where none can come from. */
    boolean unanswered() {
        return plan.answers() == ChannelPlan.Answers.IMPOSSIBLE;
    }

    /**
     * Ends the migration if it is {@link #unanswered}, in the words of QEMU, which uses a file that
     * is open for writing in both directions.
     *
     * @param access what QEMU finds it cannot do
     * @return whether that was the end
     */
    boolean endIfUnanswered(String access) {
        if (unanswered()) {
            session.end(
                    new Failure.Transport(
                            ChannelRole.RETURN_PATH,
                            session.counters().transferredBytes,
                            "Unable to %s file: Bad file descriptor".formatted(access),
                            Optional.empty()));
        }
        return unanswered();
    }

    /**
     * Ends the migration if something has gone wrong that it has outlived so far.
     *
     * @return whether that was the end
     */
    boolean endIfRefused() {
        Optional<Failure> refusal = returnPath.flatMap(SourceReturnPath::refusal);
        refusal.ifPresent(session::end);
        return refusal.isPresent() || endIfBroken();
    }

    MainChannel main() {
        return main;
    }

    /** The channel for pages that are waited for; empty where there is none, or none yet. */
    Optional<PreemptChannel> preempt() {
        return preempt;
    }

    Optional<SourceReturnPath> returnPath() {
        return returnPath;
    }

    /** Whether the return path has its own connection, which the stream has to announce. */
    boolean announcesReturnPath() {
        return plan.answers() == ChannelPlan.Answers.CHANNEL;
    }

    /**
     * A channel is gone although all was sent: most likely the destination has ended, and its last
     * word is on the way. It is waited for, but not for ever.
     */
    void endUnlessShut(Failure failure) {
        session.after(SHUT_GRACE_NANOS, () -> end(failure));
    }

    /**
     * Breaks where a message is waited for that will not come: behind SHUT a destination says
     * nothing more, and behind a bad answer nothing is read.
     */
    void expect(String message) {
        boolean refused = returnPath.flatMap(SourceReturnPath::refusal).isPresent();
        if ((refused && session.end().rules().outlivesBadAnswer()) || endIfRefused()) {
            return;
        }
        if (returnPath.map(SourceReturnPath::shut).orElse(false)) {
            end(
                    Failure.Wire.sequence(
                            ChannelRole.RETURN_PATH,
                            "expected %s, but the destination has ended (SHUT 0)"
                                    .formatted(message)));
        }
    }

    /** Ends all channels in an orderly way. */
    void close() {
        set.close();
    }

    /** Ends all channels at once; what is queued is lost. */
    void abort() {
        set.abort();
        connecting.abort();
    }

    /** The main channel is of no use any more, which is noticed when it is used next. */
    void foundBroken(Failure failure) {
        if (session.end().rules().outlivesBreak() || session.precopying()) {
            foundBroken = Optional.of(failure);
            session.pump();
        } else {
            session.end(failure);
        }
    }

    /**
     * Ends the migration if its main channel is broken.
     *
     * @return whether that was the end
     */
    boolean endIfBroken() {
        foundBroken.ifPresent(session::end);
        return foundBroken.isPresent();
    }

    private void end(Failure failure) {
        // not when others have taken the place of these channels in the meantime
        if (session.channels() == this) {
            session.end(failure);
        }
    }

    /**
     * The main channel when nothing comes back on it: only room for output and its end are news.
     */
    private final class SilentMain implements LinkListener {

        @Override
        public void received(ByteBuf bytes) {
            // QEMU reads nothing here, and never sees what comes back
        }

        @Override
        public void writable() {
            session.pump();
        }

        @Override
        public void closed(Optional<IOException> cause) {
            long sentBytes = session.counters().transferredBytes;
            Failure failure =
                    new Failure.Transport(
                            ChannelRole.MAIN,
                            sentBytes,
                            "Main channel broke after %d bytes: %s"
                                    .formatted(
                                            sentBytes,
                                            cause.map(IOException::getMessage)
                                                    .orElse("closed by the destination")),
                            cause);
            MigrationStatus status = session.state().get();
            boolean guestIsThere =
                    status == MigrationStatus.POSTCOPY_ACTIVE
                            || status == MigrationStatus.POSTCOPY_RECOVER;
            if (session.end().rules().outlivesBreak()) {
                foundBroken = Optional.of(failure);
            } else if (returnPath.isPresent() && session.drained()) {
                endUnlessShut(failure);
            } else if (returnPath.isPresent() && !guestIsThere) {
                // A destination ends both connections, and nothing orders them: the news is what
                // the return path says. But one that never saw the stream has nothing to say.
                session.after(REASON_GRACE_NANOS, () -> end(failure));
            } else {
                session.end(failure);
            }
        }
    }
}
