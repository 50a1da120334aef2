package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.vmferry.machine.net.SocketFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

class TcpPatienceTest {

    private static final InetSocketAddress ANYWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    @Test
    void theKernelIsToldWhenToGiveUp() throws IOException {
        assumeTrue(Epoll.isAvailable(), "epoll's native library cannot be loaded");
        EpollSocketChannel channel = (EpollSocketChannel) SocketFamily.EPOLL.tcp(false, ANYWHERE);
        NettyLink.tuneTcp(channel, TcpOptions.NONE);
        assertThat(channel.config().isKeepAlive()).isTrue();
        assertThat(channel.config().isTcpNoDelay()).isTrue();
        assertThat(channel.config().getTcpKeepIdle()).isEqualTo(15);
        assertThat(channel.config().getTcpKeepIntvl()).isEqualTo(15);
        assertThat(channel.config().getTcpKeepCnt()).isEqualTo(7);
        assertThat(channel.config().getTcpUserTimeout()).isEqualTo(120_000);
        channel.unsafe().closeForcibly();
    }

    @Test
    void javasOwnSocketsProbeAsWell() throws IOException {
        NioSocketChannel channel = (NioSocketChannel) SocketFamily.NIO.tcp(false, ANYWHERE);
        NettyLink.tuneTcp(channel, TcpOptions.NONE);
        assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(
                        channel.config()
                                .getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)))
                .isEqualTo(15);
        channel.unsafe().closeForcibly();
    }
}
