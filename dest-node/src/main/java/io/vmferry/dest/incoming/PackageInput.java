package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamReader;

/**
 * Loads the package of devices, which is here as a whole, while the main channel goes on bringing
 * pages. QEMU's {@code loadvm_handle_cmd_packaged}.
 */
final class PackageInput extends StreamInput {

    private final IncomingMigration migration;
    private final ByteBuf blob;
    private final StreamReader reader;
    private boolean reading;

    /** Takes ownership of the blob. */
    PackageInput(IncomingMigration migration, ByteBuf blob, IncomingLoad load) {
        this.migration = migration;
        this.blob = blob;
        this.reader =
                StreamReader.packaged(new IncomingStream(migration, this, load), load.rules());
    }

    int sizeBytes() {
        return blob.capacity();
    }

    /** Whether POSTCOPY_RUN, or an EOF in its place, was reached. */
    boolean loaded() {
        return reader.ended();
    }

    /** Loads until the end, or until a device holds it back. */
    void load() {
        if (reading || reader.ended()) {
            return;
        }
        if (migration.halted()) {
            forget();
            return;
        }
        reading = true;
        try {
            reader.read(blob);
            if (!reader.paused()) {
                reader.endOfInput();
            }
        } catch (StreamException e) {
            migration.end(Failure.Wire.of(ChannelRole.MAIN, e));
        } finally {
            reading = false;
        }
        if (reader.ended() || migration.halted()) {
            forget();
        }
        if (reader.ended()) {
            migration.postcopy().packageEnded();
        }
    }

    private void forget() {
        if (blob.refCnt() > 0) {
            blob.release();
        }
    }

    @Override
    void stopReading() {
        reader.pause();
    }

    @Override
    void goOn() {
        reader.resume();
        load();
    }
}
