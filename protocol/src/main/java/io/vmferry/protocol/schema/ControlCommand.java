package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.schema.EventTypes.EventSpec;
import java.util.List;

/**
 * The commands by which a client looks at faults, channels and points of a running process, and
 * changes them. They are vmferry's own, the same on both daemons and on the fault proxy; each
 * replies at once, and may overtake others where {@code oob} was negotiated.
 */
public enum ControlCommand implements Named {
    FAULTS(
            QapiType.struct(),
            Builtin.listOf(ControlTypes.FAULT),
            "the faults that wait, planned and added, and the last 256 that were injected or missed"),
    FAULT_ADD(
            QapiType.struct(required("fault", Builtin.STR), optional("from-now", Builtin.BOOL)),
            QapiType.struct(required("id", Builtin.INT)),
            "adds a fault, which behaves as one given to `--fault`; `from-now` counts its ordinal or its"
                    + " time from now, otherwise they count from the start of the process"),
    FAULT_REMOVE(
            QapiType.struct(required("id", Builtin.INT)),
            QapiType.struct(),
            "removes a fault that waits"),
    CHANNELS(
            QapiType.struct(),
            Builtin.listOf(ControlTypes.CHANNEL),
            "the open connections: which channels each carries, bytes each way, and what is wrong"
                    + " with it"),
    CHANNEL_CUT(
            QapiType.struct(required("channel", Builtin.STR), optional("how", ControlTypes.CUT)),
            QapiType.struct(),
            "cuts the connections that carry a channel now, by a reset if `how` does not say otherwise"),
    CHANNEL_RESTORE(
            QapiType.struct(required("channel", Builtin.STR)),
            QapiType.struct(),
            "ends black holes, stalls, delays and throttles of a channel: what was held back is carried"
                    + " first"),
    POINTS(
            QapiType.struct(),
            Builtin.listOf(ControlTypes.POINT_COUNT),
            "how often each point has been reached since the start of the process"),
    POINT_WAIT(
            QapiType.struct(
                    required("point", Builtin.STR),
                    optional("from-now", Builtin.BOOL),
                    optional("timeout-ms", Builtin.INT)),
            QapiType.struct(required("id", Builtin.INT), required("reached", Builtin.BOOL)),
            "begins to wait for a point, for a minute if `timeout-ms` does not say otherwise. If it has not been"
                    + " reached yet, event `X_VMFERRY_POINT` follows, to this client alone");

    /** The event that ends a wait for a point. */
    public static final EventSpec POINT_EVENT =
            EventSpec.of(
                    "X_VMFERRY_POINT",
                    required("id", Builtin.INT),
                    required("point", Builtin.STR),
                    required("reached", Builtin.BOOL));

    @SuppressWarnings("ImmutableEnumChecker") // a record of records and copied lists
    private final CommandSpec spec;

    private final String meaning;

    ControlCommand(QapiType.Struct arguments, QapiType returns, String meaning) {
        this.spec =
                CommandSpec.of("x-vmferry-" + text())
                        .takes(arguments)
                        .returns(returns)
                        .allowOutOfBand();
        this.meaning = meaning;
    }

    /** The command on a monitor. */
    public CommandSpec spec() {
        return spec;
    }

    /** What it does, for documents. */
    public String meaning() {
        return meaning;
    }

    /** The table of all commands, in Markdown. */
    public static String markdown() {
        StringBuilder table =
                new StringBuilder("| command | arguments | returns | |\n|---|---|---|---|\n");
        for (ControlCommand command : List.of(values())) {
            table.append(
                    "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                    command.spec.name(),
                                    ControlTypes.text(command.spec.arguments()),
                                    ControlTypes.text(command.spec.returns()),
                                    command.meaning));
        }
        return table.toString();
    }
}
