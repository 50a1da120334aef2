package io.vmferry.protocol.qmp;

import io.vmferry.protocol.Named;

/**
 * A command that is refused with an error. Nothing but the reply changes; the migration does not
 * notice.
 */
public final class QmpException extends Exception {

    private static final long serialVersionUID = 1L;

    private final QmpErrorClass errorClass;

    /**
     * An error of a class.
     *
     * @param description the member {@code desc}: one sentence without a full stop
     */
    public QmpException(QmpErrorClass errorClass, String description) {
        super(description, null, false, false);
        this.errorClass = errorClass;
    }

    /** An error without a class of its own. */
    public static QmpException generic(String description) {
        return new QmpException(QmpErrorClass.GENERIC_ERROR, description);
    }

    /** The class of the error. */
    public QmpErrorClass errorClass() {
        return errorClass;
    }

    /** QEMU's {@code QapiErrorClass}; all but the first exist for clients that tell them apart. */
    public enum QmpErrorClass implements Named {
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

        private final String text;

        QmpErrorClass(String text) {
            this.text = text;
        }

        /** The name in the member {@code class} of an error. */
        @Override
        public String text() {
            return text;
        }
    }
}
