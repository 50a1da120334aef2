package io.vmferry.machine.fault;

import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import java.io.IOException;
import java.util.function.Consumer;

/** A transport whose connections are always the given link. */
record OneLink(PipeLink link) implements Transport {
    @Override
    public Cancellable connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        connected.accept(link);
        return () -> {};
    }

    @Override
    public Cancellable listen(
            MigrationAddress address,
            Acceptor acceptor,
            Consumer<Listening> opened,
            Consumer<IOException> failed) {
        throw new UnsupportedOperationException();
    }
}
