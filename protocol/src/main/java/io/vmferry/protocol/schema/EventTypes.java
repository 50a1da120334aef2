package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import java.util.List;

/** The events that vmferry's monitors know. */
public final class EventTypes {

    private static final QapiType COLO_MODE =
            new QapiType.Enumeration(List.of("none", "primary", "secondary"));

    private static final QapiType COLO_EXIT_REASON =
            new QapiType.Enumeration(List.of("none", "request", "error", "processing"));

    private static final QapiType SHUTDOWN_CAUSE =
            new QapiType.Enumeration(
                    List.of(
                            "none",
                            "host-error",
                            "host-qmp-quit",
                            "host-qmp-system-reset",
                            "host-signal",
                            "host-ui",
                            "guest-shutdown",
                            "guest-reset",
                            "guest-panic",
                            "subsystem-reset",
                            "snapshot-load"));

    /** The process is about to end. */
    public static final EventSpec SHUTDOWN =
            EventSpec.of(
                    "SHUTDOWN",
                    required("guest", Builtin.BOOL),
                    required("reason", SHUTDOWN_CAUSE));

    private EventTypes() {}

    /** All events of a profile. */
    public static List<EventSpec> all(Profile profile) {
        return List.of(
                SHUTDOWN,
                EventSpec.of("STOP"),
                EventSpec.of("RESUME"),
                EventSpec.of("MIGRATION", required("status", MigrationTypes.status(profile))),
                EventSpec.of("MIGRATION_PASS", required("pass", Builtin.INT)),
                EventSpec.of("UNPLUG_PRIMARY", required("device-id", Builtin.STR)),
                EventSpec.of(
                        "COLO_EXIT",
                        required("mode", COLO_MODE),
                        required("reason", COLO_EXIT_REASON)));
    }

    /** What {@code query-colo-status} returns. */
    public static QapiType.Struct coloStatus() {
        return QapiType.struct(
                required("mode", COLO_MODE),
                required("last-mode", COLO_MODE),
                required("reason", COLO_EXIT_REASON));
    }

    /**
     * The schema of an event.
     *
     * @param data the empty object for an event without data
     */
    public record EventSpec(String name, QapiType.Struct data) {

        static EventSpec of(String name, QapiType.Member... members) {
            return new EventSpec(name, QapiType.struct(members));
        }
    }
}
