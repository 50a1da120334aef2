package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The result types of commands about the guest and the process. */
public final class GuestTypes {

    /** What {@code query-name} returns. */
    public static final QapiType.Struct NAME = QapiType.struct(optional("name", Builtin.STR));

    /** What {@code query-uuid} returns. */
    public static final QapiType.Struct UUID = QapiType.struct(required("UUID", Builtin.STR));

    /** What {@code query-version} returns. */
    public static final QapiType.Struct VERSION =
            QapiType.struct(
                    required(
                            "qemu",
                            QapiType.struct(
                                    required("major", Builtin.INT),
                                    required("minor", Builtin.INT),
                                    required("micro", Builtin.INT))),
                    required("package", Builtin.STR));

    /** What {@code query-commands} and {@code query-events} return. */
    public static final QapiType NAMES =
            Builtin.listOf(QapiType.struct(required("name", Builtin.STR)));

    private GuestTypes() {}

    /** What {@code query-status} returns. */
    public static QapiType.Struct status(Profile profile) {
        List<String> states = Arrays.stream(RunState.values()).map(RunState::text).toList();
        List<QapiType.Member> members = new ArrayList<>();
        members.add(required("running", Builtin.BOOL));
        if (profile.has(Trait.SINGLESTEP)) {
            QapiType.Member singlestep = required("singlestep", Builtin.BOOL);
            members.add(
                    profile.has(Trait.SINGLESTEP_DEPRECATED)
                            ? singlestep.with(QapiType.DEPRECATED)
                            : singlestep);
        }
        members.add(required("status", new QapiType.Enumeration(states)));
        return new QapiType.Struct(members);
    }
}
