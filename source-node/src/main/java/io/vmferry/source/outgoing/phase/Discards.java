package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.ram.DirtyRuns;
import io.vmferry.source.outgoing.ram.UnsentPages;
import io.vmferry.source.outgoing.section.OutgoingSection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Sends, a piece at a time, the pages that the destination has to discard. QEMU's {@code
 * ram_postcopy_send_discard_bitmap}.
 *
 * <p>QEMU sends all of them while the guest is stopped. A guest that writes all over its memory has
 * tens of thousands of runs of such pages, and both sides need longer for them than for the rest of
 * the downtime. A page stays out of date until it is sent, so most discards can be sent while the
 * guest still runs.
 */
final class Discards {

    /** QEMU's {@code MAX_DISCARDS_PER_COMMAND}. */
    private static final int RANGES_PER_COMMAND = 12;

    /** Ranges that need not be sent ahead: two commands. */
    private static final int FEW_RANGES = 2 * RANGES_PER_COMMAND;

    /** A piece takes the destination some milliseconds at worst. */
    private static final int COMMANDS_PER_WRITE = 100;

    private final Deque<DirtyRuns> blocks;
    private final boolean everyBlock;
    private final long pages;

    private Discards(List<DirtyRuns> blocks, boolean everyBlock) {
        this.blocks = new ArrayDeque<>(blocks);
        this.everyBlock = everyBlock;
        this.pages = blocks.stream().mapToLong(DirtyRuns::pages).sum();
    }

    /** The discards since the last ones; empty if they can wait. To be called after a sync. */
    static Optional<Discards> ahead(OutgoingSection.RamSection ram) {
        ram.enterPostcopy();
        UnsentPages unsent = ram.scan().unsent();
        List<DirtyRuns> blocks = unsent.pendingDiscards();
        if (blocks.stream().mapToLong(DirtyRuns::count).sum() <= FEW_RANGES) {
            return Optional.empty();
        }
        unsent.discardsSent();
        return Optional.of(new Discards(blocks, false));
    }

    /** The last discards, once the guest is stopped. To be called after the last dirty sync. */
    static Discards last(OutgoingSection.RamSection ram) {
        ram.enterPostcopy();
        return new Discards(ram.scan().unsent().pendingDiscards(), true);
    }

    /** The number of pages. */
    long pages() {
        return pages;
    }

    boolean done() {
        return blocks.isEmpty();
    }

    /** Sends the next piece. */
    void write(MainChannel main) {
        main.send(this::write);
    }

    private void write(ByteBuf out) {
        int commands = 0;
        while (!blocks.isEmpty() && commands < COMMANDS_PER_WRITE) {
            DirtyRuns block = blocks.peek();
            List<Command.Range> ranges = block.next(RANGES_PER_COMMAND);
            if (ranges.isEmpty() && everyBlock) {
                // a destination that got no discard at all refuses to run
                ranges = List.of(new Command.Range(0, 0));
            }
            if (!ranges.isEmpty()) {
                StreamWriter.command(
                        out, new Command.PostcopyRamDiscard(block.block().idstr(), ranges));
                commands++;
            }
            if (block.done()) {
                blocks.remove();
            }
        }
    }
}
