package io.vmferry.dest.incoming.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamReader;
import java.util.function.Consumer;

/**
 * Loads a complete package of devices, while pages arrive on the main channel. QEMU's {@code
 * loadvm_handle_cmd_packaged}.
 *
 * @param reader of the package, whose listener is held by {@code holds}
 * @param ended runs when the package was read to its end
 */
public record PackageInput(
        ByteBuf blob,
        StreamReader reader,
        StreamHolds holds,
        IncomingState state,
        Runnable ended,
        Consumer<Failure> failed) {

    public int sizeBytes() {
        return blob.capacity();
    }

    /** Whether POSTCOPY_RUN, or an EOF in its place, was reached. */
    public boolean loaded() {
        return reader.ended();
    }

    /** Loads until the end, or until a device holds it; then continues by itself. */
    public void load() {
        if (reader.ended()) {
            return;
        }
        if (state.halted()) {
            forget();
            return;
        }
        try {
            reader.read(blob);
            if (holds.held()) {
                holds.whenFree(this::load);
            } else {
                reader.endOfInput();
            }
        } catch (StreamException e) {
            failed.accept(Failure.Wire.of(ChannelRole.MAIN, e));
        }
        if (reader.ended() || state.halted()) {
            forget();
        }
        if (reader.ended()) {
            ended.run();
        }
    }

    private void forget() {
        if (blob.refCnt() > 0) {
            blob.release();
        }
    }
}
