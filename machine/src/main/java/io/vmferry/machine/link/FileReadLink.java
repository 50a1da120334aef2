package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * A link whose input comes from a file. A thread of its own reads ahead by two buffers, then waits
 * until the engine has consumed one. Output is dropped: nobody is at the other end.
 */
final class FileReadLink implements Link {

    private static final int BUFFERS = 2;
    private static final int BUFFER_BYTES = ReusedReceiveBuffer.SIZE_BYTES;

    private final EngineLoop loop;
    private final MigrationAddress.File address;
    private final FileChannel file;
    private final Semaphore free = new Semaphore(BUFFERS);
    private final LinkInput input;
    private final Thread reader;

    private FileReadLink(
            EngineLoop loop, MigrationAddress.File address, FileChannel file, Thread reader) {
        this.loop = loop;
        this.address = address;
        this.file = file;
        this.reader = reader;
        this.input = new LinkInput(loop, free::release);
    }

    /**
     * Opens a regular file and reads ahead, both on one thread. Exactly one of the callbacks runs,
     * on the loop.
     */
    static void open(
            LinkContext context,
            MigrationAddress.File address,
            Consumer<Link> opened,
            Consumer<IOException> failed) {
        context.blocking()
                .run(
                        () -> {
                            FileChannel file = open(address.path());
                            var link =
                                    new FileReadLink(
                                            context.loop(), address, file, Thread.currentThread());
                            context.loop().execute(() -> opened.accept(link));
                            link.readAll();
                        },
                        failed);
    }

    private static FileChannel open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("Not a regular file"); // opening a FIFO could block
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    public void attach(LinkListener listener) {
        input.attach(listener);
    }

    @Override
    public boolean writable() {
        return true; // what is dropped never piles up
    }

    @Override
    public void write(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    public void flush() {}

    @Override
    public void whenDrained(Runnable action) {
        loop.execute(action);
    }

    @Override
    public void reading(boolean on) {
        input.reading(on);
    }

    @Override
    public void close() {
        abort();
    }

    @Override
    public void abort() {
        input.mute();
        reader.interrupt();
    }

    @Override
    public String peer() {
        return address.toString();
    }

    @Override
    public String toString() {
        return peer();
    }

    private void readAll() {
        ByteBuf[] buffers = new ByteBuf[BUFFERS];
        try (file) {
            file.position(address.offset());
            for (int turn = 0; ; turn = (turn + 1) % BUFFERS) {
                free.acquire();
                // A listener that kept the last content keeps its buffer too.
                if (buffers[turn] == null || buffers[turn].refCnt() != 1) {
                    buffers[turn] = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(BUFFER_BYTES));
                }
                ByteBuf bytes = buffers[turn].clear();
                if (bytes.writeBytes(file, BUFFER_BYTES) < 0) {
                    break;
                }
                bytes.retain();
                loop.execute(() -> input.received(bytes));
            }
            loop.execute(() -> input.ended(Optional.empty()));
        } catch (IOException e) {
            loop.execute(() -> input.ended(Optional.of(LinkFailure.of(e))));
        } catch (InterruptedException e) {
            // closed by our side
        }
    }
}
