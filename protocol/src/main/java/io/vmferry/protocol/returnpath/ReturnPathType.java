package io.vmferry.protocol.returnpath;

import java.util.Optional;

/** The messages of the return path with their payload lengths (QEMU's {@code MIG_RP_MSG_*}). */
public enum ReturnPathType {
    /** {@code MIG_RP_MSG_SHUT}. */
    SHUT(1, 4),
    /** {@code MIG_RP_MSG_PONG}. */
    PONG(2, 4),
    /** {@code MIG_RP_MSG_REQ_PAGES_ID}. */
    REQ_PAGES_ID(3, ReturnPathType.VARIABLE),
    /** {@code MIG_RP_MSG_REQ_PAGES}. */
    REQ_PAGES(4, 12),
    /** {@code MIG_RP_MSG_RECV_BITMAP}. */
    RECV_BITMAP(5, ReturnPathType.VARIABLE),
    /** {@code MIG_RP_MSG_RESUME_ACK}. */
    RESUME_ACK(6, 4),
    /** {@code MIG_RP_MSG_SWITCHOVER_ACK}. */
    SWITCHOVER_ACK(7, 0);

    /** Length of a message that ends with a block's name. */
    public static final int VARIABLE = -1;

    /** No message is longer, a bitmap after it not counted. */
    public static final int MAX_LENGTH_BYTES = 512;

    /** Numbers up to here are looked up; QEMU's are below 16. */
    private static final int MAX_CODE = 255;

    private static final ReturnPathType[] BY_CODE = new ReturnPathType[MAX_CODE + 1];

    static {
        for (ReturnPathType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int lengthBytes;

    ReturnPathType(int code, int lengthBytes) {
        this.code = code;
        this.lengthBytes = lengthBytes;
    }

    /** The message number on the wire. */
    public int code() {
        return code;
    }

    /** Length of the payload in bytes, or {@link #VARIABLE}. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** The message of a number read from the wire. */
    public static Optional<ReturnPathType> ofCode(int code) {
        return code >= 0 && code < BY_CODE.length
                ? Optional.ofNullable(BY_CODE[code])
                : Optional.empty();
    }
}
