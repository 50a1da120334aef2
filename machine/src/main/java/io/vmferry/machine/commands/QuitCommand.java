package io.vmferry.machine.commands;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.protocol.qmp.QmpEvent;

/** {@code quit}: the event, the reply, the end; in the order in which QEMU tells them. */
public final class QuitCommand {

    private static final String REASON = "host-qmp-quit";

    private final EventSink events;
    private final Runnable end;

    /**
     * @param end ends the daemon, but not before what was told has reached the clients
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
