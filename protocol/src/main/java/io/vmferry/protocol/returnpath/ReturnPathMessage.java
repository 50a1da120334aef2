package io.vmferry.protocol.returnpath;

import io.vmferry.protocol.stream.WireStrings;
import java.util.Objects;

/** A message from the destination to the source. One record per {@link ReturnPathType}. */
public sealed interface ReturnPathMessage {

    /** The wire's name for this message. */
    default ReturnPathType type() {
        return switch (this) {
            case Shut _ -> ReturnPathType.SHUT;
            case Pong _ -> ReturnPathType.PONG;
            case ReqPagesId _ -> ReturnPathType.REQ_PAGES_ID;
            case ReqPages _ -> ReturnPathType.REQ_PAGES;
            case RecvBitmap _ -> ReturnPathType.RECV_BITMAP;
            case ResumeAck _ -> ReturnPathType.RESUME_ACK;
            case SwitchoverAck _ -> ReturnPathType.SWITCHOVER_ACK;
        };
    }

    /**
     * The destination is done; nothing follows.
     *
     * @param value 0 when it has everything, anything else when it failed
     */
    record Shut(int value) implements ReturnPathMessage {}

    /**
     * The answer to a PING.
     *
     * @param value the PING's value
     */
    record Pong(int value) implements ReturnPathMessage {}

    /**
     * Asks for pages of a block, by name. The first request of a connection, and the first in
     * another block.
     *
     * @param startBytes offset in the block, a multiple of the host page size
     * @param lengthBytes one host page, as unsigned 32 bits
     * @param block idstr of the RAM block
     */
    record ReqPagesId(long startBytes, int lengthBytes, String block) implements ReturnPathMessage {
        public ReqPagesId {
            WireStrings.requireName(block);
        }
    }

    /**
     * Asks for pages of the block that was named last.
     *
     * @param startBytes offset in the block, a multiple of the host page size
     * @param lengthBytes one host page, as unsigned 32 bits
     */
    record ReqPages(long startBytes, int lengthBytes) implements ReturnPathMessage {}

    /**
     * The pages of a block that the destination has, the answer to the command RECV_BITMAP.
     *
     * @param block idstr of the RAM block
     * @param bitmap one bit per page of the block
     */
    record RecvBitmap(String block, ReceivedBitmap bitmap) implements ReturnPathMessage {
        public RecvBitmap {
            WireStrings.requireName(block);
            Objects.requireNonNull(bitmap);
        }
    }

    /**
     * The destination goes on after a recovery, the answer to POSTCOPY_RESUME.
     *
     * @param value always {@link #RESUMED}
     */
    record ResumeAck(int value) implements ReturnPathMessage {
        /** The only legal value. */
        public static final int RESUMED = 1;
    }

    /** The destination's devices are ready for the switchover. */
    record SwitchoverAck() implements ReturnPathMessage {}
}
