package io.vmferry.machine.link;

import io.vmferry.machine.link.NettyTransport.LinkContext;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Opens a file for writing, on the thread that will write. What lies before the offset is kept,
 * what lies after it is cut off, as QEMU does.
 */
final class FileCreating extends PendingOperation {

    private final MigrationAddress.File address;
    private final Consumer<Link> connected;

    FileCreating(
            LinkContext context,
            MigrationAddress.File address,
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
                        startDeadline();
                        context.blocking().run(this::openAndServe, this::fail);
                    }
                });
    }

    private void openAndServe() throws IOException {
        StreamFile file = OpenedFiles.toWrite(context.sets(), address);
        var link =
                new FileWriteLink(context.loop(), address.toString(), file, Thread.currentThread());
        context.loop()
                .execute(() -> {
                    if (succeed()) {
                        connected.accept(link);
                    } else {
                        link.abort();
                    }
                });
        link.writeAll();
    }

    @Override
    IOException worded(Throwable cause) {
        return LinkFailure.connecting(address, cause);
    }
}
