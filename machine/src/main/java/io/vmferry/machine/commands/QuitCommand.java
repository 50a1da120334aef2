package io.vmferry.machine.commands;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.protocol.qmp.QmpEvent;

/** {@code quit}: event, reply and end, in QEMU's order. */
public final class QuitCommand {

    private static final String REASON = "host-qmp-quit";

    private final EventSink events;
    private final Runnable end;

    /**
     * @param end ends the daemon once all replies and events have reached the clients
     */
    public QuitCommand(EventSink events, Runnable end) {
        this.events = events;
        this.end = end;
    }

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
