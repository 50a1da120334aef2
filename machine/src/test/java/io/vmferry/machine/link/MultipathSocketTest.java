package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.vmferry.machine.net.SocketFamily;
import io.vmferry.protocol.profile.Profile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Multipath TCP, if the kernel supports it. */
class MultipathSocketTest {

    private static final Path SWITCH = Path.of("/proc/sys/net/mptcp/enabled");
    private static final int IPPROTO_MPTCP = 262;
    private static final IntegerUnixChannelOption PROTOCOL =
            new IntegerUnixChannelOption("SO_PROTOCOL", 1, 38);

    private TcpOptions options;

    @BeforeEach
    void kernelHasIt() throws Exception {
        options = TcpOptionText.parse(",mptcp=on", Profile.QEMU_10_0);
        assumeTrue(Epoll.isAvailable(), "no epoll");
        assumeTrue(Files.exists(SWITCH) && Files.readString(SWITCH).startsWith("1"), "no MPTCP");
    }

    private MigrationAddress local(int port) {
        return new MigrationAddress.Tcp("127.0.0.1", Integer.toString(port), options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void theKernelIsAskedForIt(String host) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(host), 0);
        Channel made = SocketFamily.EPOLL.tcp(true, address);
        try {
            assertThat(made.config().getOption(PROTOCOL)).isEqualTo(IPPROTO_MPTCP);
        } finally {
            made.unsafe().closeForcibly();
        }
    }

    @Test
    void carriesEveryByteBothWaysAndThenTheEnd() throws Exception {
        byte[] sent = new byte[6 << 20];
        new SplittableRandom(7).nextBytes(sent);
        try (var test = new TestLoop(true)) {
            var accepted = new CompletableFuture<Link>();
            try (var listening = test.listen(local(0), accepted::complete)) {
                int port = ((MigrationAddress.Tcp) listening.address()).port();
                Link near = await(test.connect(local(port)));
                Link far = await(accepted);
                var there = new RecordingListener();
                var back = new RecordingListener();
                test.run(() -> {
                    near.attach(back);
                    far.attach(there);
                    near.write(Unpooled.wrappedBuffer(sent));
                    near.close();
                });
                assertThat(await(there.closed)).isEmpty();
                assertThat(Arrays.equals(there.bytes.toByteArray(), sent)).as("seed 7").isTrue();
                assertThat(test.unexpected).isEmpty();
            }
        }
    }

    /** With a peer that lacks it, the kernel falls back to plain TCP. */
    @Test
    void plainTcpConnectsToo() throws Exception {
        try (var test = new TestLoop(true)) {
            var accepted = new CompletableFuture<Link>();
            try (var listening = test.listen(local(0), accepted::complete)) {
                Link near = await(test.connect(listening.address()));
                var there = new RecordingListener();
                Link far = await(accepted);
                test.run(() -> {
                    far.attach(there);
                    near.write(Unpooled.copiedBuffer("plain", UTF_8));
                    near.close();
                });
                assertThat(await(there.closed)).isEmpty();
                assertThat(there.bytes.toString(UTF_8)).isEqualTo("plain");
            }
        }
    }

    @Test
    void whoRefusesIsNamedAsWithTcp() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (var test = new TestLoop(true)) {
            assertThatThrownBy(() -> await(test.connect(local(port))))
                    .hasMessageContaining(
                            "Failed to connect to '127.0.0.1:" + port + "': Connection refused");
        }
    }

    @Test
    void withoutEpollItIsRefusedInOneLine() {
        try (var test = new TestLoop(false)) {
            assertThatThrownBy(() -> await(test.connect(local(1))))
                    .hasMessageContaining("Multipath TCP needs epoll");
        }
    }
}
