package io.vmferry.machine.monitor;

import io.vmferry.protocol.qmp.QmpEvent;

/** The sink of a monitor's events. */
@FunctionalInterface
public interface EventSink {

    /** Sends an event to every client that finished its negotiation. Callable from any thread. */
    void emit(QmpEvent event);
}
