package io.vmferry.machine.descriptor;

/** What an open file descriptor is open on, by the file type bits of {@code inode(7)}. */
public enum DescriptorKind {
    SOCKET(0140000),
    PIPE(0010000),
    REGULAR_FILE(0100000),
    DIRECTORY(0040000),
    BLOCK_DEVICE(0060000),
    CHARACTER_DEVICE(0020000),
    /** None of the others: an epoll instance, a timer, a memory file of an old kernel. */
    OTHER(0);

    private static final int FILE_TYPE = 0170000;

    private final int bits;

    DescriptorKind(int bits) {
        this.bits = bits;
    }

    static DescriptorKind ofMode(int mode) {
        for (DescriptorKind kind : values()) {
            if (kind.bits == (mode & FILE_TYPE)) {
                return kind;
            }
        }
        return OTHER;
    }
}
