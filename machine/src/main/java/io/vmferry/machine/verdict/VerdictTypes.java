package io.vmferry.machine.verdict;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.schema.Builtin;
import io.vmferry.protocol.schema.MigrationTypes;
import io.vmferry.protocol.status.Side;
import java.util.Arrays;

/** The type of a verdict in {@code query-qmp-schema}. */
final class VerdictTypes {

    private static final QapiType WRONG_PAGE =
            QapiType.struct(
                    required("block", Builtin.STR),
                    required("offset", Builtin.UINT64),
                    required("vcpu", Builtin.INT),
                    optional("written-step", Builtin.INT),
                    optional("found-step", Builtin.INT),
                    required("pass", Builtin.INT),
                    required("text", Builtin.STR));

    private static final QapiType MEMORY =
            QapiType.struct(
                    required("state", texts(MemoryState.class)),
                    required("text", Builtin.STR),
                    required("checked-pages", Builtin.INT),
                    required("written-pages", Builtin.INT),
                    required("wrong-pages", Builtin.INT),
                    optional("first-wrong", WRONG_PAGE));

    private VerdictTypes() {}

    /** What the command returns and the event carries. */
    static QapiType.Struct of(Profile profile) {
        return QapiType.struct(
                required("side", texts(Side.class)),
                required("status", MigrationTypes.status(profile)),
                required("settled", Builtin.BOOL),
                required("guest", texts(GuestPlace.class)),
                required("fate", Builtin.STR),
                optional("reason", Builtin.STR),
                required("memory", MEMORY),
                required("warnings", new QapiType.ListOf(Builtin.STR)));
    }

    private static <E extends Enum<E> & Named> QapiType texts(Class<E> type) {
        return new QapiType.Enumeration(
                Arrays.stream(type.getEnumConstants()).map(Named::text).toList());
    }
}
