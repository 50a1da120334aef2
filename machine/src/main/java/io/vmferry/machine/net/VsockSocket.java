package io.vmferry.machine.net;

import io.netty.channel.unix.Errors;
import io.vmferry.machine.descriptor.Descriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * A socket between a virtual machine and its host, which neither Java nor Netty makes: descriptors
 * from Linux itself, for Netty's epoll channels.
 */
@SuppressWarnings("restricted")
public final class VsockSocket {

    private static final int AF_VSOCK = 40;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int BACKLOG = 128;

    /** The layout of {@code struct sockaddr_vm}: family, port and machine at these places. */
    private static final int ADDRESS_BYTES = 16;

    private static final int PORT_AT = 4;
    private static final int CID_AT = 8;

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET =
            bind("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle CONNECT =
            bind("connect", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle BIND =
            bind("bind", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle LISTEN =
            bind("listen", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private VsockSocket() {}

    private static MethodHandle bind(String function, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }

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
                (state, socket, address) -> {
                    if ((int) CONNECT.invokeExact(state, socket, address, ADDRESS_BYTES) != 0) {
                        throw failure("Failed to connect to '%s:%s'".formatted(cid, port), state);
                    }
                });
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
                (state, socket, address) -> {
                    if ((int) BIND.invokeExact(state, socket, address, ADDRESS_BYTES) != 0) {
                        throw failure("Failed to bind socket", state);
                    }
                    if ((int) LISTEN.invokeExact(state, socket, BACKLOG) != 0) {
                        throw failure("Failed to listen on socket", state);
                    }
                });
    }

    private interface VsockStep {
        void run(MemorySegment state, int socket, MemorySegment address) throws Throwable;
    }

    private static Descriptor open(String cid, String port, VsockStep step) throws IOException {
        int machine = number("cid", cid);
        int service = number("port", port);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_VSOCK);
            address.set(ValueLayout.JAVA_INT, PORT_AT, service);
            address.set(ValueLayout.JAVA_INT, CID_AT, machine);
            int socket = (int) SOCKET.invokeExact(state, AF_VSOCK, SOCK_STREAM_CLOEXEC, 0);
            if (socket < 0) {
                throw failure("Failed to create socket family %d".formatted(AF_VSOCK), state);
            }
            Descriptor owned = Descriptor.own(socket);
            try {
                step.run(state, socket, address);
                owned.blocking(false);
                return owned;
            } catch (Throwable e) {
                owned.close();
                throw e;
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("vsock cannot be used", e);
        }
    }

    private static int number(String what, String text) throws SocketFailure {
        try {
            return Integer.parseUnsignedInt(text.strip());
        } catch (NumberFormatException e) {
            SocketFailure failure =
                    new SocketFailure("Failed to parse %s '%s'".formatted(what, text));
            failure.initCause(e);
            throw failure;
        }
    }

    private static SocketFailure failure(String what, MemorySegment state) {
        int errno = (int) ERRNO.get(state, 0L);
        return new SocketFailure(
                what + ": " + SocketFailure.reason(Errors.newIOException("vsock", -errno)));
    }
}
