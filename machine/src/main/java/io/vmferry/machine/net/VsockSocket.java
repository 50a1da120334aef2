package io.vmferry.machine.net;

import io.vmferry.machine.descriptor.Descriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A socket between a virtual machine and its host, which neither Java nor Netty makes: descriptors
 * from Linux itself, for Netty's epoll channels.
 */
public final class VsockSocket {

    private static final int AF_VSOCK = 40;
    private static final int BACKLOG = 128;

    /** The layout of {@code struct sockaddr_vm}: family, port and machine at these places. */
    private static final int ADDRESS_BYTES = 16;

    private static final int PORT_AT = 4;
    private static final int CID_AT = 8;

    private VsockSocket() {}

    /**
     * Connects, which may take as long as the kernel waits.
     *
     * @return the descriptor, which does not block and is the caller's to close
     * @throws SocketFailure in QEMU's words
     */
    public static Descriptor connect(String cid, String port) throws IOException {
        return open(
                cid,
                port,
                (socket, address) ->
                        worded(
                                "Failed to connect to '%s:%s'".formatted(cid, port),
                                () -> SocketCalls.connect(socket, address)));
    }

    /**
     * Listens.
     *
     * @return the descriptor, which does not block and is the caller's to close
     * @throws SocketFailure in QEMU's words
     */
    public static Descriptor listen(String cid, String port) throws IOException {
        return open(
                cid,
                port,
                (socket, address) -> {
                    worded("Failed to bind socket", () -> SocketCalls.bind(socket, address));
                    worded("Failed to listen on socket", () -> SocketCalls.listen(socket, BACKLOG));
                });
    }

    private interface VsockStep {
        void run(Descriptor socket, MemorySegment address) throws IOException;
    }

    private interface WordedCall {
        void run() throws IOException;
    }

    private static void worded(String what, WordedCall call) throws SocketFailure {
        try {
            call.run();
        } catch (IOException e) {
            throw failure(what + ": " + SocketFailure.reason(e), e);
        }
    }

    private static Descriptor open(String cid, String port, VsockStep step) throws IOException {
        int machine = number("cid", cid);
        int service = number("port", port);
        Descriptor socket = socket();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_VSOCK);
            address.set(ValueLayout.JAVA_INT, PORT_AT, service);
            address.set(ValueLayout.JAVA_INT, CID_AT, machine);
            step.run(socket, address);
            socket.blocking(false);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static Descriptor socket() throws SocketFailure {
        try {
            return SocketCalls.stream(AF_VSOCK);
        } catch (IOException e) {
            throw failure(
                    "Failed to create socket family %d: %s"
                            .formatted(AF_VSOCK, SocketFailure.reason(e)),
                    e);
        }
    }

    private static int number(String what, String text) throws SocketFailure {
        try {
            return Integer.parseUnsignedInt(text.strip());
        } catch (NumberFormatException e) {
            throw failure("Failed to parse %s '%s'".formatted(what, text), e);
        }
    }

    private static SocketFailure failure(String message, Exception cause) {
        SocketFailure failure = new SocketFailure(message);
        failure.initCause(cause);
        return failure;
    }
}
