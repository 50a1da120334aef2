package io.vmferry.lab.fuzz;

/** How far a source is when its destination sends the first byte. */
enum SourceProgress {
    /** It has sent the setup, and RAM is to follow. */
    PRECOPY(0),
    /** It has sent the package of a postcopy and waits for PONG 0x42. */
    PACKAGE_SENT(1),
    /** Its destination has the guest, and pages are to follow. */
    POSTCOPY(2),
    /** It has reconnected and asks for the bitmap of received pages. */
    RECOVERY(3);

    private static final SourceProgress[] ALL = values();

    private final int code;

    SourceProgress(int code) {
        this.code = code;
    }

    /** A first byte that brings the source this far. */
    int code() {
        return code;
    }

    /** What the first byte of an input decides. */
    static SourceProgress of(byte first) {
        return ALL[Byte.toUnsignedInt(first) % ALL.length];
    }
}
