package io.vmferry.machine.link;

import java.io.IOException;

/** A failure whose message is the whole line that is reported, in QEMU's words. */
final class WordedFailure extends IOException {

    private static final long serialVersionUID = 1;

    WordedFailure(String message) {
        super(message);
    }

    /** A host or a port that means no address. */
    static WordedFailure unresolved(MigrationAddress.Tcp address, String reason) {
        return new WordedFailure(
                "address resolution failed for %s:%s: %s"
                        .formatted(address.host(), address.service(), reason));
    }
}
