package io.vmferry.machine.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorTest {

    @TempDir Path directory;

    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "content");
    }

    @Test
    void oneDescriptorIsClosedOnce() throws IOException {
        Descriptor first = TestDescriptors.open(file, Descriptor.O_RDONLY);
        first.close();
        Descriptor other = TestDescriptors.open(file, Descriptor.O_RDONLY);
        assertThat(other.number()).as("the kernel's lowest number").isPositive();
        first.close();
        assertThat(TestDescriptors.read(other)).isEqualTo("content");
        other.close();
        assertThat(TestDescriptors.openOn(file)).isZero();
        assertThatThrownBy(first::number).hasMessageContaining("was given away");
    }

    @Test
    void aReleasedOneIsNotClosed() {
        Descriptor descriptor = TestDescriptors.open(file, Descriptor.O_RDONLY);
        int number = descriptor.release();
        descriptor.close();
        assertThat(TestDescriptors.target(number)).isEqualTo(file.toString());
        assertThatThrownBy(descriptor::release).isInstanceOf(IllegalStateException.class);
        Descriptor.own(number).close();
        assertThat(TestDescriptors.openOn(file)).isZero();
    }

    @Test
    void aDuplicateSharesTheFileAndIsClosedByItself() throws IOException {
        try (Descriptor descriptor = TestDescriptors.open(file, Descriptor.O_RDWR)) {
            Descriptor duplicate = descriptor.duplicate();
            descriptor.seek(3);
            assertThat(TestDescriptors.read(duplicate)).isEqualTo("tent");
            duplicate.truncate(2);
            duplicate.close();
            assertThat(file).hasContent("co");
            assertThat(TestDescriptors.openOn(file)).isEqualTo(1);
        }
    }

    @Test
    void kindsAreTold() throws IOException {
        List<Descriptor> pipe = TestDescriptors.pipe();
        List<Descriptor> sockets = TestDescriptors.socketPair();
        List<Descriptor> others =
                List.of(
                        TestDescriptors.open(file, Descriptor.O_RDONLY),
                        TestDescriptors.open(directory, Descriptor.O_RDONLY),
                        TestDescriptors.open(Path.of("/dev/null"), Descriptor.O_RDWR));
        assertThat(pipe.getFirst().kind()).isEqualTo(DescriptorKind.PIPE);
        assertThat(sockets.getFirst().kind()).isEqualTo(DescriptorKind.SOCKET);
        assertThat(sockets.getFirst().domain()).isEqualTo(SocketDomain.UNIX);
        assertThat(sockets.getFirst().isStreamSocket()).isTrue();
        assertThat(sockets.getFirst().isListening()).isFalse();
        assertThat(others.stream().map(DescriptorTest::kind))
                .containsExactly(
                        DescriptorKind.REGULAR_FILE,
                        DescriptorKind.DIRECTORY,
                        DescriptorKind.CHARACTER_DEVICE);
        assertThatThrownBy(others.getFirst()::domain).hasMessage("Socket operation on non-socket");
        pipe.forEach(Descriptor::close);
        sockets.forEach(Descriptor::close);
        others.forEach(Descriptor::close);
    }

    private static DescriptorKind kind(Descriptor descriptor) {
        try {
            return descriptor.kind();
        } catch (DescriptorException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void flagsAreReadAndSet() throws IOException {
        List<Descriptor> pipe = TestDescriptors.pipe();
        Descriptor source = pipe.getFirst();
        assertThat(source.readable()).isTrue();
        assertThat(source.writable()).isFalse();
        assertThat(pipe.getLast().readable()).isFalse();
        source.blocking(false);
        assertThat(source.flags() & Descriptor.O_NONBLOCK).isNotZero();
        assertThatThrownBy(() -> TestDescriptors.read(source))
                .hasMessage("Resource temporarily unavailable");
        source.blocking(true);
        TestDescriptors.write(pipe.getLast(), "x");
        assertThat(TestDescriptors.read(source)).isEqualTo("x");
        pipe.getLast().close();
        assertThat(TestDescriptors.read(source)).as("the end").isEmpty();
        source.close();
    }

    @Test
    void aNumberThatIsNotOpenFails() {
        Descriptor none = Descriptor.own(Integer.MAX_VALUE);
        assertThatThrownBy(none::kind)
                .isInstanceOf(DescriptorException.class)
                .hasMessage("Bad file descriptor");
        none.close();
        assertThatThrownBy(() -> Descriptor.own(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSocketThatListensIsTold() throws IOException {
        Epoll.ensureAvailability();
        Socket socket = Socket.newSocketStream();
        Descriptor descriptor = Descriptor.own(socket.intValue());
        assertThat(descriptor.isListening()).isFalse();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.listen(1);
        assertThat(descriptor.isListening()).isTrue();
        assertThat(descriptor.domain()).isIn(SocketDomain.INET, SocketDomain.INET6);
        descriptor.close();
    }
}
