package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PackageBlobTest {

    @Test
    void memoryFollowsTheBytesAndNotTheAnnouncement() throws StreamException {
        PackageBlob blob = PackageBlob.announced(1 << 30, 1 << 30);
        assertThat(blob.fill(Unpooled.wrappedBuffer(new byte[100]))).isFalse();
        assertThat(blob.bytes().capacity()).isLessThanOrEqualTo(4096);
        assertThat(blob).hasToString("after 100 of 1073741824 bytes");
    }

    @Test
    void whatFollowsTheBlobIsLeft() throws StreamException {
        PackageBlob blob = PackageBlob.announced(3, 100);
        var in = Unpooled.wrappedBuffer(new byte[5]);
        assertThat(blob.fill(in)).isTrue();
        assertThat(in.readableBytes()).isEqualTo(2);
    }
}
