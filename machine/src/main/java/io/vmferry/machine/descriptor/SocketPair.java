package io.vmferry.machine.descriptor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Two stream sockets that are connected to each other ({@code socketpair(2)}). Neither blocks, and
 * no executed program inherits them.
 */
public record SocketPair(Descriptor near, Descriptor far) {

    private static final int AF_UNIX = 1;
    private static final int STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;

    /** Bound at the first pair: few processes need one. */
    private static final class PairCall {
        private static final MethodHandle CALL =
                NativeCall.bind(
                        "socketpair",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    }

    /** Makes a pair. */
    public static SocketPair open() throws DescriptorException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            DescriptorCalls.checked(
                    "socketpair",
                    state ->
                            (int)
                                    PairCall.CALL.invokeExact(
                                            state, AF_UNIX, STREAM_NONBLOCK_CLOEXEC, 0, ends));
            return new SocketPair(
                    Descriptor.own(ends.getAtIndex(JAVA_INT, 0)),
                    Descriptor.own(ends.getAtIndex(JAVA_INT, 1)));
        }
    }
}
