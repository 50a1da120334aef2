package io.vmferry.dest.incoming;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.List;

/** POSTCOPY_RAM_DISCARD: checks the ranges of one command and discards them. */
final class DiscardedRanges {

    private DiscardedRanges() {}

    /**
     * Discards ranges of a block, in order, up to the first one that is refused.
     *
     * @throws StreamException for a block that does not exist, or a range outside of it
     */
    static void discard(GuestRam ram, String name, List<Command.Range> ranges)
            throws StreamException {
        RamBlock block =
                ram.block(name)
                        .orElseThrow(() ->
                                StreamException.of(
                                        StreamError.DISCARD_BLOCK,
                                        "unknown RAM block " + WireStrings.quote(name)));
        for (Command.Range range : ranges) {
            discard(block, range.startBytes(), range.lengthBytes());
        }
    }

    private static void discard(RamBlock block, long startBytes, long lengthBytes)
            throws StreamException {
        long pageBytes = block.pageSizeBytes();
        if (startBytes % pageBytes != 0) {
            throw StreamException.of(
                    StreamError.DISCARD_ALIGNMENT,
                    "discard at 0x%x of '%s', whose pages have %d bytes"
                            .formatted(startBytes, block.idstr(), pageBytes));
        }
        boolean inside =
                startBytes >= 0
                        && lengthBytes >= 0
                        && startBytes <= block.lengthBytes()
                        && lengthBytes <= block.lengthBytes() - startBytes;
        if (!inside) {
            throw StreamException.of(
                    StreamError.DISCARD_RANGE,
                    "discard of 0x%x bytes at 0x%x of '%s', which has 0x%x bytes"
                            .formatted(
                                    lengthBytes, startBytes, block.idstr(), block.lengthBytes()));
        }
        long from = startBytes >>> RamBlock.PAGE_SHIFT;
        long pages = (lengthBytes + RamBlock.PAGE_SIZE - 1) >>> RamBlock.PAGE_SHIFT;
        block.discard(from, from + pages);
    }
}
