package io.vmferry.lab.fuzz;

/** The stage of a source when its destination sends the first byte. */
enum SourceStage {
    /** It has sent the setup, and RAM is to follow. */
    PRECOPY(0),
    /** It has sent the package of a postcopy and waits for PONG 0x42. */
    PACKAGE_SENT(1),
    /** Its destination owns the guest, and pages are to follow. */
    POSTCOPY(2),
    /** It has reconnected and asks for the bitmap of received pages. */
    RECOVERY(3);

    private static final SourceStage[] ALL = values();

    private final int code;

    SourceStage(int code) {
        this.code = code;
    }

    /** A first byte that decides for this stage. */
    int code() {
        return code;
    }

    /** The stage that the first byte of an input decides. */
    static SourceStage of(byte first) {
        return ALL[Byte.toUnsignedInt(first) % ALL.length];
    }
}
