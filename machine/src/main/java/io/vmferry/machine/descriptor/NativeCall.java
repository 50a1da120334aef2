package io.vmferry.machine.descriptor;

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

/** Bindings of the C library's functions, and why a call has failed. */
@SuppressWarnings("restricted")
final class NativeCall {

    static final int ENOENT = 2;
    static final int EACCES = 13;
    static final int EINVAL = 22;

    /** The call was interrupted by a signal and may be repeated. */
    static final int EINTR = 4;

    /** Nothing to read, or no room to write. */
    static final int EAGAIN = 11;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final AddressLayout TEXT =
            ValueLayout.ADDRESS.withTargetLayout(
                    MemoryLayout.sequenceLayout(256, ValueLayout.JAVA_BYTE));

    private static final class ErrorTextCall {
        private static final MethodHandle CALL =
                LINKER.downcallHandle(
                        LINKER.defaultLookup().findOrThrow("strerror"),
                        FunctionDescriptor.of(TEXT, ValueLayout.JAVA_INT));
    }

    private NativeCall() {}

    /** A function whose first argument is the memory that {@link #state} allocates. */
    static MethodHandle bind(String function, FunctionDescriptor type) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(function),
                type,
                Linker.Option.captureCallState("errno"));
    }

    /** The same for a function with a variable number of arguments, from the given one on. */
    static MethodHandle bindVariadic(String function, FunctionDescriptor type, int firstVariadic) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(function),
                type,
                Linker.Option.firstVariadicArg(firstVariadic),
                Linker.Option.captureCallState("errno"));
    }

    /** Memory for the error number of a call. */
    static MemorySegment state(Arena arena) {
        return arena.allocate(STATE);
    }

    /** The error number of the call that has just failed. */
    static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    /** What the C library says about an error number. */
    static String text(int errno) {
        try {
            return ((MemorySegment) ErrorTextCall.CALL.invokeExact(errno)).getString(0);
        } catch (Throwable e) {
            throw impossible("strerror", e);
        }
    }

    /** The failure to call a function at all. */
    static IllegalStateException impossible(String function, Throwable cause) {
        return new IllegalStateException(function + " cannot be called", cause);
    }
}
