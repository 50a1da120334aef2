package io.vmferry.machine.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * How wide an output is: as the terminal that it goes to, without one as the environment variable
 * COLUMNS says, else 80 columns. {@code measure} of the scripts has the same rule.
 */
@SuppressWarnings("restricted")
public final class TerminalColumns {

    /** The width of most terminals. */
    static final int USUAL = 80;

    private TerminalColumns() {}

    /** The columns of what a descriptor is open on. */
    public static int of(int descriptor) {
        int known = WindowSize.columns(descriptor);
        return known > 0 ? known : told();
    }

    /**
     * The columns without a look at the terminal. The launchers measure it and set COLUMNS for who
     * has no time to load what calls the kernel.
     */
    public static int told() {
        return told(System.getenv("COLUMNS"));
    }

    static int told(@Nullable String columns) {
        return columns != null && columns.matches("[1-9][0-9]{0,4}")
                ? Integer.parseInt(columns)
                : USUAL;
    }

    /** What calls the kernel, which takes a while to load. */
    private static final class WindowSize {

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

        /** The columns of a terminal; 0 if it does not say, or is none. */
        static int columns(int descriptor) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment size = arena.allocate(WINDOW_SIZE_BYTES);
                int result = (int) IOCTL.invokeExact(descriptor, GET_WINDOW_SIZE, size);
                int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, COLUMNS_OFFSET));
                return result == 0 ? columns : 0;
            } catch (Throwable e) {
                throw new AssertionError("ioctl cannot be called", e);
            }
        }
    }
}
