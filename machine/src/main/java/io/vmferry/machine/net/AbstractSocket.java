package io.vmferry.machine.net;

import io.vmferry.machine.descriptor.Descriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A UNIX socket that is no file. Its address begins with a zero, and a name that is not tight has
 * zeros up to the end of the address, of which Netty leaves out the last.
 */
public final class AbstractSocket {

    private static final int AF_UNIX = 1;

    /** The layout of {@code struct sockaddr_un}: the family, and so much room for the path. */
    private static final int PATH_AT = 2;

    private static final int PATH_BYTES = 108;

    private AbstractSocket() {}

    /**
     * Connects.
     *
     * @return a socket that does not block, which is the caller's to close
     */
    static Descriptor connect(String name, boolean tight) throws IOException {
        return open(name, tight, SocketCalls::connect);
    }

    /**
     * Listens.
     *
     * @return a socket that does not block, which is the caller's to close
     */
    static Descriptor listen(String name, boolean tight, int backlog) throws IOException {
        return open(
                name,
                tight,
                (socket, address) -> {
                    SocketCalls.bind(socket, address);
                    SocketCalls.listen(socket, backlog);
                });
    }

    /** Whether an address of this name is seen to end with it. */
    public static boolean endsEarly(String name) {
        return bytes(name).length + 1 < PATH_BYTES;
    }

    private interface SocketStep {
        void run(Descriptor socket, MemorySegment address) throws IOException;
    }

    private static Descriptor open(String name, boolean tight, SocketStep step) throws IOException {
        byte[] bytes = bytes(name);
        if (bytes.length + 1 > PATH_BYTES) {
            throw new SocketFailure("UNIX socket path '" + name + "' is too long");
        }
        Descriptor socket = SocketCalls.stream(AF_UNIX);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address =
                    arena.allocate(PATH_AT + (tight ? bytes.length + 1 : PATH_BYTES), Short.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, PATH_AT + 1, bytes.length);
            step.run(socket, address);
            socket.blocking(false);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
