package io.vmferry.machine.monitor;

import io.vmferry.protocol.qmp.QmpEvent;

/** Where events go. */
@FunctionalInterface
public interface EventSink {

    /** Tells every client that finished its negotiation. Callable from any thread. */
    void emit(QmpEvent event);
}
