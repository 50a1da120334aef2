package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.status.MigrationStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Opens the channels of one migration in their order, main first, and ends them together. The
 * return path has a connection of its own or comes back on the main one.
 */
final class OutgoingChannels {

    /** How long a return path may keep its destination's reason for ending the main channel. */
    private static final long REASON_GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The same when all was sent, and the destination most likely runs the guest. */
    private static final long SHUT_GRACE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final OutgoingSession session;
    private final Transport transport;
    private final MigrateRequest request;
    private final UUID migrationId;
    private final Runnable whenConnected;
    private final List<Link> links = new ArrayList<>();

    private Optional<Transport.Attempt> attempt = Optional.empty();
    private Optional<SourceReturnPath> returnPath = Optional.empty();
    private Optional<PreemptChannel> preempt = Optional.empty();
    private Consumer<Optional<IOException>> whenOpened = failure -> {};
    private Optional<Consumer<Optional<IOException>>> whenTried = Optional.empty();
    private Optional<Failure> foundBroken = Optional.empty();
    private MainChannel main;
    private boolean unanswered;

    OutgoingChannels(
            OutgoingSession session,
            Transport transport,
            MigrateRequest request,
            UUID id,
            Runnable whenConnected) {
        this.session = session;
        this.transport = transport;
        this.request = request;
        this.migrationId = id;
        this.whenConnected = whenConnected;
    }

    /** Connects; what was given for it runs once all channels stand. */
    void open(boolean withReturnPath) {
        connect(ChannelRole.MAIN, link -> mainConnected(link, withReturnPath));
    }

    private void connect(ChannelRole role, Consumer<Link> connected) {
        attempt =
                Optional.of(
                        transport.connect(
                                request.address(),
                                link -> connected(link, connected),
                                e -> unconnected(role, e)));
    }

    private void connected(Link link, Consumer<Link> connected) {
        if (whenTried.isPresent()) {
            attempt = Optional.empty();
            link.abort();
            whenTried.get().accept(Optional.empty());
        } else {
            connected.accept(link);
        }
        takeWaiting().accept(Optional.empty());
    }

    /** What waits for the first connection is told of it once, and of no other. */
    private Consumer<Optional<IOException>> takeWaiting() {
        Consumer<Optional<IOException>> waiting = whenOpened;
        whenOpened = other -> {};
        return waiting;
    }

    /** Says whether the main channel could be opened, when the migration knows it, too. */
    void whenOpened(Consumer<Optional<IOException>> opened) {
        whenOpened = opened;
    }

    private void unconnected(ChannelRole role, IOException e) {
        attempt = Optional.empty();
        Consumer<Optional<IOException>> waiting = takeWaiting();
        whenTried.ifPresentOrElse(
                tried -> tried.accept(Optional.of(e)),
                () -> session.end(Failure.Transport.unconnected(role, e)));
        waiting.accept(Optional.of(e));
    }

    /**
     * Gives up connecting, which takes until the attempt under way has succeeded or failed.
     *
     * @param tried gets why it failed
     * @return whether there is such an attempt
     */
    boolean abandon(Consumer<Optional<IOException>> tried) {
        if (attempt.isEmpty()) {
            return false;
        }
        whenTried = Optional.of(tried);
        return true;
    }

    /** Whether an attempt to connect has been given up and has not ended yet. */
    boolean abandonedAttempt() {
        return whenTried.isPresent() && attempt.isPresent();
    }

    private void mainConnected(Link link, boolean withReturnPath) {
        links.add(link);
        link.carries(ChannelRole.MAIN);
        main = new MainChannel(link, session.counters(), session.probe());
        if (withReturnPath && oneWay()) {
            unanswered = true;
            link.attach(new SilentMain());
            opened();
        } else if (withReturnPath && inline()) {
            listenOn(link);
            opened();
        } else {
            link.attach(new SilentMain());
            if (withReturnPath) {
                connect(ChannelRole.RETURN_PATH, this::returnPathConnected);
            } else {
                opened();
            }
        }
    }

    private void returnPathConnected(Link link) {
        links.add(link);
        link.carries(ChannelRole.RETURN_PATH);
        ByteBuf preamble = ByteBufAllocator.DEFAULT.directBuffer(ReturnPathPreamble.WIRE_BYTES);
        new ReturnPathPreamble(migrationId).write(preamble);
        link.write(preamble);
        link.flush();
        listenOn(link);
        opened();
    }

    private void listenOn(Link link) {
        link.carries(ChannelRole.RETURN_PATH);
        SourceReturnPath reader = new SourceReturnPath(session, link, inline());
        returnPath = Optional.of(reader);
        link.attach(reader);
    }

    /** Whether nothing can ever come back from where the stream goes. */
    private boolean oneWay() {
        return request.address() instanceof MigrationAddress.File;
    }

    /**
     * Whether the migration needs answers and goes where none can come from. QEMU finds that out
     * only when it reads them, so the migration begins, but it never hands the guest over.
     */
    boolean unanswered() {
        return unanswered;
    }

    /**
     * Ends the migration if it is {@link #unanswered}, in the words of QEMU, which uses a file that
     * is open for writing in both directions.
     *
     * @param access what QEMU finds it cannot do
     * @return whether that was the end
     */
    boolean endIfUnanswered(String access) {
        if (unanswered) {
            session.end(
                    new Failure.Transport(
                            ChannelRole.RETURN_PATH,
                            session.counters().transferredBytes,
                            "Unable to %s file: Bad file descriptor".formatted(access),
                            Optional.empty()));
        }
        return unanswered;
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

    private boolean inline() {
        return request.returnPathMode() == ReturnPathMode.INLINE;
    }

    private void opened() {
        attempt = Optional.empty();
        boolean preemptAtOnce =
                session.postcopy().preempts()
                        && session.profile().opensPreemptChannelAtStart()
                        && !unanswered;
        if (preemptAtOnce) {
            connectPreempt(whenConnected);
        } else {
            whenConnected.run();
        }
    }

    /** Opens the channel for pages that are waited for, behind all others. */
    void connectPreempt(Runnable connected) {
        connect(
                ChannelRole.PREEMPT,
                link -> {
                    attempt = Optional.empty();
                    links.add(link);
                    link.carries(ChannelRole.PREEMPT);
                    PreemptChannel channel = new PreemptChannel(session, link);
                    link.attach(channel);
                    preempt = Optional.of(channel);
                    session.probe().reached(PointName.PREEMPT_CONNECTED);
                    connected.run();
                });
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
        return returnPath.isPresent() && !inline();
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
        links.forEach(Link::close);
    }

    /** Ends all channels at once; what is queued is lost. */
    void abort() {
        attempt.ifPresent(Transport.Attempt::cancel);
        links.forEach(Link::abort);
        takeWaiting()
                .accept(
                        Optional.of(
                                new IOException(
                                        "The migration has ended while it was connecting")));
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
