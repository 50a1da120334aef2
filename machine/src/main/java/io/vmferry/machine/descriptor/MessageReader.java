package io.vmferry.machine.descriptor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a UNIX socket with the descriptors that come along, by {@code recvmsg(2)}. A plain read
 * would lose them. It never waits.
 *
 * <p>The kernel gives the descriptors of a message together with its first byte, but does not say
 * which byte of a longer read that was. Where they stand among the bytes decides which command gets
 * them, so that a look ahead (MSG_PEEK) finds out whether descriptors are there at all, and if so,
 * bytes are read one by one until they have come.
 */
public final class MessageReader {

    /** How many descriptors a message may bring, as in QEMU; the rest is closed. */
    public static final int MAX_DESCRIPTORS = 16;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SCM_PIDFD = 4;

    /** Flags of {@code recvmsg(2)}. */
    private static final int MSG_PEEK = 0x2;

    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /** {@code struct msghdr}: where its members are. */
    private static final int HEADER_BYTES = 56;

    private static final int VECTOR = 16;
    private static final int VECTOR_LENGTH = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;

    /** {@code struct cmsghdr}: length, level and type, before the data. */
    private static final int CONTROL_HEADER_BYTES = 16;

    /** Room for the descriptors behind all that may stand before them. */
    private static final int CONTROL_BYTES = 512;

    private static final MethodHandle RECVMSG =
            NativeCall.bind(
                    "recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    private final int socket;
    private final MemorySegment data;
    private final MemorySegment header;
    private final MemorySegment vector;
    private final MemorySegment control;
    private final MemorySegment state;

    /**
     * A reader of a socket, which stays its owner's.
     *
     * @param maxBytes how much one read brings at most
     */
    public MessageReader(int socket, int maxBytes) {
        Arena arena = Arena.ofAuto();
        this.socket = socket;
        this.data = arena.allocate(maxBytes);
        this.header = arena.allocate(HEADER_BYTES, Long.BYTES);
        this.vector = arena.allocate(ADDRESS, 2);
        this.control = arena.allocate(CONTROL_BYTES, Long.BYTES);
        this.state = NativeCall.state(arena);
        header.set(ADDRESS, VECTOR, vector);
        header.set(JAVA_LONG, VECTOR_LENGTH, 1);
    }

    /** What a read found. */
    public enum ReadResult {
        /** Bytes, and perhaps descriptors. */
        SOMETHING,
        /** Nothing yet. */
        NOTHING,
        /** The peer sends no more. */
        END
    }

    /** Takes what has been read, in its order. */
    public interface MessageSink {

        /** Takes bytes, which are valid during the call. */
        void bytes(ByteBuffer bytes);

        /** Takes descriptors, which came with the byte that follows and are the sink's to close. */
        void descriptors(List<Descriptor> descriptors);
    }

    /**
     * Reads what is there.
     *
     * @throws DescriptorException the kernel's reason why the connection is broken
     */
    public ReadResult read(MessageSink sink) throws DescriptorException {
        long seen = receive(0, data.byteSize(), MSG_PEEK);
        if (seen <= 0) {
            return seen < 0 ? ReadResult.NOTHING : ReadResult.END;
        }
        if ((header.get(JAVA_INT, FLAGS) & MSG_CTRUNC) == 0) {
            long read = receive(0, seen, 0);
            give(sink, read, received(), 0);
        } else {
            readToDescriptors(seen, sink);
        }
        return ReadResult.SOMETHING;
    }

    private void readToDescriptors(long seen, MessageSink sink) throws DescriptorException {
        long read = 0;
        List<Descriptor> received = List.of();
        while (read < seen && received.isEmpty() && receive(read, 1, 0) > 0) {
            received = received();
            read++;
        }
        give(sink, read, received, Math.max(0, read - 1));
    }

    /** Gives bytes to the sink, with descriptors before the one at an offset. */
    private void give(MessageSink sink, long read, List<Descriptor> received, long offset) {
        ByteBuffer bytes = data.asByteBuffer();
        if (received.isEmpty()) {
            sink.bytes(bytes.slice(0, (int) read));
            return;
        }
        if (offset > 0) {
            sink.bytes(bytes.slice(0, (int) offset));
        }
        sink.descriptors(received);
        sink.bytes(bytes.slice((int) offset, (int) (read - offset)));
    }

    /**
     * Receives once.
     *
     * @return how many bytes, 0 at the end, -1 when there is nothing yet
     */
    private long receive(long offset, long lengthBytes, int flags) throws DescriptorException {
        boolean look = flags == MSG_PEEK;
        vector.setAtIndex(ADDRESS, 0, data.asSlice(offset, lengthBytes));
        vector.setAtIndex(JAVA_LONG, 1, lengthBytes);
        header.set(ADDRESS, CONTROL, look ? MemorySegment.NULL : control);
        header.set(JAVA_LONG, CONTROL_LENGTH, look ? 0 : CONTROL_BYTES);
        header.set(JAVA_INT, FLAGS, 0);
        while (true) {
            long result = call(flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
            int errno = result < 0 ? NativeCall.errno(state) : 0;
            if (errno == NativeCall.EAGAIN) {
                return -1;
            }
            if (errno == 0) {
                return result;
            }
            if (errno != NativeCall.EINTR) {
                throw DescriptorException.of(errno);
            }
        }
    }

    private long call(int flags) {
        try {
            return (long) RECVMSG.invokeExact(state, socket, header, flags);
        } catch (Throwable e) {
            throw NativeCall.impossible("recvmsg", e);
        }
    }

    /**
     * The descriptors of the call before. Other control messages come where the socket was told to:
     * credentials, which are ignored, and a descriptor of the sending process, which is closed.
     */
    private List<Descriptor> received() {
        long filled = Math.min(header.get(JAVA_LONG, CONTROL_LENGTH), CONTROL_BYTES);
        List<Descriptor> received = new ArrayList<>();
        List<Descriptor> unwanted = new ArrayList<>();
        long at = 0;
        while (at + CONTROL_HEADER_BYTES <= filled) {
            long end = Math.min(at + control.get(JAVA_LONG, at), filled);
            if (control.get(JAVA_INT, at + Long.BYTES) == SOL_SOCKET) {
                int type = control.get(JAVA_INT, at + Long.BYTES + Integer.BYTES);
                if (type == SCM_RIGHTS) {
                    take(at + CONTROL_HEADER_BYTES, end, received);
                } else if (type == SCM_PIDFD) {
                    take(at + CONTROL_HEADER_BYTES, end, unwanted);
                }
            }
            at = Math.max(at + CONTROL_HEADER_BYTES, aligned(end));
        }
        while (received.size() > MAX_DESCRIPTORS) {
            unwanted.add(received.removeLast());
        }
        unwanted.forEach(Descriptor::close);
        return received;
    }

    private static long aligned(long offset) {
        return (offset + Long.BYTES - 1) & -Long.BYTES;
    }

    private void take(long from, long to, List<Descriptor> into) {
        for (long at = from; at + Integer.BYTES <= to; at += Integer.BYTES) {
            int number = control.get(JAVA_INT, at);
            if (number >= 0) {
                into.add(waiting(Descriptor.own(number)));
            }
        }
    }

    /** It waits for input if it is read from, as QEMU's. */
    private static Descriptor waiting(Descriptor received) {
        try {
            received.blocking(true);
        } catch (DescriptorException e) {
            // it stays as its sender has it, which whoever uses it can deal with
        }
        return received;
    }
}
