package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Deviation;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps accepted connections until each has shown its channel's role, and rejects those that have
 * none in this migration.
 */
final class ConnectionAcceptor {

    private static final Logger log = LoggerFactory.getLogger(ConnectionAcceptor.class);

    /** Connections that may be silent at a time; beyond that the oldest is rejected. */
    private static final int MAX_UNDECIDED = 16;

    private final IncomingMigration migration;
    private final MigrationAddress address;
    private final Map<Link, ChannelSorter> undecided = new LinkedHashMap<>();

    ConnectionAcceptor(IncomingMigration migration, MigrationAddress address) {
        this.migration = migration;
        this.address = address;
    }

    void accepted(Link link) {
        if (migration.halted() && !migration.paused()) {
            // most likely the return path of the source that we have just refused
            link.abort();
            return;
        }
        if (undecided.size() >= MAX_UNDECIDED) {
            // silent connections must not lock the source out
            Link oldest = undecided.keySet().iterator().next();
            undecided.remove(oldest);
            reject(oldest, "it has not said what it is, and others wait");
        }
        ChannelSorter sorter = new ChannelSorter(this, link);
        undecided.put(link, sorter);
        link.attach(sorter);
        migration.adoptPreempt();
    }

    void mainChannel(Link link, ByteBuf bytes) {
        undecided.remove(link);
        if (migration.hasMainChannel() || migration.paused()) {
            reject(link, "a second main channel");
        } else {
            migration.mainChannel(link, bytes);
        }
    }

    /** A connection that begins like a recovery; true when one is waited for. */
    boolean recoveryChannel(Link link, ByteBuf bytes) {
        if (!migration.paused()) {
            return false;
        }
        forgetThoseBefore(link);
        undecided.remove(link);
        migration.recoveryChannel(link, bytes);
        return true;
    }

    /**
     * A source connects its main channel first: who came before it and is silent was left by an
     * attempt that broke, and must not be taken for the preempt channel of this one.
     */
    private void forgetThoseBefore(Link main) {
        for (Link silent : List.copyOf(undecided.keySet())) {
            if (silent.equals(main)) {
                return;
            }
            undecided.remove(silent);
            reject(silent, "it was left by a source that has come back");
        }
    }

    void returnPathChannel(Link link, UUID migrationId) {
        undecided.remove(link);
        migration.channels().returnPathChannel(link, migrationId);
    }

    /** The connection that has waited longest without saying what it is. */
    Optional<ChannelSorter> takeUndecided() {
        Optional<ChannelSorter> oldest = undecided.values().stream().findFirst();
        oldest.ifPresent(sorter -> undecided.remove(sorter.link()));
        return oldest;
    }

    /** Whether bytes that say nothing may be the preempt channel's, which has no magic. */
    boolean awaitsPreempt() {
        return migration.channels().preemptMayComeFirst();
    }

    void preemptChannel(Link link, ByteBuf bytes) {
        migration.channels().preempt(link, bytes);
    }

    /**
     * A connection that is no channel of a migration. The first one is taken for the source, as
     * QEMU does; it cannot disturb a migration that is under way.
     */
    void unrecognized(Link link, String what) {
        if (migration.hasMainChannel() || migration.paused()) {
            undecided.remove(link);
            reject(link, what);
        } else {
            migration.end(new Failure.Wire(ChannelRole.MAIN, what, Optional.empty()));
        }
    }

    /**
     * A connection that ends before it has said what it is was a probe of the port; no harm done.
     * But behind a file no other one will come, and QEMU takes the first one for the source.
     */
    void undecidedClosed(Link link, int receivedBytes, Optional<IOException> cause) {
        undecided.remove(link);
        boolean first = receivedBytes == 0 && !migration.hasMainChannel() && !migration.paused();
        if (address instanceof MigrationAddress.File
                || (first && migration.options().follows(Deviation.PORT_PROBE))) {
            migration.end(
                    new Failure.Transport(
                            ChannelRole.MAIN,
                            receivedBytes,
                            cause.map(e -> link.peer() + ": " + e.getMessage())
                                    .orElse(
                                            "%s is not a migration stream: it ends after %d bytes"
                                                    .formatted(link.peer(), receivedBytes)),
                            cause));
        } else {
            log.info("Connection from {} ended before it said what it is", link.peer());
        }
    }

    private static void reject(Link link, String what) {
        log.warn("Connection from {} rejected: {}", link.peer(), what);
        link.abort();
    }

    /** Ends the connections that have not said what they are. */
    void close() {
        undecided.keySet().forEach(Link::abort);
    }
}
