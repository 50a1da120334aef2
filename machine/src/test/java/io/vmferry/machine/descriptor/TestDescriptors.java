package io.vmferry.machine.descriptor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Descriptors for tests, and a look at those that this process has open. */
public final class TestDescriptors {

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int READABLE_BY_ALL = 0644;

    private static final MethodHandle OPEN =
            NativeCall.bindVariadic(
                    "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle PIPE2 =
            NativeCall.bind("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SOCKETPAIR =
            NativeCall.bind(
                    "socketpair",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

    private static final MethodHandle SETSOCKOPT =
            NativeCall.bind(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    private static final MethodHandle FCNTL =
            NativeCall.bindVariadic(
                    "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 2);

    private TestDescriptors() {}

    /** Replaces a descriptor by one that looks as if the process had inherited it. */
    public static Descriptor inheritable(Descriptor descriptor) {
        try (descriptor;
                Arena arena = Arena.ofConfined()) {
            MemorySegment state = NativeCall.state(arena);
            int duplicating = 0;
            return owned(
                    state, (int) FCNTL.invokeExact(state, descriptor.number(), duplicating, 0));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Opens a file as {@code open(2)} does. */
    public static Descriptor open(Path path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString());
            MemorySegment state = NativeCall.state(arena);
            return owned(
                    state, (int) OPEN.invokeExact(state, name, flags | O_CLOEXEC, READABLE_BY_ALL));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The end of a new pipe to read from, and the one to write to. */
    public static List<Descriptor> pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            MemorySegment state = NativeCall.state(arena);
            owned(state, (int) PIPE2.invokeExact(state, ends, O_CLOEXEC)).release();
            return both(ends);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Two connected UNIX sockets. */
    public static List<Descriptor> socketPair() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            MemorySegment state = NativeCall.state(arena);
            int result = (int) SOCKETPAIR.invokeExact(state, AF_UNIX, SOCK_STREAM_CLOEXEC, 0, ends);
            owned(state, result).release();
            return both(ends);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static List<Descriptor> both(MemorySegment ends) {
        return List.of(
                Descriptor.own(ends.getAtIndex(JAVA_INT, 0)),
                Descriptor.own(ends.getAtIndex(JAVA_INT, 1)));
    }

    private static Descriptor owned(MemorySegment state, int result) {
        if (result < 0) {
            throw new AssertionError(NativeCall.text(NativeCall.errno(state)));
        }
        return Descriptor.own(result);
    }

    /** Has a UNIX socket receive who has sent each message, and a descriptor of that process. */
    public static void askForCredentials(Descriptor socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
            MemorySegment state = NativeCall.state(arena);
            int passCredentials = 16;
            int passProcess = 76;
            int result =
                    (int) SETSOCKOPT.invokeExact(state, socket.number(), 1, passCredentials, on, 4);
            owned(state, result).release();
            // older kernels know nothing of it
            int _ = (int) SETSOCKOPT.invokeExact(state, socket.number(), 1, passProcess, on, 4);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** How many descriptors this process has open on processes. */
    public static long openOnProcesses() {
        return open(target -> target.contains("pidfd"));
    }

    /** Writes a text that is shorter than any buffer. */
    public static void write(Descriptor descriptor, String text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            MemorySegment memory = arena.allocate(bytes.length);
            memory.asByteBuffer().put(bytes);
            long _ = descriptor.write(memory);
        }
    }

    /**
     * Sends a text, which has at least one character, and descriptors along with it.
     *
     * @throws DescriptorException the kernel's reason why not
     */
    public static void send(Descriptor socket, String text, List<Descriptor> along)
            throws DescriptorException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            MemorySegment data = arena.allocate(bytes.length);
            data.asByteBuffer().put(bytes);
            if (MessageWriter.write(socket, data, along) != bytes.length) {
                throw new AssertionError("Only a part was sent");
            }
        }
    }

    /** Reads once. */
    public static String read(Descriptor descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(100);
            byte[] bytes = new byte[(int) descriptor.read(memory)];
            memory.asByteBuffer().get(bytes);
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    }

    /** How many descriptors this process has open on a file. */
    public static long openOn(Path file) {
        return open(target -> target.equals(file.toString()));
    }

    private static long open(Predicate<String> wanted) {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(descriptor -> wanted.test(target(descriptor))).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a descriptor is open on, as the kernel prints it. */
    public static String target(int descriptor) {
        return target(Path.of("/proc/self/fd/" + descriptor));
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed"; // the one of the directory's listing
        }
    }
}
