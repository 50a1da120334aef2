package io.vmferry.lab.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.MigrationAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A file of a simulated network that takes one stream, and brings it to a destination later. */
final class SavedStream implements LinkListener {

    static final MigrationAddress FILE = new MigrationAddress.File(Path.of("stream"), 0);

    final ByteBuf bytes = Unpooled.buffer();
    private boolean whole;
    private Optional<Link> writer = Optional.empty();

    /** A file that the source of a pair can write. */
    SavedStream(SimulatedPair pair) {
        pair.network
                .transportOf(new SimulatedHost("disk", pair.time))
                .listen(FILE, this::opened, open -> {}, SimulatedPair.refused());
    }

    private void opened(Link link) {
        writer = Optional.of(link);
        bytes.clear();
        whole = false;
        link.attach(this);
    }

    @Override
    public void received(ByteBuf more) {
        bytes.writeBytes(more);
    }

    @Override
    public void closed(Optional<IOException> cause) {
        whole = cause.isEmpty();
    }

    /** Whether all of the stream is here. */
    boolean whole() {
        return whole;
    }

    /** Breaks the connection, as a disk does that is full. */
    void fail() {
        writer.ifPresent(Link::abort);
    }

    /** Sends what was written to a destination. */
    void loadInto(SimulatedPair pair, SimulatedPair.Destination destination) {
        pair.network
                .transportOf(new SimulatedHost("reader", pair.time))
                .connect(
                        destination.address,
                        link -> {
                            link.attach(new SavedStream.Ignoring());
                            link.write(bytes.retainedDuplicate());
                            link.flush();
                            link.close();
                        },
                        SimulatedPair.refused());
    }

    private static final class Ignoring implements LinkListener {
        @Override
        public void received(ByteBuf none) {}

        @Override
        public void closed(Optional<IOException> cause) {}
    }
}
