package io.vmferry.machine.link;

import io.vmferry.machine.link.NettyTransport.LinkContext;
import java.io.IOException;
import java.util.function.Consumer;

/** Makes a link of a descriptor that a client has given, for a stream that goes out. */
final class DescriptorConnecting extends PendingOperation {

    private final MigrationAddress.Fd address;
    private final Consumer<Link> connected;

    DescriptorConnecting(
            LinkContext context,
            MigrationAddress.Fd address,
            Consumer<Link> connected,
            Consumer<IOException> failed) {
        super(context, failed);
        this.address = address;
        this.connected = connected;
    }

    /** Begins. Callable from any thread. */
    void start() {
        context.loop()
                .execute(() -> {
                    if (!over()) {
                        open();
                    }
                });
    }

    private void open() {
        try {
            new DescriptorLinks(context, address)
                    .outgoing(address.names().take(address.name()), this::opened, this::fail);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void opened(Link link) {
        if (succeed()) {
            connected.accept(link);
        } else {
            link.abort();
        }
    }

    @Override
    IOException worded(Throwable cause) {
        return LinkFailure.connecting(address, cause);
    }
}
