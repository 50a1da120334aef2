package io.vmferry.machine.descriptor;

import java.io.IOException;

/** A refusal or failure of a file descriptor; the message is the whole line that is reported. */
public final class DescriptorException extends IOException {

    private static final long serialVersionUID = 1;

    public DescriptorException(String message) {
        super(message);
    }

    /** The failure of a system call, in the kernel's words. */
    static DescriptorException of(int errno) {
        return new DescriptorException(NativeCall.text(errno));
    }
}
