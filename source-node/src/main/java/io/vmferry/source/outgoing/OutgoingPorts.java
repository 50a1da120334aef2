package io.vmferry.source.outgoing;

import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.Connector;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capability;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The interfaces of an outgoing migration to its environment, besides its guest.
 *
 * @param trouble which devices are to fail
 * @param migrationIds gives each migration the id that pairs its channels at the destination
 */
public record OutgoingPorts(
        EngineLoop loop,
        Connector connector,
        EventSink events,
        Probe probe,
        DeviceTrouble trouble,
        Supplier<UUID> migrationIds) {

    /** The events of migrations, which are only for those who asked for them by capability. */
    EventSink migrationEvents(MigrationOptions options) {
        return event -> {
            if (options.capabilities().has(Capability.EVENTS)) {
                events.emit(event);
            }
        };
    }
}
