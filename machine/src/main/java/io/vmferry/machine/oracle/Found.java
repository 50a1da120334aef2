package io.vmferry.machine.oracle;

import io.vmferry.machine.memory.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One word per page: which step it holds. Lazily mapped, so that a sparse guest pays only for the
 * pages it uses.
 */
final class Found {
    /** All zeros, or nothing known. */
    static final long ZERO = 0;

    /** Bytes that no step wrote, in a guest that had an initial memory image. */
    static final long IMAGE = -1;

    /** Bytes that cannot be right whatever the digest says. */
    static final long WRONG = -2;

    private final MemorySegment words;

    Found(long pages, Arena arena) {
        words = HostMemory.map(Math.max(1, pages) * Long.BYTES, arena);
    }

    /** The word for the content of a step. */
    static long step(long step) {
        return step + 1;
    }

    /** True when the word is that of a step. */
    static boolean isStep(long word) {
        return word > 0;
    }

    /** The step of such a word. */
    static long stepOf(long word) {
        return word - 1;
    }

    long get(long page) {
        return words.getAtIndex(ValueLayout.JAVA_LONG, page);
    }

    void put(long page, long word) {
        words.setAtIndex(ValueLayout.JAVA_LONG, page, word);
    }
}
