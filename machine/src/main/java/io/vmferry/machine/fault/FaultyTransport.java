package io.vmferry.machine.fault;

import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import java.io.IOException;
import java.util.function.Consumer;

/** A transport whose links can be told to misbehave. */
final class FaultyTransport implements Transport {

    private final Transport transport;
    private final FaultyChannels channels;

    FaultyTransport(Transport transport, FaultyChannels channels) {
        this.transport = transport;
        this.channels = channels;
    }

    @Override
    public Attempt connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        return transport.connect(address, link -> connected.accept(channels.wrap(link)), failed);
    }

    @Override
    public Attempt listen(
            MigrationAddress address,
            Consumer<Link> accepted,
            Consumer<Listening> opened,
            Consumer<IOException> failed) {
        return transport.listen(
                address, link -> accepted.accept(channels.wrap(link)), opened, failed);
    }
}
