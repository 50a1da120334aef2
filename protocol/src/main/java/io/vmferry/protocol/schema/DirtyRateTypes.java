package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import java.util.ArrayList;
import java.util.List;

/** The types of dirty rates and limits, and of the threads that work. */
public final class DirtyRateTypes {

    /** What {@code query-vcpu-dirty-limit} returns. */
    public static final QapiType LIMITS =
            Builtin.listOf(
                    QapiType.struct(
                            required("cpu-index", Builtin.INT),
                            required("limit-rate", Builtin.UINT64),
                            required("current-rate", Builtin.UINT64)));

    /** What {@code query-migrationthreads} returns. */
    public static final QapiType THREADS =
            Builtin.listOf(
                    QapiType.struct(
                            required("name", Builtin.STR), required("thread-id", Builtin.INT)));

    private static final QapiType STATUS =
            new QapiType.Enumeration(List.of("unstarted", "measuring", "measured"));

    private static final QapiType MODE =
            new QapiType.Enumeration(List.of("page-sampling", "dirty-ring", "dirty-bitmap"));

    private static final QapiType UNIT = new QapiType.Enumeration(List.of("second", "millisecond"));

    private DirtyRateTypes() {}

    /** The arguments of {@code calc-dirty-rate}. */
    public static QapiType.Struct calculate(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>();
        members.add(required("calc-time", Builtin.INT));
        if (profile.has(Trait.DIRTY_RATE_MILLIS)) {
            members.add(optional("calc-time-unit", UNIT));
        }
        members.add(optional("sample-pages", Builtin.INT));
        members.add(optional("mode", MODE));
        return new QapiType.Struct(members);
    }

    /** The arguments of {@code query-dirty-rate}. */
    public static QapiType.Struct query(Profile profile) {
        return profile.has(Trait.DIRTY_RATE_MILLIS)
                ? QapiType.struct(optional("calc-time-unit", UNIT))
                : QapiType.struct();
    }

    /** What {@code query-dirty-rate} returns. */
    public static QapiType.Struct info(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>();
        members.add(optional("dirty-rate", Builtin.INT));
        members.add(required("status", STATUS));
        members.add(required("start-time", Builtin.INT));
        members.add(required("calc-time", Builtin.INT));
        if (profile.has(Trait.DIRTY_RATE_MILLIS)) {
            members.add(required("calc-time-unit", UNIT));
        }
        members.add(required("sample-pages", Builtin.UINT64));
        members.add(required("mode", MODE));
        members.add(
                optional(
                        "vcpu-dirty-rate",
                        Builtin.listOf(
                                QapiType.struct(
                                        required("id", Builtin.INT),
                                        required("dirty-rate", Builtin.INT)))));
        return new QapiType.Struct(members);
    }
}
