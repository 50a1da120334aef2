package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.event.Level;

/**
 * Brings the return path's own connection and the main channel that announced it together,
 * whichever comes first.
 */
final class ReturnPathPairing {

    /** Connections kept until the main channel says which of them is its own. */
    private static final int MAX_ARRIVED = 16;

    private final IncomingMigration migration;
    private final Map<UUID, Link> arrived = new LinkedHashMap<>();
    private Optional<UUID> announced = Optional.empty();
    private Optional<Link> paired = Optional.empty();

    ReturnPathPairing(IncomingMigration migration) {
        this.migration = migration;
    }

    /** The main channel's configuration says that a connection of its own will come. */
    void announced(UUID migrationId) {
        announced = Optional.of(migrationId);
        Link ours = arrived.remove(migrationId);
        arrived.forEach((id, link) -> reject(link, "it belongs to migration " + id));
        arrived.clear();
        if (ours != null) {
            pair(ours);
        }
    }

    /** A connection has introduced itself as a return path. */
    void arrived(Link link, UUID migrationId) {
        if (announced.isPresent() && !announced.get().equals(migrationId)) {
            reject(link, "it belongs to migration " + migrationId);
        } else if (paired.isPresent() && migration.paused()) {
            // a source that tries again: nobody has told us yet that the one before has gone
            paired.get().abort();
            link.attach(new Input(link, migrationId));
            pair(link);
        } else if (paired.isPresent() || arrived.containsKey(migrationId)) {
            reject(link, "there is one already");
        } else {
            link.attach(new Input(link, migrationId));
            if (announced.isPresent()) {
                pair(link);
            } else {
                keep(link, migrationId);
            }
        }
    }

    /** The main channel follows its return path soon, so that the oldest is the one to go. */
    private void keep(Link link, UUID migrationId) {
        if (arrived.size() >= MAX_ARRIVED) {
            rejectOldest();
        }
        arrived.put(migrationId, link);
    }

    private void rejectOldest() {
        UUID oldest = arrived.keySet().iterator().next();
        reject(arrived.remove(oldest), "its migration has not come, and others wait");
    }

    /** Gives up a connection whose descriptor others need; false when there is none. */
    boolean makeRoom() {
        if (arrived.size() <= 1) {
            return false;
        }
        rejectOldest();
        return true;
    }

    private void reject(Link link, String why) {
        migration
                .listener()
                .connectionLog()
                .add(Level.WARN, "Return path from %s rejected: %s".formatted(link.peer(), why));
        link.abort();
    }

    private void pair(Link link) {
        paired = Optional.of(link);
        migration.probe().reached(PointName.RETURN_PATH_CHANNEL);
        migration.channels().returnPathPaired();
    }

    Optional<UUID> announced() {
        return announced;
    }

    /** Whether the source has announced a connection of its own for the return path. */
    boolean expected() {
        return announced.isPresent();
    }

    /** The paired connection. */
    Optional<Link> link() {
        return paired;
    }

    /** Ends the connection once what was written has been sent. */
    void close() {
        paired.ifPresent(Link::close);
        arrived.values().forEach(Link::abort);
    }

    /** Ends the connection at once. */
    void abort() {
        paired.ifPresent(Link::abort);
        arrived.values().forEach(Link::abort);
    }

    /** Nothing comes from the source on this connection but its end. */
    private final class Input implements LinkListener {

        private final Link link;
        private final UUID migrationId;

        Input(Link link, UUID migrationId) {
            this.link = link;
            this.migrationId = migrationId;
        }

        @Override
        public void received(ByteBuf bytes) {
            Failure failure =
                    Failure.Wire.sequence(
                            ChannelRole.RETURN_PATH,
                            bytes.readableBytes()
                                    + " bytes came from the source, which only listens there");
            if (paired.isPresent()) {
                migration.end(failure);
            } else {
                arrived.remove(migrationId, link);
                migration.listener().unrecognized(link, failure.text());
            }
        }

        private Failure broken(Optional<IOException> cause) {
            long offsetBytes = migration.figures().streamBytes();
            return new Failure.Transport(
                    ChannelRole.RETURN_PATH,
                    offsetBytes,
                    "Return path broke: %s (main channel at byte %d)"
                            .formatted(
                                    cause.map(IOException::getMessage)
                                            .orElse("closed by the source"),
                                    offsetBytes),
                    cause);
        }

        @Override
        public void writable() {
            migration.channels().returnPathWritable();
        }

        @Override
        public void closed(Optional<IOException> cause) {
            if (migration.halted()) {
                paired = Optional.empty();
            } else if (paired.isPresent()) {
                migration.end(broken(cause));
            } else {
                arrived.remove(migrationId, link);
            }
        }
    }
}
