package io.vmferry.machine.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.netty.channel.unix.Errors;
import io.vmferry.machine.descriptor.Descriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** System calls for sockets whose addresses neither Java nor Netty makes. */
@SuppressWarnings("restricted")
final class SocketCalls {

    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = bind("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CONNECT = bind("connect", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle BIND = bind("bind", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LISTEN = bind("listen", JAVA_INT, JAVA_INT);

    private SocketCalls() {}

    private static MethodHandle bind(String function, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /** A call, which has failed if it returns something negative. */
    private interface SocketCall {
        int invoke(MemorySegment state) throws Throwable;
    }

    private static int checked(String function, SocketCall call) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int result = call.invoke(state);
            if (result < 0) {
                throw Errors.newIOException(function, -(int) ERRNO.get(state, 0L));
            }
            return result;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(function + " cannot be called", e);
        }
    }

    /** A new socket for a stream. */
    static Descriptor stream(int family) throws IOException {
        return Descriptor.own(
                checked(
                        "socket",
                        state -> (int) SOCKET.invokeExact(state, family, SOCK_STREAM_CLOEXEC, 0)));
    }

    /** Connects, which may take as long as the kernel waits. */
    static void connect(Descriptor socket, MemorySegment address) throws IOException {
        int number = socket.number();
        int length = (int) address.byteSize();
        int _ =
                checked(
                        "connect",
                        state -> (int) CONNECT.invokeExact(state, number, address, length));
    }

    static void bind(Descriptor socket, MemorySegment address) throws IOException {
        int number = socket.number();
        int length = (int) address.byteSize();
        int _ = checked("bind", state -> (int) BIND.invokeExact(state, number, address, length));
    }

    static void listen(Descriptor socket, int backlog) throws IOException {
        int number = socket.number();
        int _ = checked("listen", state -> (int) LISTEN.invokeExact(state, number, backlog));
    }
}
