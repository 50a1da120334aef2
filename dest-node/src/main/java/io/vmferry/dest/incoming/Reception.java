package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes accepted connections in until each has said what it is, and turns away what has no place in
 * a migration.
 */
final class Reception {

    private static final Logger log = LoggerFactory.getLogger(Reception.class);

    /** Connections that may be silent at a time; beyond that the oldest is turned away. */
    private static final int MAX_UNDECIDED = 16;

    private final IncomingMigration migration;
    private final MigrationAddress address;
    private final Set<Link> undecided = new LinkedHashSet<>();

    Reception(IncomingMigration migration, MigrationAddress address) {
        this.migration = migration;
        this.address = address;
    }

    void accepted(Link link) {
        if (migration.ended()) {
            // most likely the return path of the source that we have just refused
            link.abort();
            return;
        }
        if (undecided.size() >= MAX_UNDECIDED) {
            // silent connections must not lock the source out
            Link oldest = undecided.iterator().next();
            undecided.remove(oldest);
            turnAway(oldest, "it has not said what it is, and others wait");
        }
        undecided.add(link);
        link.attach(new ChannelSorter(this, link));
    }

    void mainChannel(Link link, ByteBuf bytes) {
        undecided.remove(link);
        if (migration.hasMainChannel()) {
            turnAway(link, "a second main channel");
        } else {
            migration.mainChannel(link, bytes);
        }
    }

    void returnPathChannel(Link link, UUID migrationId) {
        undecided.remove(link);
        migration.returnPathChannel(link, migrationId);
    }

    /**
     * A connection that is no channel of a migration. The first one is taken for the source, as
     * QEMU does; it cannot disturb a migration that is under way.
     */
    void stranger(Link link, String what) {
        if (migration.hasMainChannel()) {
            undecided.remove(link);
            turnAway(link, what);
        } else {
            migration.fail(what);
        }
    }

    /**
     * A connection that ends before it has said what it is was a probe of the port; no harm done.
     * But behind a file no other one will come.
     */
    void undecidedClosed(Link link, int receivedBytes, Optional<IOException> cause) {
        undecided.remove(link);
        if (address instanceof MigrationAddress.File) {
            migration.fail(
                    cause.map(e -> link.peer() + ": " + e.getMessage())
                            .orElse(
                                    "%s is not a migration stream: it ends after %d bytes"
                                            .formatted(link.peer(), receivedBytes)));
        } else {
            log.info("Connection from {} ended before it said what it is", link.peer());
        }
    }

    private static void turnAway(Link link, String what) {
        log.warn("Connection from {} turned away: {}", link.peer(), what);
        link.abort();
    }

    /** Ends the connections that have not said what they are. */
    void close() {
        undecided.forEach(Link::abort);
    }
}
