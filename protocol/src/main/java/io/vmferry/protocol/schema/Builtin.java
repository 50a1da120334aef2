package io.vmferry.protocol.schema;

import io.vmferry.protocol.qmp.QapiType;

/** The types that QEMU's schema language brings along. */
public final class Builtin {

    /** {@code str}. */
    public static final QapiType STR = new QapiType.Str();

    /** {@code bool}. */
    public static final QapiType BOOL = new QapiType.Bool();

    /** {@code int} and {@code int64}. */
    public static final QapiType INT = new QapiType.Int();

    /** {@code uint64} and {@code size}. */
    public static final QapiType UINT64 = new QapiType.Uint(64);

    /** {@code uint32}. */
    public static final QapiType UINT32 = new QapiType.Uint(32);

    /** {@code uint16}. */
    public static final QapiType UINT16 = new QapiType.Uint(16);

    /** {@code number}. */
    public static final QapiType NUMBER = new QapiType.Real();

    private Builtin() {}

    static QapiType listOf(QapiType element) {
        return new QapiType.ListOf(element);
    }
}
