package io.vmferry.protocol.qmp;

/** QEMU's {@code QapiErrorClass}; all but the first exist for clients that tell them apart. */
public enum QmpErrorClass {
    /** Anything without a class of its own. */
    GENERIC_ERROR("GenericError"),
    /** No such command, or not before or after the capabilities negotiation. */
    COMMAND_NOT_FOUND("CommandNotFound"),
    /** A device cannot do this now. */
    DEVICE_NOT_ACTIVE("DeviceNotActive"),
    /** No such device. */
    DEVICE_NOT_FOUND("DeviceNotFound"),
    /** KVM lacks something. */
    KVM_MISSING_CAP("KVMMissingCap");

    private final String qmpName;

    QmpErrorClass(String qmpName) {
        this.qmpName = qmpName;
    }

    /** The name in the member {@code class} of an error. */
    public String qmpName() {
        return qmpName;
    }
}
