package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import java.io.IOException;
import java.nio.ByteBuffer;
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
    private final String peer;
    private final StreamFile file;
    private final Semaphore free = new Semaphore(BUFFERS);
    private final LinkInput input;
    private final Thread reader;

    private FileReadLink(EngineLoop loop, String peer, StreamFile file, Thread reader) {
        this.loop = loop;
        this.peer = peer;
        this.file = file;
        this.reader = reader;
        this.input = new LinkInput(loop, free::release);
    }

    /** Opens the file that is to be read; may block. */
    @FunctionalInterface
    interface FileOpening {
        StreamFile open() throws IOException;
    }

    /**
     * Opens a file and reads ahead, both on one thread. Exactly one of the callbacks runs, on the
     * loop.
     */
    static void open(
            LinkContext context,
            String peer,
            FileOpening opening,
            Consumer<Link> opened,
            Consumer<IOException> failed) {
        context.blocking()
                .run(
                        () -> {
                            StreamFile file = opening.open();
                            var link =
                                    new FileReadLink(
                                            context.loop(), peer, file, Thread.currentThread());
                            context.loop().execute(() -> opened.accept(link));
                            link.readAll();
                        },
                        failed);
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
    public boolean oneWay() {
        return true;
    }

    @Override
    public boolean readsFile() {
        return true;
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
        return peer;
    }

    @Override
    public String toString() {
        return peer();
    }

    private void readAll() {
        ByteBuf[] buffers = new ByteBuf[BUFFERS];
        try (file) {
            for (int turn = 0; ; turn = (turn + 1) % BUFFERS) {
                free.acquire();
                // A listener that kept the last content keeps its buffer too.
                if (buffers[turn] == null || buffers[turn].refCnt() != 1) {
                    buffers[turn] = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(BUFFER_BYTES));
                }
                ByteBuf bytes = buffers[turn].clear();
                if (file.read(bytes) < 0) {
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
