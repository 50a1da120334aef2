package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.tools.proxy.ProxyEvent.EventKind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultProxyTest {

    private static final int PATIENCE_SECONDS = 20;

    @TempDir Path directory;
    private final LinkedBlockingQueue<ProxyEvent> events = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private FaultProxy proxy;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private Control control;

    @BeforeEach
    void open() {
        proxy =
                new FaultProxy(
                        new MigrationAddress.Unix(directory.resolve("destination")),
                        List.of(),
                        events::add);
        control = proxy.control();
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private <T> T onLoop(Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        proxy.loop().execute(task);
        return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private boolean cut(String channel) throws Exception {
        return onLoop(() -> {
            control.cut(channel, CutKind.RESET);
            return true;
        });
    }

    private boolean restore(String channel) throws Exception {
        return onLoop(() -> {
            control.restore(channel);
            return true;
        });
    }

    @Test
    void whatIsRefusedIsNotToldAsDone() {
        assertThatThrownBy(() -> cut("all")).hasCauseInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> restore("main")).hasCauseInstanceOf(RefusedException.class);
        assertThat(events).isEmpty();
    }

    private ServerSocketChannel destination() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(directory.resolve("destination")));
    }

    /** A source whose connection the proxy has recognised. */
    private SocketChannel source() throws Exception {
        Path path = directory.resolve("proxy");
        proxy.listen(new MigrationAddress.Unix(path));
        SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(path));
        ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES).putInt(StreamWriter.MAGIC).flip();
        source.write(magic);
        await(EventKind.RECOGNIZED);
        return source;
    }

    @Test
    void aTimeThatIsUpBeforeItsChannelIsThereWaitsForIt() throws Exception {
        long removed = onLoop(() -> control.addFault("after 0s:reset(main)", true));
        onLoop(() -> control.addFault("after 0s:stall(main,600s)", true));
        onLoop(() -> {
            control.removeFault(removed);
            return true;
        });
        try (ServerSocketChannel destination = destination();
                SocketChannel source = source()) {
            await(EventKind.INJECTED);
            assertThat(channels()).hasSize(1);
            assertThat(source.isConnected() && destination.isOpen()).isTrue();
        }
    }

    @Test
    void aFaultWhosePlaceWasNotReachedIsToldAtTheEnd() throws Exception {
        onLoop(() -> control.addFault("pong#2:reset", false));
        onLoop(() -> control.addFault("after 0s:reset(main)", true));
        try (ServerSocketChannel destination = destination();
                SocketChannel source = source()) {
            await(EventKind.INJECTED);
            assertThat(source.isOpen() && destination.isOpen()).isTrue();
        }
        proxy.close();
        assertThat(events)
                .filteredOn(event -> event.kind() == EventKind.WAITING)
                .extracting(ProxyEvent::text)
                .containsExactly(
                        "Fault 'pong#2:reset' was not injected: its place was not reached");
    }

    private void await(EventKind kind) throws InterruptedException {
        ProxyEvent event;
        do {
            event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("an event before %s", kind).isNotNull();
        } while (event != null && event.kind() != kind);
    }

    private List<ControlledChannel> channels() throws Exception {
        return onLoop(control::channels);
    }

    @Test
    void tlsIsCarriedUnreadAndTheProxySaysSo() throws Exception {
        Path path = directory.resolve("proxy");
        try (ServerSocketChannel destination = destination()) {
            proxy.listen(new MigrationAddress.Unix(path));
            try (SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(path));
                    SocketChannel received = destination.accept()) {
                source.write(ByteBuffer.wrap(new byte[] {22, 3, 1, 2, 0}));
                await(EventKind.UNREAD);
                await(EventKind.RECOGNIZED);
                ByteBuffer bytes = ByteBuffer.allocate(5);
                while (bytes.hasRemaining()) {
                    received.read(bytes);
                }
                assertThat(bytes.array()).containsExactly(22, 3, 1, 2, 0);
                assertThat(channels())
                        .flatExtracting(ControlledChannel::channels)
                        .containsExactly("main");
                received.write(ByteBuffer.wrap(new byte[] {22, 3, 3}));
                assertThat(cut("main")).isTrue();
            }
        }
    }

    /** The number may come later than the magic, and is what the channel is called by. */
    @Test
    void aMultifdChannelIsCutByItsNumber() throws Exception {
        ByteBuf packet = Unpooled.buffer();
        new InitialPacket(InitialPacket.NO_UUID, 3).write(packet);
        ByteBuffer bytes = packet.nioBuffer();
        try (ServerSocketChannel destination = destination();
                SocketChannel main = source();
                SocketChannel source =
                        SocketChannel.open(
                                UnixDomainSocketAddress.of(directory.resolve("proxy")))) {
            source.write(bytes.slice(0, 20));
            source.write(bytes.slice(20, 44));
            await(EventKind.RECOGNIZED);
            assertThat(channels())
                    .flatExtracting(ControlledChannel::channels)
                    .containsExactlyInAnyOrder("main", "multifd(3)");
            assertThatThrownBy(() -> cut("multifd(0)")).hasCauseInstanceOf(RefusedException.class);
            assertThat(cut("multifd(3)")).isTrue();
            assertThat(channels())
                    .flatExtracting(ControlledChannel::channels)
                    .containsExactly("main");
            assertThat(main.isConnected() && destination.isOpen()).isTrue();
        }
    }

    @Test
    @SuppressWarnings("try") // its end is what is tested
    void aConnectionIsThereWhileTheEndOfItsSourceIsHeldBack() throws Exception {
        try (ServerSocketChannel destination = destination();
                SocketChannel source = source();
                SocketChannel received = destination.accept()) {
            onLoop(() -> control.addFault("after 0s:stall(stream,600s)", true));
            await(EventKind.INJECTED);
            source.close();
            await(EventKind.ENDED);
            assertThat(channels()).hasSize(1);
            assertThat(cut("main")).isTrue();
            assertThat(channels()).isEmpty();
            // to the end of what was carried before
            ByteBuffer bytes = ByteBuffer.allocate(100);
            while (received.read(bytes) >= 0) {
                assertThat(bytes.hasRemaining()).isTrue();
            }
        }
    }

    @Test
    @SuppressWarnings("try") // its end is what is tested
    void aConnectionIsGoneWhenTheEndOfItsSourceIsCarried() throws Exception {
        try (ServerSocketChannel destination = destination();
                SocketChannel source = source();
                SocketChannel received = destination.accept()) {
            source.close();
            await(EventKind.ENDED);
            assertThat(channels()).isEmpty();
            assertThat(received.isOpen()).isTrue();
        }
    }
}
