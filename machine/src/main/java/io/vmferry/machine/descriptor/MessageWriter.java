package io.vmferry.machine.descriptor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** Writes to a UNIX socket with descriptors along, by {@code sendmsg(2)}. */
public final class MessageWriter {

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    /** An error instead of a signal when the peer is gone. */
    private static final int MSG_NOSIGNAL = 0x4000;

    /** {@code struct msghdr}: where its members are. */
    private static final int HEADER_BYTES = 56;

    private static final int VECTOR = 16;
    private static final int VECTOR_LENGTH = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;

    /** {@code struct cmsghdr}: length, level and type, before the data. */
    private static final int CONTROL_HEADER_BYTES = 16;

    private static final MethodHandle SENDMSG =
            NativeCall.bind(
                    "sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    private MessageWriter() {}

    /**
     * Writes once, and waits for room if the socket is blocking.
     *
     * @param bytes of which there is at least one, outside the heap
     * @param along which stay the caller's
     * @return how many bytes were taken; all descriptors were, with the first of them
     * @throws DescriptorException the kernel's reason why not
     */
    public static long write(Descriptor socket, MemorySegment bytes, List<Descriptor> along)
            throws DescriptorException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(ADDRESS, 2);
            vector.setAtIndex(ADDRESS, 0, bytes);
            vector.setAtIndex(JAVA_LONG, 1, bytes.byteSize());
            MemorySegment header = arena.allocate(HEADER_BYTES, Long.BYTES);
            header.set(ADDRESS, VECTOR, vector);
            header.set(JAVA_LONG, VECTOR_LENGTH, 1);
            if (!along.isEmpty()) {
                MemorySegment control = rights(arena, along);
                header.set(ADDRESS, CONTROL, control);
                header.set(JAVA_LONG, CONTROL_LENGTH, control.byteSize());
            }
            int number = socket.number();
            return DescriptorCalls.checked(
                    "sendmsg",
                    state -> (long) SENDMSG.invokeExact(state, number, header, MSG_NOSIGNAL));
        }
    }

    private static MemorySegment rights(Arena arena, List<Descriptor> along) {
        long lengthBytes = CONTROL_HEADER_BYTES + (long) along.size() * Integer.BYTES;
        MemorySegment control = arena.allocate((lengthBytes + 7) & -Long.BYTES, Long.BYTES);
        control.set(JAVA_LONG, 0, lengthBytes);
        control.set(JAVA_INT, Long.BYTES, SOL_SOCKET);
        control.set(JAVA_INT, Long.BYTES + Integer.BYTES, SCM_RIGHTS);
        for (int i = 0; i < along.size(); i++) {
            control.set(
                    JAVA_INT,
                    CONTROL_HEADER_BYTES + (long) i * Integer.BYTES,
                    along.get(i).number());
        }
        return control;
    }
}
