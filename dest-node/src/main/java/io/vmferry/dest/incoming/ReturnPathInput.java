package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * The input of a connection that has introduced itself as a return path: nothing comes from the
 * source there but its end.
 */
final class ReturnPathInput implements LinkListener {

    private final IncomingMigration migration;
    private final Link link;
    private final UUID migrationId;

    ReturnPathInput(IncomingMigration migration, Link link, UUID migrationId) {
        this.migration = migration;
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
        if (migration.channels().hasReturnPath(link)) {
            migration.end(failure);
        } else if (migration.channels().waitingReturnPaths().forget(migrationId, link)) {
            migration.listener().unrecognized(link, failure.text());
        }
    }

    @Override
    public void writable() {
        migration.channels().returnPathWritable();
    }

    @Override
    public void closed(Optional<IOException> cause) {
        if (!migration.channels().hasReturnPath(link)) {
            migration.channels().waitingReturnPaths().forget(migrationId, link);
        } else if (migration.halted()) {
            migration.channels().forgetReturnPath();
        } else {
            migration.end(broken(cause));
        }
    }

    private Failure broken(Optional<IOException> cause) {
        long offsetBytes = migration.figures().streamBytes();
        return new Failure.Transport(
                ChannelRole.RETURN_PATH,
                offsetBytes,
                "Return path broke: %s (main channel at byte %d)"
                        .formatted(
                                cause.map(IOException::getMessage).orElse("closed by the source"),
                                offsetBytes),
                cause);
    }
}
