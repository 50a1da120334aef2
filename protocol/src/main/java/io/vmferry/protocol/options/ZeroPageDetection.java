package io.vmferry.protocol.options;

import java.util.Locale;

/** QEMU's {@code ZeroPageDetection}: who looks for pages that hold only zeros. */
public enum ZeroPageDetection {
    /** Nobody: every page is sent in full. */
    NONE,
    /** The main channel's sender. */
    LEGACY,
    /** The senders of the multifd channels, and without multifd the main channel's. */
    MULTIFD;

    static ZeroPageDetection ofQmpName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
