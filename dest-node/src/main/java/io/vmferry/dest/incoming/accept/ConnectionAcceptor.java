package io.vmferry.dest.incoming.accept;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.channel.ConnectionLog;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.AddressListener;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.tls.TlsException;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.stream.StreamException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.event.Level;

/** Keeps accepted connections until each has shown its role, and rejects those without one. */
final class ConnectionAcceptor implements AddressListener.Acceptor {

    /** Connections that may be silent without a time limit. */
    private static final int MAX_SILENT = 16;

    /** Time for a source to send its first bytes, when many others connect. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Connections that are kept at all; beyond that the oldest is rejected. */
    private static final int MAX_UNDECIDED = 256;

    /** A source connects three channels, one after the other. */
    private static final int MIN_UNDECIDED = 4;

    private static final String BEFORE_MAIN = "it came before the source and is no return path";

    private final MigrationAddress address;
    private final MigrationOptions options;
    private final IncomingState state;
    private final IncomingChannels channels;
    private final EngineLoop loop;
    private final ConnectionLog log;
    private final Consumer<Accepted> recognized;

    /** In the order they came. */
    private final Map<Link, ChannelSorter> undecided = new LinkedHashMap<>();

    private int limit = MAX_UNDECIDED;

    /**
     * @param recognized gets what has become of a connection
     */
    ConnectionAcceptor(
            MigrationAddress address,
            MigrationOptions options,
            IncomingState state,
            IncomingChannels channels,
            EngineLoop loop,
            ConnectionLog log,
            Consumer<Accepted> recognized) {
        this.address = address;
        this.options = options;
        this.state = state;
        this.channels = channels;
        this.loop = loop;
        this.log = log;
        this.recognized = recognized;
    }

    @Override
    public void accepted(Link link) {
        if (state.halted() && !state.paused()) {
            // most likely the return path of the source that we have just refused
            link.abort();
            return;
        }
        while (tooMany()) {
            // silent connections must not lock the source out
            rejectOldest();
        }
        ChannelSorter sorter =
                new ChannelSorter(link, loop.nanoTime(), this::recognize, this::ended);
        undecided.put(link, sorter);
        link.attach(sorter);
        adoptPreempt();
    }

    private boolean tooMany() {
        if (undecided.size() < MAX_SILENT) {
            return undecided.size() >= limit;
        }
        long silentNanos = loop.nanoTime() - oldest().acceptedNanos();
        return undecided.size() >= limit || silentNanos >= SILENCE_NANOS;
    }

    private ChannelSorter oldest() {
        return undecided.values().iterator().next();
    }

    private void rejectOldest() {
        reject(oldest().link(), "it has not shown its role, and others wait");
    }

    /** Rejects half of the silent connections, and keeps no more: others need descriptors too. */
    @Override
    public boolean makeRoom() {
        int before = undecided.size();
        limit = Math.clamp(before / 2, MIN_UNDECIDED, limit);
        while (undecided.size() > limit) {
            rejectOldest();
        }
        return undecided.size() < before || channels.waitingReturnPaths().makeRoom();
    }

    // ---- what a connection is

    private boolean awaitsSource() {
        return !channels.hasMain() && !state.paused();
    }

    private Recognition.Awaited awaited() {
        if (state.paused()) {
            return options.follows(Deviation.RECOVERY_PROBE)
                    ? Recognition.Awaited.ANY_RECOVERY
                    : Recognition.Awaited.RECOVERY;
        }
        boolean preempt = channels.preemptMayComeFirst();
        if (awaitsSource()) {
            return preempt ? Recognition.Awaited.SOURCE_AND_PREEMPT : Recognition.Awaited.SOURCE;
        }
        return preempt ? Recognition.Awaited.PREEMPT : Recognition.Awaited.OTHERS;
    }

    private Recognition.Classification verdict(Recognition.Shown shown) {
        return Recognition.verdict(shown, awaited());
    }

    /** A connection has brought something. */
    void recognize(ChannelSorter sorter) {
        Recognition.Shown shown = sorter.shown();
        boolean unexpected = shown == Recognition.Shown.MULTIFD && !channels.hasMultifd();
        follow(verdict(unexpected ? Recognition.Shown.OTHER : shown), sorter, sorter::noChannel);
    }

    private void follow(
            Recognition.Classification verdict, ChannelSorter sorter, Supplier<String> what) {
        Link link = sorter.link();
        ByteBuf start = sorter.start();
        switch (verdict) {
            case WAIT -> {
                // it may be silent for as long as there is room
            }
            case MAIN -> {
                sorter.begin();
                if (ChannelSorter.wholeMigration(start)) {
                    mainChannel(link, start);
                }
            }
            case RECOVERY -> {
                sorter.begin();
                if (ChannelSorter.wholeRecovery(start)) {
                    recoveryChannel(link, start);
                }
            }
            case RECOVERY_AT_ONCE -> recoveryChannel(link, start);
            case RETURN_PATH -> returnPath(sorter);
            case MULTIFD -> {
                if (start.readableBytes() >= InitialPacket.WIRE_BYTES) {
                    undecided.remove(link);
                    recognized.accept(new Accepted.Multifd(link, start));
                }
            }
            case LEFT -> {
                if (sorter.isBeforeMain()) {
                    reject(link, BEFORE_MAIN);
                } else {
                    link.reading(false);
                }
            }
            case SECOND_MAIN -> reject(link, "a second main channel");
            case SECOND_RECOVERY -> reject(link, "another source recovers the migration");
            case NO_CHANNEL -> reject(link, what.get());
            case NO_SOURCE -> noSource(what.get());
        }
    }

