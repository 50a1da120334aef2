package io.vmferry.machine.lease;

import java.io.IOException;

/** A file that was named as a lease holds something else, which a lease would overwrite. */
public final class NotALeaseException extends IOException {

    private static final long serialVersionUID = 1;

    NotALeaseException(String message) {
        super(message);
    }
}
