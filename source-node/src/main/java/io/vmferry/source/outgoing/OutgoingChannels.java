package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.Transport;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
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
    private final List<Link> links = new ArrayList<>();

    private Optional<Transport.Attempt> attempt = Optional.empty();
    private Optional<SourceReturnPath> returnPath = Optional.empty();
    private MainChannel main;

    OutgoingChannels(
            OutgoingSession session, Transport transport, MigrateRequest request, UUID id) {
        this.session = session;
        this.transport = transport;
        this.request = request;
        this.migrationId = id;
    }

    /** Connects; {@link OutgoingSession#connected()} follows once all channels stand. */
    void open(boolean withReturnPath) {
        connect(link -> mainConnected(link, withReturnPath));
    }

    private void connect(Consumer<Link> connected) {
        attempt =
                Optional.of(
                        transport.connect(
                                request.address(), connected, e -> session.fail(e.getMessage())));
    }

    private void mainConnected(Link link, boolean withReturnPath) {
        links.add(link);
        main = new MainChannel(link, session.counters(), session.probe());
        if (withReturnPath && inline()) {
            listenOn(link);
            opened();
        } else {
            link.attach(new SilentMain());
            if (withReturnPath) {
                connect(this::returnPathConnected);
            } else {
                opened();
            }
        }
    }

    private void returnPathConnected(Link link) {
        links.add(link);
        ByteBuf preamble = ByteBufAllocator.DEFAULT.directBuffer(ReturnPathPreamble.WIRE_BYTES);
        new ReturnPathPreamble(migrationId).write(preamble);
        link.write(preamble);
        link.flush();
        listenOn(link);
        opened();
    }

    private void listenOn(Link link) {
        SourceReturnPath reader = new SourceReturnPath(session, inline());
        returnPath = Optional.of(reader);
        link.attach(reader);
    }

    private boolean inline() {
        return request.returnPathMode() == ReturnPathMode.INLINE;
    }

    private void opened() {
        attempt = Optional.empty();
        session.connected();
    }

    MainChannel main() {
        return main;
    }

    Optional<SourceReturnPath> returnPath() {
        return returnPath;
    }

    /** Whether the return path has its own connection, which the stream has to announce. */
    boolean announcesReturnPath() {
        return returnPath.isPresent() && !inline();
    }

    /** Ends all channels in an orderly way. */
    void close() {
        links.forEach(Link::close);
    }

    /** Ends all channels at once; what is queued is lost. */
    void abort() {
        attempt.ifPresent(Transport.Attempt::cancel);
        links.forEach(Link::abort);
    }

    /**
     * The main channel when nothing comes back on it: only room for output and its end are news.
     */
    private final class SilentMain implements LinkListener {

        @Override
        public void received(ByteBuf bytes) {
            session.fail(
                    "Main channel: "
                            + bytes.readableBytes()
                            + " bytes came back where nothing was expected");
        }

        @Override
        public void writable() {
            session.pump();
        }

        @Override
        public void closed(Optional<IOException> cause) {
            String reason =
                    "Main channel broke after "
                            + session.counters().transferredBytes
                            + " bytes: "
                            + cause.map(IOException::getMessage)
                                    .orElse("closed by the destination");
            if (returnPath.isPresent()) {
                // A destination ends both connections, and nothing orders them: the news is what
                // the
                // return path says. But one that never saw the stream has nothing to say.
                long grace = session.drained() ? SHUT_GRACE_NANOS : REASON_GRACE_NANOS;
                session.after(grace, () -> session.fail(reason));
            } else {
                session.fail(reason);
            }
        }
    }
}