    private void returnPath(ChannelSorter sorter) {
        Link link = sorter.link();
        try {
            ReturnPathPreamble.read(sorter.start())
                    .ifPresent(preamble -> {
                        undecided.remove(link);
                        recognized.accept(new Accepted.ReturnPath(link, preamble.migrationId()));
                    });
        } catch (StreamException e) {
            follow(
                    verdict(Recognition.Shown.BAD_PREAMBLE),
                    sorter,
                    () -> "Return path of " + link.peer() + ": " + e.getMessage());
        }
    }

    private void mainChannel(Link link, ByteBuf bytes) {
        markThoseBefore(link);
        undecided.remove(link);
        recognized.accept(new Accepted.Main(link, bytes));
    }

    private void recoveryChannel(Link link, ByteBuf bytes) {
        markThoseBefore(link);
        undecided.remove(link);
        recognized.accept(new Accepted.Recovery(link, bytes));
    }

    /**
     * Marks the connections that came before the main channel. A source connects that first, so
     * that none of them is the preempt channel. One may be the return path, if something between
     * source and destination has changed the order.
     */
    private void markThoseBefore(Link main) {
        for (ChannelSorter sorter : List.copyOf(undecided.values())) {
            if (sorter.link().equals(main)) {
                return;
            }
            sorter.markBeforeMain();
            if (sorter.shown() != Recognition.Shown.SILENT && sorter.shown().mayBePreempt()) {
                reject(sorter.link(), BEFORE_MAIN);
            }
        }
    }

    /** Takes the oldest connection without a role for the preempt channel, if that is missing. */
    void adoptPreempt() {
        if (state.halted() || !channels.expectsPreempt()) {
            return;
        }
        undecided.values().stream()
                .filter(ChannelSorter::mayBePreempt)
                .findFirst()
                .ifPresent(sorter -> {
                    undecided.remove(sorter.link());
                    recognized.accept(new Accepted.Preempt(sorter.link(), sorter.start()));
                });
    }

    /** Handles a connection that sends what its role does not allow. */
    void unrecognized(Link link, String what) {
        if (awaitsSource()) {
            noSource(what);
        } else {
            reject(link, what);
        }
    }

    /** Fails the migration: the first connection is taken for the source, as in QEMU. */
    private void noSource(String what) {
        fail(new Failure.Wire(ChannelRole.MAIN, what, Optional.empty()));
    }

    // ---- ends

    /**
     * Handles the end of a connection whose role was not known. With the magic of a stream it was
     * the source; any other was a port probe, and is ignored. Where there is one connection only it
     * is always the source, and QEMU takes any connection for it but a pipe, whose end it
     * overlooks. A connection without the TLS session that is asked for is nobody's, as in QEMU.
     */
    void ended(ChannelSorter sorter, Optional<IOException> cause) {
        Link link = sorter.link();
        ByteBuf start = sorter.start();
        boolean silent = awaitsSource() && sorter.shown() == Recognition.Shown.SILENT;
        if (cause.orElse(null) instanceof TlsException refused && !address.single()) {
            reject(link, Worded.of(refused));
        } else if (sorter.begun() && awaitsSource()) {
            mainChannel(link, start);
            mainEnded(link, cause);
        } else if (awaited() == Recognition.Awaited.ANY_RECOVERY) {
            recoveryEnded(link, start, cause);
        } else if (silent && isPipe(link) && options.follows(Deviation.SILENT_PIPE)) {
            link.ignore();
        } else if (address.single() || (silent && options.follows(Deviation.PORT_PROBE))) {
            fail(endedEarly(link, start.readableBytes(), cause));
        } else {
            undecided.remove(link);
            log.add(
                    Level.INFO,
                    "Connection from %s ended before it showed its role".formatted(link.peer()));
        }
    }

    private boolean isPipe(Link link) {
        return switch (address) {
            case MigrationAddress.Exec _ -> true;
            case MigrationAddress.Fd _ -> link.oneWay() && !link.readsFile();
            default -> false;
        };
    }

    private void mainEnded(Link link, Optional<IOException> cause) {
        recognized.accept(new Accepted.Ended(link, cause));
    }

    /** Handles a connection that ended before it could begin a recovery. */
    private void recoveryEnded(Link link, ByteBuf bytes, Optional<IOException> cause) {
        if (!bytes.isReadable() && options.profile().has(Trait.FAILED_FROM_INCOMING_SETUP)) {
            undecided.remove(link);
            recognized.accept(new Accepted.RecoveryFailed(endedEarly(link, 0, cause)));
        } else {
            recoveryChannel(link, bytes);
            mainEnded(link, cause);
        }
    }

    private static Failure endedEarly(Link link, int receivedBytes, Optional<IOException> cause) {
        return new Failure.ConnectionFailure(
                ChannelRole.MAIN,
                receivedBytes,
                cause.map(e -> link.peer() + ": " + e.getMessage())
                        .orElse(
                                "%s is not a migration stream: it ends after %d bytes"
                                        .formatted(link.peer(), receivedBytes)),
                cause);
    }

    private void fail(Failure failure) {
        recognized.accept(new Accepted.MigrationFailed(failure));
    }

    private void reject(Link link, String what) {
        undecided.remove(link);
        log.reject("Connection", link, what);
    }

    /** Ends the connections whose role is not known. */
    void close() {
        undecided.keySet().forEach(Link::abort);
    }
}
