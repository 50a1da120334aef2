package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.DirtyRateTypes;

/**
 * {@code set-vcpu-dirty-limit}, {@code cancel-vcpu-dirty-limit} and {@code query-vcpu-dirty-limit}
 * of a machine without KVM's dirty ring: no limit can be set, and lifting one succeeds.
 */
public final class DirtyLimitCommands {

    private static final QapiType.Member CPU_INDEX =
            QapiType.optional("cpu-index", new QapiType.Int());

    /** Adds all of them. */
    public void addTo(CommandTable.Builder table) {
        table.add(
                        "set-vcpu-dirty-limit",
                        QapiType.struct(
                                CPU_INDEX, QapiType.required("dirty-rate", new QapiType.Uint(64))),
                        (arguments, reply) -> {
                            // the quote at the end is QEMU's
                            throw QmpException.generic(
                                    "dirty page limit feature requires KVM with accelerator"
                                            + " property 'dirty-ring-size' set'");
                        })
                .add(
                        "cancel-vcpu-dirty-limit",
                        QapiType.struct(CPU_INDEX),
                        (arguments, reply) -> reply.success())
                .query(
                        "query-vcpu-dirty-limit",
                        DirtyRateTypes.LIMITS,
                        JsonNodeFactory.instance::arrayNode);
    }
}
