package io.vmferry.machine.descriptor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The system calls about one descriptor; each throws the kernel's reason. */
final class DescriptorCalls {

    /** Commands of {@code fcntl(2)}. */
    private static final int F_GETFD = 1;

    private static final int FD_CLOEXEC = 1;
    private static final int F_GETFL = 3;

    private static final int F_SETFL = 4;
    private static final int F_SETFD = 2;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_SETPIPE_SZ = 1031;

    private static final int SOL_SOCKET = 1;
    private static final int SEEK_SET = 0;

    /** Of {@code statx(2)}: the descriptor itself, the type of its file, and where that stands. */
    private static final int AT_EMPTY_PATH = 0x1000;

    /** A network's file system is not asked, so that the call cannot block. */
    private static final int AT_STATX_DONT_SYNC = 0x4000;

    private static final int STATX_TYPE = 1;
    private static final int STATX_BYTES = 256;
    private static final int STATX_MODE_OFFSET = 28;

    private static final MethodHandle FCNTL =
            NativeCall.bindVariadic(
                    "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle CLOSE =
            NativeCall.bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle STATX =
            NativeCall.bind(
                    "statx",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle GETSOCKOPT =
            NativeCall.bind(
                    "getsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle READ =
            NativeCall.bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            NativeCall.bind(
                    "write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle FTRUNCATE =
            NativeCall.bind("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle LSEEK =
            NativeCall.bind(
                    "lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));

    private static final MethodHandle POLL =
            NativeCall.bind("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private DescriptorCalls() {}

    /** A call with its result, which is negative if it has failed. */
    @FunctionalInterface
    interface SystemCall {
        long invoke(MemorySegment state) throws Throwable;
    }

    static long checked(String function, SystemCall call) throws DescriptorException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = NativeCall.state(arena);
            while (true) {
                long result = call.invoke(state);
                if (result >= 0) {
                    return result;
                }
                int errno = NativeCall.errno(state);
                if (errno != NativeCall.EINTR) {
                    throw DescriptorException.of(errno);
                }
            }
        } catch (DescriptorException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeCall.impossible(function, e);
        }
    }

    private static int fcntl(int descriptor, int command, int argument) throws DescriptorException {
        return (int)
                checked(
                        "fcntl",
                        state -> (int) FCNTL.invokeExact(state, descriptor, command, argument));
    }

    static int flags(int descriptor) throws DescriptorException {
        return fcntl(descriptor, F_GETFL, 0);
    }

    /** Whether it is open and no executed program gets it, as none came to this process either. */
    static boolean closesOnExec(int descriptor) {
        try {
            return (fcntl(descriptor, F_GETFD, 0) & FD_CLOEXEC) != 0;
        } catch (DescriptorException notOpen) {
            return false;
        }
    }

    /** Keeps it from executed programs. */
    static void closeOnExec(int descriptor) throws DescriptorException {
        int _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }

    static void setFlags(int descriptor, int flags) throws DescriptorException {
        int _ = fcntl(descriptor, F_SETFL, flags);
    }

    /** Gives a pipe room for so many bytes, or more. */
    static void pipeSize(int descriptor, int bytes) throws DescriptorException {
        int _ = fcntl(descriptor, F_SETPIPE_SZ, bytes);
    }

    /** A second descriptor of the same open file, which no executed program inherits. */
    static int duplicate(int descriptor) throws DescriptorException {
        return fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    }

    /** Closes; Linux has closed the descriptor even where it reports an error. */
    static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(NativeCall.state(arena), descriptor);
        } catch (Throwable e) {
            throw NativeCall.impossible("close", e);
        }
    }

    static DescriptorKind kind(int descriptor) throws DescriptorException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(STATX_BYTES, Long.BYTES);
            MemorySegment noPath = arena.allocateFrom("");
            long _ =
                    checked(
                            "statx",
                            state ->
                                    (int)
                                            STATX.invokeExact(
                                                    state,
                                                    descriptor,
                                                    noPath,
                                                    AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
                                                    STATX_TYPE,
                                                    found));
            return DescriptorKind.ofMode(
                    Short.toUnsignedInt(found.get(JAVA_SHORT, STATX_MODE_OFFSET)));
        }
    }

    /** A number that is an option of a socket. */
    static int socketOption(int descriptor, int option) throws DescriptorException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            long _ =
                    checked(
                            "getsockopt",
                            state ->
                                    (int)
                                            GETSOCKOPT.invokeExact(
                                                    state,
                                                    descriptor,
                                                    SOL_SOCKET,
                                                    option,
                                                    value,
                                                    length));
            return value.get(JAVA_INT, 0);
        }
    }

    /** Whether one of the events has come within the time, or the descriptor is broken. */
    static boolean poll(int descriptor, short events, int limitMillis) throws DescriptorException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment polled = arena.allocate(Long.BYTES, Integer.BYTES);
            polled.set(JAVA_INT, 0, descriptor);
            polled.set(JAVA_SHORT, Integer.BYTES, events);
            return checked("poll", state -> (int) POLL.invokeExact(state, polled, 1L, limitMillis))
                    > 0;
        }
    }

    static long read(int descriptor, MemorySegment into) throws DescriptorException {
        return checked(
                "read", state -> (long) READ.invokeExact(state, descriptor, into, into.byteSize()));
    }

    static void truncate(int descriptor, long lengthBytes) throws DescriptorException {
        long _ =
                checked(
                        "ftruncate",
                        state -> (int) FTRUNCATE.invokeExact(state, descriptor, lengthBytes));
    }

    static void seek(int descriptor, long offset) throws DescriptorException {
        long _ =
                checked(
                        "lseek",
                        state -> (long) LSEEK.invokeExact(state, descriptor, offset, SEEK_SET));
    }

    static long write(int descriptor, MemorySegment from) throws DescriptorException {
        return checked(
                "write",
                state -> (long) WRITE.invokeExact(state, descriptor, from, from.byteSize()));
    }
}
