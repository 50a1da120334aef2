package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.CommandSpec;
import io.vmferry.protocol.schema.EventTypes;

/**
 * {@code query-colo-status} and {@code x-colo-lost-heartbeat} of a guest that has never been in
 * COLO, which needs capability x-colo.
 */
public record ColoCommands(Profile profile) {

    /** Adds both. */
    public void addTo(CommandTable.Builder table) {
        table.query(
                        "query-colo-status",
                        EventTypes.coloStatus(),
                        () ->
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("mode", "none")
                                        .put("last-mode", "none")
                                        .put("reason", "none"))
                .add(
                        CommandSpec.of("x-colo-lost-heartbeat").feature(QapiType.UNSTABLE),
                        (arguments, reply) -> {
                            throw QmpException.generic(
                                    profile.has(Trait.COLO_MODE_REFUSAL)
                                            ? "VM is not in COLO mode"
                                            : "The feature 'colo' is not enabled");
                        });
    }
}
