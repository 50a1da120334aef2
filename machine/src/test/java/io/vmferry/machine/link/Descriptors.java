package io.vmferry.machine.link;

import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorNames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Descriptors for tests, and addresses that name them. */
final class Descriptors {

    private Descriptors() {}

    /** The ends of a pipe, of which a test hands one to a link. */
    record Pipe(Descriptor reading, Descriptor writing) {}

    static Pipe pipe() throws IOException {
        FileDescriptor[] ends = FileDescriptor.pipe();
        return new Pipe(Descriptor.own(ends[0].intValue()), Descriptor.own(ends[1].intValue()));
    }

    /** A TCP socket that is connected to a server. */
    static Descriptor connected(ServerSocket server) throws IOException {
        Socket socket = Socket.newSocketStream();
        socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
        return Descriptor.own(socket.intValue());
    }

    /** An address that gives this descriptor away, whatever its name. */
    static MigrationAddress.Fd named(String name, Descriptor descriptor, boolean files) {
        return new MigrationAddress.Fd(name, names(descriptor), files);
    }

    private static DescriptorNames names(Descriptor descriptor) {
        return _ -> descriptor;
    }

    /** How many descriptors this process has open on what the predicate accepts. */
    static long open(String kind) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(path -> isOf(path, kind)).count();
        }
    }

    private static boolean isOf(Path path, String kind) {
        try {
            return Files.readSymbolicLink(path).toString().startsWith(kind);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
