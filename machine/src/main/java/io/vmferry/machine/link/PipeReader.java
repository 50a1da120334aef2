package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.epoll.EpollIoOps;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The end of a pipe that input comes from, whose end of file is the message that it was all. */
final class PipeReader extends PipeEnd {

    /** Reads in a row before the loop looks at its timers and tasks again. */
    private static final int READS_PER_TURN = 16;

    private final NettyEngineLoop loop;
    private final LinkInput input;
    private final ReusedReceiveBuffer buffer;
    private boolean posted;

    PipeReader(Descriptor descriptor, LinkContext context, LinkInput input) {
        super(descriptor);
        this.loop = context.loop();
        this.input = input;
        this.buffer = context.buffer();
    }

    void register() throws IOException {
        register(loop, EpollIoOps.EPOLLIN);
    }

    @Override
    void ready(EpollIoOps events) {
        readSoon();
    }

    /** Reads in a task of its own what there is, if it is wanted. */
    void readSoon() {
        if (!posted && !isClosed()) {
            posted = true;
            loop.execute(this::readTurn);
        }
    }

    private void readTurn() {
        posted = false;
        for (int turn = 0; turn < READS_PER_TURN; turn++) {
            if (isClosed() || !input.open() || !readOnce()) {
                return;
            }
        }
        readSoon();
    }

    /** Reads once; false when there is nothing more for now. */
    private boolean readOnce() {
        ByteBuf bytes = buffer.take(ByteBufAllocator.DEFAULT);
        int count;
        try {
            ByteBuffer room = bytes.internalNioBuffer(0, bytes.capacity());
            count = file.read(room, room.position(), room.limit());
        } catch (IOException e) {
            bytes.release();
            input.ended(Optional.of(LinkFailure.of(e)));
            return false;
        }
        if (count > 0) {
            deliver(bytes.writerIndex(count));
            return true;
        }
        bytes.release();
        if (count < 0) {
            input.ended(Optional.empty());
        }
        return false;
    }

    private void deliver(ByteBuf bytes) {
        try {
            input.received(bytes);
        } catch (Throwable bug) {
            // the owner decides what becomes of the link
            loop.unexpected(bug);
        }
    }
}
