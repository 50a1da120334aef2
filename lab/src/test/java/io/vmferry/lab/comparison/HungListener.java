package io.vmferry.lab.comparison;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A TCP address of this machine where a connection neither stands nor fails. */
final class HungListener implements AutoCloseable {

    /** More than Linux queues at a backlog of 1. */
    private static final int QUEUED = 4;

    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final List<SocketChannel> queued = new ArrayList<>();

    HungListener() throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        for (int i = 0; i < QUEUED; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(server.getLocalAddress());
            queued.add(channel);
        }
    }

    String uri() throws IOException {
        return "tcp:127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : queued) {
            channel.close();
        }
        server.close();
    }
}
