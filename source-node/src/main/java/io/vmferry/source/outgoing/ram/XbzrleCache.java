package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.HostMemory;
import io.vmferry.machine.memory.RamBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The last content that was sent of some pages, each in the slot that its number leads to (QEMU's
 * {@code PageCache}). Memory is mapped at once and taken by the kernel slot by slot, as slots are
 * filled: at most the size of the cache and a 256th of it. Belongs to one thread.
 */
final class XbzrleCache implements AutoCloseable {

    /** The passes in which a page is not replaced after it was last sent. */
    private static final long LIFETIME = 2;

    /** A tag is the number of the page, from 1 on since 0 is an empty slot, and its age. */
    private static final long TAG_BYTES = 2 * Long.BYTES;

    private final Arena arena;
    private final MemorySegment pages;
    private final MemorySegment tags;
    private final long mask;

    private XbzrleCache(Arena arena, MemorySegment pages, MemorySegment tags) {
        this.arena = arena;
        this.pages = pages;
        this.tags = tags;
        this.mask = (pages.byteSize() >>> RamBlock.PAGE_SHIFT) - 1;
    }

    /**
     * Maps an empty cache.
     *
     * @param sizeBytes a power of two, at least a page
     * @throws OutOfMemoryError when the kernel refuses it
     */
    static XbzrleCache map(long sizeBytes) {
        if (sizeBytes < 0) {
            throw new OutOfMemoryError("Cannot map 8 EiB of memory");
        }
        Arena arena = Arena.ofShared();
        try {
            long slots = sizeBytes >>> RamBlock.PAGE_SHIFT;
            MemorySegment tags = HostMemory.map(slots * TAG_BYTES, arena);
            return new XbzrleCache(arena, HostMemory.map(sizeBytes, arena), tags);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    long sizeBytes() {
        return pages.byteSize();
    }

    /** The content of all slots. */
    MemorySegment pages() {
        return pages;
    }

    /**
     * Looks a page up, which makes it as young as the pass.
     *
     * @param page its number in the guest
     * @return where its content begins in {@link #pages}, or -1
     */
    long find(long page, long pass) {
        long tag = tagOf(page);
        if (tags.get(ValueLayout.JAVA_LONG, tag) != page + 1) {
            return -1;
        }
        tags.set(ValueLayout.JAVA_LONG, tag + Long.BYTES, pass);
        return contentOf(page);
    }

    /**
     * Gives a page its slot, unless a page is there that was sent lately.
     *
     * @return where its content has to be stored in {@link #pages}, or -1
     */
    long insert(long page, long pass) {
        long tag = tagOf(page);
        long there = tags.get(ValueLayout.JAVA_LONG, tag);
        if (there != 0
                && there != page + 1
                && tags.get(ValueLayout.JAVA_LONG, tag + Long.BYTES) + LIFETIME > pass) {
            return -1;
        }
        tags.set(ValueLayout.JAVA_LONG, tag, page + 1);
        tags.set(ValueLayout.JAVA_LONG, tag + Long.BYTES, pass);
        return contentOf(page);
    }

    private long tagOf(long page) {
        return (page & mask) * TAG_BYTES;
    }

    private long contentOf(long page) {
        return (page & mask) << RamBlock.PAGE_SHIFT;
    }

    @Override
    public void close() {
        arena.close();
    }
}
