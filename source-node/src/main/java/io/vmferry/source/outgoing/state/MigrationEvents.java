package io.vmferry.source.outgoing.state;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.qmp.QmpEvent;

/** The QMP events of a migration, which are only for those who asked for them by capability. */
public record MigrationEvents(MigrationOptions options, EventSink events) {

    public void emit(QmpEvent event) {
        if (options.capabilities().has(Capability.EVENTS)) {
            events.emit(event);
        }
    }
}
