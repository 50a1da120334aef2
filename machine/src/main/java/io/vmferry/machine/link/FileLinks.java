package io.vmferry.machine.link;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** Opens the two kinds of file links. */
final class FileLinks {

    private FileLinks() {}

    /**
     * Opens a file for writing, on the thread that will write. What lies before the offset is kept,
     * what lies behind it is cut off, as QEMU does.
     */
    static Transport.Attempt write(
            NettyEngineLoop loop,
            MigrationAddress.File address,
            Consumer<Link> connected,
            Consumer<IOException> failed) {
        var attempt = new Opening(loop, address, connected, failed);
        Thread.ofPlatform().daemon().name("file-writer").start(attempt);
        return attempt;
    }

    /** Opens a regular file for reading. */
    static Transport.Listening read(
            NettyEngineLoop loop, MigrationAddress.File address, Consumer<Link> accepted)
            throws IOException {
        Path path = address.path();
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("Not a regular file"); // opening a pipe could block
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        loop.execute(() -> accepted.accept(FileReadLink.start(loop, address, file)));
        return new Transport.Listening() {
            @Override
            public MigrationAddress address() {
                return address;
            }

            @Override
            public void close() {
                // the one link there is has been handed over
            }
        };
    }

    /** Opens the file and then serves the link, all on one thread. */
    private static final class Opening implements Transport.Attempt, Runnable {

        private final NettyEngineLoop loop;
        private final MigrationAddress.File address;
        private final Consumer<Link> connected;
        private final Consumer<IOException> failed;
        private boolean cancelled; // owned by the loop

        Opening(
                NettyEngineLoop loop,
                MigrationAddress.File address,
                Consumer<Link> connected,
                Consumer<IOException> failed) {
            this.loop = loop;
            this.address = address;
            this.connected = connected;
            this.failed = failed;
        }

        @Override
        public void run() {
            try {
                FileChannel file = open();
                var link = new FileWriteLink(loop, address, file, Thread.currentThread());
                loop.execute(() -> {
                    if (cancelled) {
                        link.abort();
                    } else {
                        connected.accept(link);
                    }
                });
                link.writeAll();
            } catch (IOException e) {
                loop.execute(() -> {
                    if (!cancelled) {
                        failed.accept(LinkFailure.connecting(address, e));
                    }
                });
            }
        }

        @Override
        public void cancel() {
            if (loop.inLoop()) {
                cancelled = true;
            } else {
                loop.execute(() -> cancelled = true);
            }
        }

        private FileChannel open() throws IOException {
            Path path = address.path();
            if (Files.isDirectory(path)) {
                throw new IOException("Is a directory");
            }
            FileChannel file =
                    FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (Files.isRegularFile(path)) {
                file.truncate(address.offset());
            }
            return file;
        }
    }
}
