package io.vmferry.machine.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The width of a terminal, as the kernel knows it. */
@SuppressWarnings("restricted")
public final class TerminalColumns {

    /** What a terminal that tells no width is taken for. */
    static final int USUAL = 80;

    /** The request TIOCGWINSZ, whose result is struct winsize: rows, columns and two more. */
    private static final long GET_WINDOW_SIZE = 0x5413;

    private static final int WINDOW_SIZE_BYTES = 8;
    private static final int COLUMNS_OFFSET = 2;

    private static final MethodHandle IOCTL =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("ioctl"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.ADDRESS),
                            Linker.Option.firstVariadicArg(2));

    private TerminalColumns() {}

    /** The columns of the terminal that a descriptor is open on. */
    public static int of(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(WINDOW_SIZE_BYTES);
            int result = (int) IOCTL.invokeExact(descriptor, GET_WINDOW_SIZE, size);
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, COLUMNS_OFFSET));
            return result != 0 || columns == 0 ? USUAL : columns;
        } catch (Throwable e) {
            throw new AssertionError("ioctl cannot be called", e);
        }
    }
}
