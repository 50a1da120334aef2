package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.Semaphore;

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
    private Thread reader;

    private FileReadLink(EngineLoop loop, MigrationAddress.File address, FileChannel file) {
        this.loop = loop;
        this.address = address;
        this.file = file;
        this.input = new LinkInput(loop, free::release);
    }

    /** Starts to read ahead. */
    static FileReadLink start(EngineLoop loop, MigrationAddress.File address, FileChannel file) {
        var link = new FileReadLink(loop, address, file);
        link.reader = Thread.ofPlatform().daemon().name("file-reader").start(link::readAll);
        return link;
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
