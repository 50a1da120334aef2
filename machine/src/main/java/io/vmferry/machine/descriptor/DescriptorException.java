package io.vmferry.machine.descriptor;

import java.io.IOException;

/** A refusal or failure of a file descriptor; the message is the whole line that is reported. */
public final class DescriptorException extends IOException {

    private static final long serialVersionUID = 1;

    private final int errno;

    public DescriptorException(String message) {
        this(message, 0);
    }

    private DescriptorException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /** The failure of a system call, in the kernel's words. */
    static DescriptorException of(int errno) {
        return new DescriptorException(NativeCall.text(errno), errno);
    }

    /** Whether the call would have had to wait. */
    public boolean wouldWait() {
        return errno == NativeCall.EAGAIN;
    }
}
