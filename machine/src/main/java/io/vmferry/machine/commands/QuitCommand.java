package io.vmferry.machine.commands;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.protocol.qmp.QmpEvent;

/**
 * {@code quit}: event, reply and end, in QEMU's order.
 *
 * @param end ends the daemon once all replies and events have reached the clients
 */
public record QuitCommand(EventSink events, Runnable end) {

    private static final String REASON = "host-qmp-quit";

    /** Adds the command. */
    public void addTo(CommandTable.Builder table) {
        table.add(
                "quit",
                (arguments, reply) -> {
                    events.emit(new QmpEvent.Shutdown(false, REASON));
                    reply.success();
                    end.run();
                });
    }
}
