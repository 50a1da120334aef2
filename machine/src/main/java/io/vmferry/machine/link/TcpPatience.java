package io.vmferry.machine.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/**
 * TCP timeouts for a peer that has vanished: a pulled cable, a host without power. The kernel's
 * defaults are two hours for an idle connection and a quarter of an hour for one with
 * unacknowledged data.
 *
 * <p>A connection that carries nothing is probed after {@link #IDLE_SECONDS}. It breaks, and so
 * does one whose bytes are not acknowledged, after {@link Transport#SILENCE_LIMIT_SECONDS}. A peer
 * that acknowledges but takes nothing, because a device of it is being loaded, is given as long and
 * no longer.
 */
final class TcpPatience {

    /** Silence before the first probe, in seconds. */
    static final int IDLE_SECONDS = 15;

    /** From one probe to the next, in seconds. */
    static final int INTERVAL_SECONDS = 15;

    private static final int SILENCE_LIMIT_MILLIS =
            Math.toIntExact(TimeUnit.SECONDS.toMillis(Transport.SILENCE_LIMIT_SECONDS));

    private static final int PROBES =
            (Transport.SILENCE_LIMIT_SECONDS - IDLE_SECONDS) / INTERVAL_SECONDS;

    private TcpPatience() {}

    /** Sets the timeouts that the channel's kind of socket has; an address may override them. */
    static void apply(Channel channel, TcpOptions options) {
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, options.keepAlive().orElse(true));
        int idle = options.keepAliveIdleSeconds().orElse(IDLE_SECONDS);
        int interval = options.keepAliveIntervalSeconds().orElse(INTERVAL_SECONDS);
        int probes = options.keepAliveCount().orElse(PROBES);
        switch (channel) {
            case EpollSocketChannel epoll -> {
                epoll.config().setTcpKeepIdle(idle).setTcpKeepIntvl(interval).setTcpKeepCnt(probes);
                if (!options.multipath()) {
                    // a multipath socket has none
                    epoll.config().setTcpUserTimeout(SILENCE_LIMIT_MILLIS);
                }
            }
            case NioSocketChannel nio -> keepAlive(nio, idle, interval, probes);
            default -> {
                // no TCP, or without this option
            }
        }
    }

    /**
     * Java has no user timeout: with NIO, lost data breaks the connection after the kernel's
     * timeout.
     */
    private static void keepAlive(NioSocketChannel channel, int idle, int interval, int probes) {
        set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), idle);
        set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), interval);
        set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), probes);
    }

    private static void set(NioSocketChannel channel, ChannelOption<Integer> option, int value) {
        channel.config().setOption(option, value);
    }
}
