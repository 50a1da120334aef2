package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Deviation;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

/**
 * Keeps accepted connections until each has shown its channel's role, and rejects those that have
 * none in this migration.
 */
final class ConnectionAcceptor implements Transport.Acceptor {

    /** Connections that may be silent for as long as they like. */
    private static final int MAX_SILENT = 16;

    /** Time for a source to say what it is, when many others connect. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Connections that are kept at all; beyond that the oldest is rejected. */
    private static final int MAX_UNDECIDED = 256;

    /** A source connects three channels, one after the other. */
    private static final int MIN_UNDECIDED = 4;

    private final IncomingMigration migration;
    private final MigrationAddress address;
    private final ConnectionLog log;

    /** In the order they came. */
    private final Map<Link, ChannelSorter> undecided = new LinkedHashMap<>();

    private int limit = MAX_UNDECIDED;

    ConnectionAcceptor(IncomingMigration migration, MigrationAddress address, ConnectionLog log) {
        this.migration = migration;
        this.address = address;
        this.log = log;
    }

    @Override
    public void accepted(Link link) {
        if (migration.halted() && !migration.paused()) {
            // most likely the return path of the source that we have just refused
            link.abort();
            return;
        }
        while (tooMany()) {
            // silent connections must not lock the source out
            rejectOldest();
        }
        ChannelSorter sorter = new ChannelSorter(this, link, migration.loop().nanoTime());
        undecided.put(link, sorter);
        link.attach(sorter);
        migration.adoptPreempt();
    }

    private boolean tooMany() {
        if (undecided.size() < MAX_SILENT) {
            return undecided.size() >= limit;
        }
        long silentNanos = migration.loop().nanoTime() - oldest().acceptedNanos();
        return undecided.size() >= limit || silentNanos >= SILENCE_NANOS;
    }

    private ChannelSorter oldest() {
        return undecided.values().iterator().next();
    }

    private void rejectOldest() {
        Link link = oldest().link();
        undecided.remove(link);
        reject(link, "it has not said what it is, and others wait");
    }

    /**
     * Half of those that are silent have to go, and no more than the rest are kept from now on:
     * monitors, metrics and the lease need descriptors too.
     */
    @Override
    public boolean makeRoom() {
        int before = undecided.size();
        limit = Math.clamp(before / 2, MIN_UNDECIDED, limit);
        while (undecided.size() > limit) {
            rejectOldest();
        }
        return undecided.size() < before || migration.channels().makeRoom();
    }

    // ---- what a connection is

    /** Whether a stream with a header may be the migration's. */
    boolean awaitsMain() {
        return !migration.hasMainChannel() && !migration.paused();
    }

    /** Whether a stream without one may be. */
    boolean awaitsRecovery() {
        return migration.paused();
    }

    void mainChannel(Link link, ByteBuf bytes) {
        if (awaitsMain()) {
            if (migration.channels().preempts()) {
                forgetThoseBefore(link);
            }
            undecided.remove(link);
            migration.mainChannel(link, bytes);
        } else if (takesAnyRecovery()) {
            recoveryChannel(link, bytes);
        } else {
            undecided.remove(link);
            reject(link, "a second main channel");
        }
    }

    /** A connection that begins like a recovery, which is waited for. */
    void recoveryChannel(Link link, ByteBuf bytes) {
        forgetThoseBefore(link);
        undecided.remove(link);
        migration.recoveryChannel(link, bytes);
    }

    /** Whether whoever connects is taken for the source that recovers the migration. */
    private boolean takesAnyRecovery() {
        return awaitsRecovery() && migration.options().follows(Deviation.RECOVERY_PROBE);
    }

    /** Nothing that could be a recovery has come before the end. */
    private void emptyRecovery(Link link, ByteBuf bytes, Optional<IOException> cause) {
        if (!bytes.isReadable() && migration.profile().failsFromIncomingSetup()) {
            undecided.remove(link);
            migration.failRecovery(ended(link, 0, cause));
            return;
        }
        recoveryChannel(link, bytes);
        migration.channels().main().ifPresent(main -> main.closed(cause));
    }

