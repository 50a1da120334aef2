package io.vmferry.machine.memory;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.Optional;

/**
 * The memory calls of the C library. Every restricted foreign-function call that is given an
 * address is in this class, so that the code that could crash the JVM is in one place.
 *
 * <p>Mappings are anonymous, private and without swap reservation: their pages are allocated by the
 * kernel on first store, and reading an untouched page sees zeros.
 */
@SuppressWarnings("restricted")
public final class HostMemory {
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_POPULATE_WRITE = 23;
    private static final long MAP_FAILED = -1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final AddressLayout TEXT =
            ValueLayout.ADDRESS.withTargetLayout(
                    MemoryLayout.sequenceLayout(256, ValueLayout.JAVA_BYTE));

    private static final MethodHandle MMAP =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("mmap"),
                    FunctionDescriptor.of(
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG),
                    Linker.Option.captureCallState("errno"));

    /** Bindings that a start does not need: each is made when it is first used. */
    private static final class Munmap {
        private static final MethodHandle CALL =
                LINKER.downcallHandle(
                        LINKER.defaultLookup().findOrThrow("munmap"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    }

    private static final class Madvise {
        private static final MethodHandle CALL =
                LINKER.downcallHandle(
                        LINKER.defaultLookup().findOrThrow("madvise"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT),
                        Linker.Option.captureCallState("errno"));
    }

    private static final class Strerror {
        private static final MethodHandle CALL =
                LINKER.downcallHandle(
                        LINKER.defaultLookup().findOrThrow("strerror"),
                        FunctionDescriptor.of(TEXT, ValueLayout.JAVA_INT));
    }

    /** Without a transition of the thread's state, see {@link #copy}. */
    private static final class Memcpy {
        private static final MethodHandle CALL =
                LINKER.downcallHandle(
                        LINKER.defaultLookup().findOrThrow("memcpy"),
                        FunctionDescriptor.ofVoid(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG),
                        Linker.Option.critical(false));
    }

    private HostMemory() {}

    /**
     * Maps {@code lengthBytes} of zeros that cost nothing until they are stored to. The mapping
     * goes when {@code arena} is closed; an access after that throws instead of crashing. It may
     * not be closed while another thread copies pages, see {@link #copy}.
     *
     * @throws OutOfMemoryError when the kernel refuses the mapping
     */
    public static MemorySegment map(long lengthBytes, Arena arena) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment state = scratch.allocate(CALL_STATE);
            MemorySegment mapped =
                    (MemorySegment)
                            MMAP.invokeExact(
                                    state,
                                    MemorySegment.NULL,
                                    lengthBytes,
                                    PROT_READ_WRITE,
                                    MAP_PRIVATE_ANONYMOUS_NORESERVE,
                                    -1,
                                    0L);
            if (mapped.address() == MAP_FAILED) {
                throw new OutOfMemoryError(
                        "Cannot map "
                                + MemorySize.format(lengthBytes)
                                + " of memory: "
                                + errorText((int) ERRNO.get(state, 0L)));
            }
            return mapped.reinterpret(lengthBytes, arena, HostMemory::unmap);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("mmap could not be called", e);
        }
    }

    /**
     * Makes the bindings that a guest needs before it needs them; each takes milliseconds, which a
     * start or a migration would have to wait for.
     */
    public static void makeBindings() {
        MemorySegment page = map(RamBlock.PAGE_SIZE, Arena.ofAuto());
        Optional<String> _ = populate(page, 0, RamBlock.PAGE_SIZE);
        copy(page, page.address(), page.address() + RamBlock.PAGE_SIZE / 2, RamBlock.PAGE_SIZE / 2);
    }

    /**
     * Allocates the pages of a part of a mapping at once, which costs about half of taking one
     * fault per page. Where the kernel cannot do it, the stores fault one by one as usual.
     *
     * @return why the kernel has refused it, in the C library's words; empty if it has not
     */
    static Optional<String> populate(MemorySegment mapping, long offset, long lengthBytes) {
        return madvise(mapping, offset, lengthBytes, MADV_POPULATE_WRITE);
    }

    /** Gives the pages of a part of a mapping back to the kernel; they read as zeros afterwards. */
    static void discard(MemorySegment mapping, long offset, long lengthBytes) {
        if (madvise(mapping, offset, lengthBytes, MADV_DONTNEED).isPresent()) {
            mapping.asSlice(offset, lengthBytes).fill((byte) 0);
        }
    }

    private static Optional<String> madvise(
            MemorySegment mapping, long offset, long lengthBytes, int adviceCode) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment state = scratch.allocate(CALL_STATE);
            MemorySegment part = mapping.asSlice(offset, lengthBytes);
            int result = (int) Madvise.CALL.invokeExact(state, part, lengthBytes, adviceCode);
            return result == 0
                    ? Optional.empty()
                    : Optional.of(errorText((int) ERRNO.get(state, 0L)));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise could not be called", e);
        }
    }

    /**
     * Copies between two addresses that do not overlap, one of which lies in a mapping. The caller
     * answers for both: nothing is checked but that the mapping has not been closed, and no other
     * thread may close it meanwhile.
     *
     * <p>{@link MemorySegment#copy} has a fence after each copy where the code was compiled by C1,
     * which waits for all stores of the copy: a third of the time that a page takes.
     */
    static void copy(MemorySegment mapping, long from, long to, long lengthBytes) {
        if (!mapping.scope().isAlive()) {
            throw new IllegalStateException("The memory was unmapped");
        }
        try {
            Memcpy.CALL.invokeExact(to, from, lengthBytes);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("memcpy could not be called", e);
        } finally {
            Reference.reachabilityFence(mapping);
        }
    }

    private static void unmap(MemorySegment mapping) {
        try {
            int _ = (int) Munmap.CALL.invokeExact(mapping, mapping.byteSize());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("munmap could not be called", e);
        }
    }

    private static String errorText(int errno) throws Throwable {
        return ((MemorySegment) Strerror.CALL.invokeExact(errno)).getString(0);
    }
}
