package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.unix.FileDescriptor;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.descriptor.TestDescriptors;
import io.vmferry.machine.net.SocketFamily;
import io.vmferry.protocol.profile.Profile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links of descriptors that a client gave: sockets, and files where the version allows them. */
class DescriptorLinkTest {

    /** A number beyond those that a process may have. */
    private static final String NOT_OPEN = "2000000000";

    @TempDir Path directory;

    private final TestLoop test = new TestLoop(true);

    @BeforeEach
    void needsEpoll() {
        assumeTrue(test.loop.family() == SocketFamily.EPOLL, "needs epoll");
    }

    @AfterEach
    void closeLoop() {
        test.close();
    }

    @Test
    void aTcpSocketGoesBothWays() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Descriptor descriptor = Descriptors.connected(server);
            Link link = await(test.connect(Descriptors.named("s", descriptor, false)));
            try (Socket peer = server.accept()) {
                var listener = new RecordingListener(2);
                test.run(() -> {
                    link.attach(listener);
                    link.write(Unpooled.copiedBuffer("out", UTF_8));
                    link.flush();
                });
                assertThat(peer.getInputStream().readNBytes(3)).isEqualTo("out".getBytes(UTF_8));
                peer.getOutputStream().write("in".getBytes(UTF_8));
                await(listener.enough());
                assertThat(link.oneWay()).isFalse();
                assertThat(test.on(link::roundTripNanos)).isPresent();
                test.run(link::close);
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aFileIsRefusedByLaterVersionsAndClosed() throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        FileDescriptor opened = FileDescriptor.from(file.toFile());
        var refused =
                test.connect(Descriptors.named("f", Descriptor.own(opened.intValue()), false));
        assertThatThrownBy(refused::get)
                .cause()
                .hasMessage("fd: migration to a file is not supported. Use file: instead.");
        assertThat(Descriptors.open(file.toString())).isZero();
    }

    @Test
    void aFileThatWasInheritedIsRefusedAndLeftOpen() throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        try (Descriptor opened =
                TestDescriptors.inheritable(TestDescriptors.open(file, Descriptor.O_RDWR))) {
            var inherited =
                    new MigrationAddress.Fd(
                            String.valueOf(opened.number()), DescriptorNames.INHERITED, false);
            assertThatThrownBy(() -> test.listen(inherited, link -> {}))
                    .hasMessage("fd: migration to a file is not supported. Use file: instead.");
            assertThat(Descriptors.open(file.toString())).isEqualTo(1);
        }
    }

    @Test
    void aDescriptorThatNoChannelTakesStaysItsOwners() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        SocketFamily family = test.loop.family();
        assertThatThrownBy(() -> family.adopted(pipe.reading(), true))
                .hasMessageContaining("Socket operation on non-socket");
        assertThatThrownBy(() -> SocketFamily.NIO.listening(pipe.reading()))
                .hasMessageContaining("needs epoll");
        assertThat(pipe.reading().readable()).as("still its owner's").isTrue();
        pipe.reading().close();
        pipe.writing().close();
    }

    @Test
    void olderVersionsWriteWhereTheFileStands() throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "");
        FileDescriptor opened = FileDescriptor.from(file.toFile());
        Descriptor descriptor = Descriptor.own(opened.intValue());
        descriptor.seek(3);
        Link link = await(test.connect(Descriptors.named("f", descriptor, true)));
        var drained = new CompletableFuture<Void>();
        test.run(() -> {
            link.write(Unpooled.copiedBuffer("abc", UTF_8));
            link.whenDrained(() -> drained.complete(null));
        });
        await(drained);
        test.run(link::close);
        assertThat(Files.readString(file)).isEqualTo("\0\0\0abc");
    }

    @Test
    void aNumberThatIsNotOpenIsSaidToBe() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        int number = pipe.reading().number();
        pipe.reading().close();
        pipe.writing().close();
        var old = Descriptors.named("9", Descriptor.own(number), true);
        assertThatThrownBy(() -> test.connect(old).get())
                .cause()
                .hasMessage("fd:9: Bad file descriptor");
    }

    /** As in QEMU up to 10.2, which waits until it can be read. */
    @Test
    void aNumberThatIsNotOpenIsWaitedForWhereThatIsWanted() throws Exception {
        var sets = new DescriptorSets(Profile.DEFAULT, test.loop, () -> true);
        var transport = new NettyTransport(test.loop, sets, true);
        var old = new MigrationAddress.Fd(NOT_OPEN, DescriptorNames.INHERITED, true);
        var accepted = new CompletableFuture<Link>();
        transport.listen(old, accepted::complete, _ -> {}, accepted::completeExceptionally);
        Link link = await(accepted);
        var receiver = new RecordingListener();
        test.run(() -> link.attach(receiver));
        test.settle();
        assertThat(receiver.closed).isNotDone();
        test.run(link::close);

        var later = new MigrationAddress.Fd(NOT_OPEN, DescriptorNames.INHERITED, false);
        var refused = new CompletableFuture<Link>();
        transport.listen(later, refused::complete, _ -> {}, refused::completeExceptionally);
        assertThatThrownBy(refused::get)
                .cause()
                .hasMessage("fd: migration to a file is not supported. Use file: instead.");
        assertThatThrownBy(() -> test.listen(old, _ -> {}))
                .hasMessage("fd:%s: Bad file descriptor", NOT_OPEN);
    }

    @Test
    void aNameThatIsNotThereIsRefused() {
        var missing =
                new MigrationAddress.Fd(
                        "x",
                        name -> {
                            throw new DescriptorException("no " + name);
                        },
                        false);
        assertThatThrownBy(() -> test.connect(missing).get()).cause().hasMessage("no x");
        assertThatThrownBy(() -> test.listen(missing, link -> {})).hasMessage("no x");
    }

    @Test
    void whatTheBuildLacksIsRefusedOnBothSides() {
        var absent = new MigrationAddress.Absent("rdma:h:1", "not out", "not in");
        assertThatThrownBy(() -> test.connect(absent).get()).cause().hasMessage("not out");
        assertThatThrownBy(() -> test.listen(absent, link -> {})).hasMessage("not in");
    }

    @Test
    void vsockSaysWhatIsWrongWithItsNumbers() {
        assertThatThrownBy(() -> test.connect(new MigrationAddress.Vsock("x", "1")).get())
                .cause()
                .hasMessage("Failed to parse cid 'x'");
        assertThatThrownBy(() -> test.listen(new MigrationAddress.Vsock("3", "y"), link -> {}))
                .hasMessage("Failed to parse port 'y'");
    }
}
