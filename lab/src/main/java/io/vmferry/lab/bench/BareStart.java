package io.vmferry.lab.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program that listens on a TCP port by Netty and does nothing else: what a start needs for the
 * JVM and Netty alone. Without a shell, an AOT cache, or a command line to read.
 */
final class BareStart {

    private static final Pattern LISTENING = Pattern.compile("listening");

    private BareStart() {}

    /** From the start of the process until it listens. */
    static double millis(Path folder) throws Exception {
        long began = System.nanoTime();
        try (ChildProcess bare = BareJvm.start(folder, "bare", options(), BareStart.class)) {
            bare.awaitLine(LISTENING);
            return (System.nanoTime() - began) / 1e6;
        }
    }

    private static List<String> options() {
        Path natives = Nodes.scripts().resolveSibling("dest-node/target/lib/native");
        List<String> options = new ArrayList<>(BareJvm.DAEMON_OPTIONS);
        options.add("-Djava.library.path=" + natives);
        options.add("-Dio.netty.jfr.enabled=false");
        return options;
    }

    /** Listens until it is killed. */
    public static void main(String[] args) throws InterruptedException {
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind("127.0.0.1", 0)
                .sync();
        System.out.println("listening");
    }
}
