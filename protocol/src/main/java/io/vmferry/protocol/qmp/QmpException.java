package io.vmferry.protocol.qmp;

/**
 * A request that is answered with an error. Nothing but the reply changes; the migration does not
 * notice.
 */
public final class QmpException extends Exception {

    private static final long serialVersionUID = 1L;

    private final QmpErrorClass errorClass;

    /**
     * An error of a class.
     *
     * @param description the member {@code desc}: one sentence for a person, without a full stop
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
}
