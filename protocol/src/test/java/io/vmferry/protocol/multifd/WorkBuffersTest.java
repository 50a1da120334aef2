package io.vmferry.protocol.multifd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

class WorkBuffersTest {

    private final WorkBuffers buffers = WorkBuffers.toUnpack();

    @Test
    void aBufferThatWasGivenBackIsTakenAgainEmpty() {
        ByteBuf first = buffers.take().writeByte(1);
        ByteBuf second = buffers.take();
        assertThat(second).isNotSameAs(first);
        buffers.give(first);
        assertThat(buffers.take()).isSameAs(first);
        assertThat(first.isReadable()).isFalse();
        first.release();
        second.release();
    }

    @Test
    void allBuffersAreFreedAtTheEnd() {
        ByteBuf kept = buffers.take();
        ByteBuf used = buffers.take();
        buffers.give(kept);
        buffers.close();
        assertThat(kept.refCnt()).isZero();
        assertThat(used.refCnt()).isOne();
        buffers.give(used);
        assertThat(used.refCnt()).isZero();
    }
}
