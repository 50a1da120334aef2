package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.qmp.QapiType;

/** The types of the commands about file descriptors. */
public final class DescriptorTypes {

    /** What {@code getfd} and {@code closefd} take. */
    public static final QapiType.Struct NAME = QapiType.struct(required("fdname", Builtin.STR));

    /** What {@code add-fd} takes. */
    public static final QapiType.Struct ADD =
            QapiType.struct(optional("fdset-id", Builtin.INT), optional("opaque", Builtin.STR));

    /** What {@code add-fd} returns. */
    public static final QapiType.Struct ADDED =
            QapiType.struct(required("fdset-id", Builtin.INT), required("fd", Builtin.INT));

    /** What {@code remove-fd} takes. */
    public static final QapiType.Struct REMOVE =
            QapiType.struct(required("fdset-id", Builtin.INT), optional("fd", Builtin.INT));

    /** What {@code query-fdsets} returns. */
    public static final QapiType SETS =
            Builtin.listOf(
                    QapiType.struct(
                            required("fdset-id", Builtin.INT),
                            required(
                                    "fds",
                                    Builtin.listOf(
                                            QapiType.struct(
                                                    required("fd", Builtin.INT),
                                                    optional("opaque", Builtin.STR))))));

    private DescriptorTypes() {}
}
