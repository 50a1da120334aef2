package io.vmferry.protocol.stream;

import java.util.List;
import java.util.Optional;

/**
 * A command of the main channel: {@code 08, u16 type, u16 length, payload}. One record per {@link
 * CommandType}.
 */
public sealed interface Command {

    /** The wire's name for this command. */
    default CommandType type() {
        return switch (this) {
            case OpenReturnPath _ -> CommandType.OPEN_RETURN_PATH;
            case Ping _ -> CommandType.PING;
            case PostcopyAdvise _ -> CommandType.POSTCOPY_ADVISE;
            case PostcopyListen _ -> CommandType.POSTCOPY_LISTEN;
            case PostcopyRun _ -> CommandType.POSTCOPY_RUN;
            case PostcopyRamDiscard _ -> CommandType.POSTCOPY_RAM_DISCARD;
            case Packaged _ -> CommandType.PACKAGED;
            case EnableColo _ -> CommandType.ENABLE_COLO;
            case PostcopyResume _ -> CommandType.POSTCOPY_RESUME;
            case RecvBitmap _ -> CommandType.RECV_BITMAP;
            case SwitchoverStart _ -> CommandType.SWITCHOVER_START;
        };
    }

    /**
     * Opens the return path. Sent first when there is one; a second time is only worth a warning.
     */
    record OpenReturnPath() implements Command {}

    /**
     * Asks for a PONG with the same value on the return path.
     *
     * @param value any value; QEMU uses 1 to 4 and {@link #PACKAGE_LOADED}
     */
    record Ping(int value) implements Command {

        /** Stands in the package, after all devices: who answers has loaded them. */
        public static final int PACKAGE_LOADED = 0x42;
    }

    /**
     * Says that postcopy may follow. Sent before the first section.
     *
     * @param pageSizes what both sides must agree on; empty when postcopy will move dirty bitmaps
     *     only and no RAM
     */
    record PostcopyAdvise(Optional<PageSizes> pageSizes) implements Command {

        /** Advice for RAM with the given sizes. */
        public static PostcopyAdvise ram(long ramPageSizes, long targetPageSizeBytes) {
            return new PostcopyAdvise(
                    Optional.of(new PageSizes(ramPageSizes, targetPageSizeBytes)));
        }
    }

    /**
     * The page sizes of one side.
     *
     * @param ramPageSizes bitwise OR of the page sizes, in bytes, of all RAM blocks
     * @param targetPageSizeBytes the guest's page size
     */
    record PageSizes(long ramPageSizes, long targetPageSizeBytes) {}

    /** From here on RAM may be missing: first element of the package. */
    record PostcopyListen() implements Command {}

    /** Starts the guest: last element of the package. */
    record PostcopyRun() implements Command {}

    /**
     * Pages of one block that were sent but are stale, or were never sent.
     *
     * @param block idstr of the RAM block
     * @param ranges byte ranges inside the block, at most {@link #MAX_RANGES}, where QEMU stops at
     *     12; a length of zero is legal, and so is no range where the name is long enough to make a
     *     payload of 20 bytes
     */
    record PostcopyRamDiscard(String block, List<Range> ranges) implements Command {

        /** Ranges that fit into the largest command, whatever the block's name. */
        public static final int MAX_RANGES = (0xFFFF - 3 - WireStrings.MAX_CSTR_BYTES) / 16;

        /** Version, name length and NUL. */
        static final int PAYLOAD_OVERHEAD_BYTES = 3;

        /** A destination refuses less: room for a name of one byte and one range. */
        static final int MIN_PAYLOAD_BYTES = PAYLOAD_OVERHEAD_BYTES + 1 + 16;

        public PostcopyRamDiscard {
            WireStrings.requireName(block);
            ranges = List.copyOf(ranges);
            if (PAYLOAD_OVERHEAD_BYTES + block.length() + 16 * ranges.size() < MIN_PAYLOAD_BYTES) {
                throw new IllegalArgumentException("A discard needs at least one range");
            }
        }
    }

    /**
     * A byte range inside a RAM block.
     *
     * @param startBytes offset of its first byte
     * @param lengthBytes its length
     */
    record Range(long startBytes, long lengthBytes) {}

    /**
     * Announces a blob of items that the destination reads as a whole before it acts on it. The
     * blob follows outside the command.
     *
     * @param lengthBytes size of the blob, up to 2^32 - 1
     */
    record Packaged(long lengthBytes) implements Command {
        public Packaged {
            if (lengthBytes < 0 || lengthBytes > 0xFFFF_FFFFL) {
                throw new IllegalArgumentException(
                        "A package of " + lengthBytes + " bytes does not fit 32 bits");
            }
        }
    }

    /** Asks the destination to become a COLO secondary. */
    record EnableColo() implements Command {}

    /** All bitmaps are in: recovery may go on. Answered with RESUME_ACK. */
    record PostcopyResume() implements Command {}

    /**
     * Asks for the bitmap of the pages of a block that the destination has received.
     *
     * @param block idstr of the RAM block
     */
    record RecvBitmap(String block) implements Command {
        public RecvBitmap {
            WireStrings.requireName(block);
        }
    }

    /** The source's guest has stopped and the switchover begins. */
    record SwitchoverStart() implements Command {}
}
