package io.vmferry.machine.memory;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All RAM of one guest. The owner closes it when no thread and no queued write refers to it any
 * more; an access after that throws.
 */
public final class GuestRam implements AutoCloseable {
    private final Arena arena;
    private final List<RamBlock> blocks;
    private final long pageCount;

    private GuestRam(Arena arena, List<RamBlock> blocks) {
        this.arena = arena;
        this.blocks = List.copyOf(blocks);
        this.pageCount = blocks.stream().mapToLong(RamBlock::pageCount).sum();
    }

    /** Maps the blocks, in this order; none of their pages is allocated yet. */
    public static GuestRam allocate(List<RamBlockSpec> specs) {
        Arena arena = Arena.ofShared();
        try {
            Set<String> names = new HashSet<>();
            List<RamBlock> blocks = new ArrayList<>();
            long firstPage = 0;
            for (RamBlockSpec spec : specs) {
                if (!names.add(spec.idstr())) {
                    throw new IllegalArgumentException(
                            "Two RAM blocks have the name '" + spec.idstr() + "'");
                }
                RamBlock block = new RamBlock(spec, blocks.size(), firstPage, arena);
                blocks.add(block);
                firstPage += block.pageCount();
            }
            return new GuestRam(arena, blocks);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    public List<RamBlock> blocks() {
        return blocks;
    }

    public Optional<RamBlock> block(String idstr) {
        for (RamBlock block : blocks) {
            if (block.idstr().equals(idstr)) {
                return Optional.of(block);
            }
        }
        return Optional.empty();
    }

    /** The block that holds a page by its guest-wide number. */
    public RamBlock blockOfPage(long guestPage) {
        for (int i = blocks.size() - 1; i >= 0; i--) {
            RamBlock block = blocks.get(i);
            if (guestPage >= block.firstPage()
                    && guestPage - block.firstPage() < block.pageCount()) {
                return block;
            }
        }
        throw new IndexOutOfBoundsException(
                "Page " + guestPage + " is outside of a guest of " + pageCount + " pages");
    }

    public long totalBytes() {
        return pageCount << RamBlock.PAGE_SHIFT;
    }

    public long pageCount() {
        return pageCount;
    }

    /** The page sizes of all blocks, or-ed: what POSTCOPY_ADVISE compares. */
    public long pageSizeSummary() {
        return blocks.stream().mapToLong(RamBlock::pageSizeBytes).reduce(0, (a, b) -> a | b);
    }

    /** Destination: sets the pass number of pages received from now on. */
    public void receivingPass(int pass) {
        blocks.forEach(block -> block.receivingPass(pass));
    }

    /** Unmaps everything. */
    @Override
    public void close() {
        blocks.forEach(RamBlock::close);
        arena.close();
    }
}
