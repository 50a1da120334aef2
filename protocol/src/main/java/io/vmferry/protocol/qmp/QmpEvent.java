package io.vmferry.protocol.qmp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Optional;

/** An event that a monitor sends to its clients. */
public sealed interface QmpEvent {

    /** The migration status changed; sent only with capability {@code events}. */
    record Migration(MigrationStatus status) implements QmpEvent {}

    /**
     * The source has begun another pass over dirty pages; sent only with capability {@code events}.
     */
    record MigrationPass(long pass) implements QmpEvent {}

    /** The guest left running or suspended. */
    record Stop() implements QmpEvent {}

    /** The guest is about to run. */
    record Resume() implements QmpEvent {}

    /**
     * The guest is asked to unplug the primary of a failover pair.
     *
     * @param deviceId the user's name for it
     */
    record UnplugPrimary(String deviceId) implements QmpEvent {}

    /**
     * The process is about to end.
     *
     * @param guest whether the guest asked for it
     * @param reason QEMU's {@code ShutdownCause}, for example {@code host-qmp-quit}
     */
    record Shutdown(boolean guest, String reason) implements QmpEvent {}

    /**
     * A side has left COLO.
     *
     * @param mode QEMU's {@code COLOMode}: none, primary or secondary
     * @param reason QEMU's {@code COLOExitReason}, for example {@code request}
     */
    record ColoExit(String mode, String reason) implements QmpEvent {}

    /**
     * An event that a fault plan asks for; no QEMU need know it.
     *
     * @param status empty for an event without data
     */
    record Planned(String word, Optional<String> status) implements QmpEvent {}

    /**
     * An event of vmferry's own, which no QEMU has.
     *
     * @param word its name, which begins with X_VMFERRY_
     */
    record Own(String word, ObjectNode content) implements QmpEvent {}

    /** The name on the wire. */
    default String name() {
        return switch (this) {
            case Migration migration -> "MIGRATION";
            case MigrationPass pass -> "MIGRATION_PASS";
            case Stop stop -> "STOP";
            case Resume resume -> "RESUME";
            case UnplugPrimary unplug -> "UNPLUG_PRIMARY";
            case Shutdown shutdown -> "SHUTDOWN";
            case ColoExit exit -> "COLO_EXIT";
            case Planned planned -> planned.word();
            case Own own -> own.word();
        };
    }

    /** The member {@code data}, or empty for an event that has none. */
    default Optional<ObjectNode> data() {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        return switch (this) {
            case Migration(MigrationStatus status) ->
                    Optional.of(data.put("status", status.text()));
            case MigrationPass(long pass) -> Optional.of(data.put("pass", pass));
            case Stop stop -> Optional.empty();
            case Resume resume -> Optional.empty();
            case UnplugPrimary(String deviceId) -> Optional.of(data.put("device-id", deviceId));
            case Shutdown(boolean guest, String reason) ->
                    Optional.of(data.put("guest", guest).put("reason", reason));
            case ColoExit(String mode, String reason) ->
                    Optional.of(data.put("mode", mode).put("reason", reason));
            case Planned(String word, Optional<String> status) ->
                    status.map(text -> data.put("status", text));
            case Own(String word, ObjectNode content) -> Optional.of(content.deepCopy());
        };
    }
}
