package io.vmferry.protocol.stream;

import java.util.Optional;

/** The commands of the main channel with their payload lengths (QEMU's {@code MIG_CMD_*}). */
public enum CommandType {
    /** {@code MIG_CMD_OPEN_RETURN_PATH}. */
    OPEN_RETURN_PATH(1, 0),
    /** {@code MIG_CMD_PING}. */
    PING(2, 4),
    /** {@code MIG_CMD_POSTCOPY_ADVISE}; 0 or 16 bytes. */
    POSTCOPY_ADVISE(3, CommandType.VARIABLE),
    /** {@code MIG_CMD_POSTCOPY_LISTEN}. */
    POSTCOPY_LISTEN(4, 0),
    /** {@code MIG_CMD_POSTCOPY_RUN}. */
    POSTCOPY_RUN(5, 0),
    /** {@code MIG_CMD_POSTCOPY_RAM_DISCARD}. */
    POSTCOPY_RAM_DISCARD(6, CommandType.VARIABLE),
    /** {@code MIG_CMD_PACKAGED}. */
    PACKAGED(7, 4),
    /** {@code MIG_CMD_ENABLE_COLO}. */
    ENABLE_COLO(8, 0),
    /** {@code MIG_CMD_POSTCOPY_RESUME}. */
    POSTCOPY_RESUME(9, 0),
    /** {@code MIG_CMD_RECV_BITMAP}. */
    RECV_BITMAP(10, CommandType.VARIABLE),
    /** {@code MIG_CMD_SWITCHOVER_START}. */
    SWITCHOVER_START(11, 0);

    /** Length of a command whose payload decides about its own length. */
    public static final int VARIABLE = -1;

    private static final CommandType[] BY_CODE = new CommandType[values().length + 1];

    static {
        for (CommandType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int lengthBytes;

    CommandType(int code, int lengthBytes) {
        this.code = code;
        this.lengthBytes = lengthBytes;
    }

    /** The command number on the wire. */
    public int code() {
        return code;
    }

    /** Length of the payload in bytes, or {@link #VARIABLE}. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** The command of a number read from the wire. */
    public static Optional<CommandType> ofCode(int code) {
        return code >= 0 && code < BY_CODE.length
                ? Optional.ofNullable(BY_CODE[code])
                : Optional.empty();
    }
}
