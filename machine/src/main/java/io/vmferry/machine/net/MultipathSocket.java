package io.vmferry.machine.net;

import io.netty.channel.unix.Errors;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * A socket of multipath TCP, which neither Java nor Netty makes: a descriptor from Linux itself,
 * for Netty's epoll channels.
 */
@SuppressWarnings("restricted")
final class MultipathSocket {

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
    private static final int IPPROTO_MPTCP = 262;

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("socket"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT),
                            Linker.Option.captureCallState("errno"));

    private MultipathSocket() {}

    /**
     * Makes a socket that is not connected yet.
     *
     * @return its descriptor, which is the caller's to close
     * @throws SocketFailure with QEMU's text where the kernel refuses
     */
    static int open(boolean ipv6) throws SocketFailure {
        int family = ipv6 ? AF_INET6 : AF_INET;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int descriptor =
                    (int)
                            SOCKET.invokeExact(
                                    state, family, SOCK_STREAM_NONBLOCK_CLOEXEC, IPPROTO_MPTCP);
            if (descriptor >= 0) {
                return descriptor;
            }
            int errno = (int) ERRNO.get(state, 0L);
            throw new SocketFailure(
                    "Failed to create socket family %d: %s"
                            .formatted(
                                    family,
                                    SocketFailure.reason(Errors.newIOException("socket", -errno))));
        } catch (SocketFailure e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("socket cannot be called", e);
        }
    }
}