    /** A connection that began like a recovery when another one was the first. */
    void lateRecovery(Link link) {
        undecided.remove(link);
        reject(link, "another source recovers the migration");
    }

    /**
     * A source connects its main channel first: who came before it and is silent is another one's,
     * and must not be taken for the preempt channel of this one.
     */
    private void forgetThoseBefore(Link main) {
        for (Link silent : List.copyOf(undecided.keySet())) {
            if (silent.equals(main)) {
                return;
            }
            if (undecided.get(silent).mayBePreempt()) {
                undecided.remove(silent);
                reject(silent, "it came before the source and has not said what it is");
            }
        }
    }

    void returnPathChannel(Link link, UUID migrationId) {
        undecided.remove(link);
        migration.channels().returnPathChannel(link, migrationId);
    }

    /** The connection that has waited longest and has no other role. */
    Optional<ChannelSorter> takePreempt() {
        Optional<ChannelSorter> found =
                undecided.values().stream().filter(ChannelSorter::mayBePreempt).findFirst();
        found.ifPresent(sorter -> undecided.remove(sorter.link()));
        return found;
    }

    /** Whether bytes that say nothing may be the preempt channel's, which has no magic. */
    boolean awaitsPreempt() {
        return migration.channels().preemptMayComeFirst();
    }

    void preemptChannel(Link link, ByteBuf bytes) {
        migration.channels().preempt(link, bytes);
    }

    /** The same where nothing of what it has brought has been read. */
    void unrecognized(Link link, ByteBuf bytes, String what) {
        if (takesAnyRecovery()) {
            recoveryChannel(link, bytes);
        } else {
            unrecognized(link, what);
        }
    }

    /**
     * A connection that is no channel of a migration. The first one is taken for the source, as
     * QEMU does; it cannot disturb a migration that is under way.
     */
    void unrecognized(Link link, String what) {
        if (awaitsMain()) {
            migration.end(new Failure.Wire(ChannelRole.MAIN, what, Optional.empty()));
        } else {
            undecided.remove(link);
            reject(link, what);
        }
    }

    /**
     * A connection with the magic of a stream that ends before the migration has begun was the
     * source; false when the end concerns nobody.
     */
    boolean endedWithin(Link link, ByteBuf bytes, Optional<IOException> cause) {
        if (!awaitsMain()) {
            return false;
        }
        mainChannel(link, bytes);
        migration
                .channels()
                .main()
                .filter(main -> main.link().equals(link))
                .ifPresent(main -> main.closed(cause));
        return true;
    }

    /**
     * A connection that ends before it has said what it is was a probe of the port; no harm done.
     * But behind a file no other one will come, and QEMU takes the first one for the source.
     */
    void undecidedClosed(Link link, ByteBuf bytes, Optional<IOException> cause) {
        int receivedBytes = bytes.readableBytes();
        if (takesAnyRecovery()) {
            emptyRecovery(link, bytes, cause);
            return;
        }
        undecided.remove(link);
        boolean first = receivedBytes < Integer.BYTES && awaitsMain();
        if (address instanceof MigrationAddress.File
                || (first && migration.options().follows(Deviation.PORT_PROBE))) {
            migration.end(ended(link, receivedBytes, cause));
        } else {
            log.add(
                    Level.INFO,
                    "Connection from %s ended before it said what it is".formatted(link.peer()));
        }
    }

    private static Failure ended(Link link, int receivedBytes, Optional<IOException> cause) {
        return new Failure.Transport(
                ChannelRole.MAIN,
                receivedBytes,
                cause.map(e -> link.peer() + ": " + e.getMessage())
                        .orElse(
                                "%s is not a migration stream: it ends after %d bytes"
                                        .formatted(link.peer(), receivedBytes)),
                cause);
    }

    private void reject(Link link, String what) {
        log.add(Level.WARN, "Connection from %s rejected: %s".formatted(link.peer(), what));
        link.abort();
    }

    /** Ends the connections that have not said what they are. */
    void close() {
        undecided.keySet().forEach(Link::abort);
    }
}
