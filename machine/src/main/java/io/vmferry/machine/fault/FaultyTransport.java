package io.vmferry.machine.fault;

import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import java.io.IOException;
import java.util.function.Consumer;

/** A transport on whose links faults can be injected. */
record FaultyTransport(Transport transport, FaultyChannels channels) implements Transport {

    @Override
    public Cancellable connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        return transport.connect(address, link -> connected.accept(channels.wrap(link)), failed);
    }

    @Override
    public Cancellable listen(
            MigrationAddress address,
            Acceptor acceptor,
            Consumer<Listening> opened,
            Consumer<IOException> failed) {
        return transport.listen(address, new Wrapping(acceptor), opened, failed);
    }

    private final class Wrapping implements Acceptor {

        private final Acceptor acceptor;

        private Wrapping(Acceptor acceptor) {
            this.acceptor = acceptor;
        }

        @Override
        public void accepted(Link link) {
            acceptor.accepted(channels.wrap(link));
        }

        @Override
        public boolean makeRoom() {
            return acceptor.makeRoom();
        }
    }
}
