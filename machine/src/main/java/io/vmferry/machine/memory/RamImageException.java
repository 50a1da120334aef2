package io.vmferry.machine.memory;

import java.io.IOException;

/** A memory image could not be loaded or saved; the message is one clear line for the user. */
public final class RamImageException extends IOException {
    private static final long serialVersionUID = 1L;

    RamImageException(String message) {
        super(message);
    }

    RamImageException(String message, IOException cause) {
        super(message, cause);
    }
}
