package io.vmferry.machine.monitor;

import io.vmferry.machine.descriptor.ClientDescriptors;
import io.vmferry.protocol.qmp.QmpEvent;

/** The client of a session, for events that no other client gets. Safe for any thread. */
public interface MonitorClient {

    /** Nobody. */
    MonitorClient NONE =
            new MonitorClient() {
                @Override
                public void event(QmpEvent event) {
                    // nobody listens
                }

                @Override
                public boolean gone() {
                    return true;
                }
            };

    /** The descriptors that it gives and has given. */
    default ClientDescriptors descriptors() {
        return ClientDescriptors.none();
    }

    /** Sends an event to this client alone, after the replies and events so far. */
    void event(QmpEvent event);

    /** Whether the connection has ended. */
    boolean gone();
}
