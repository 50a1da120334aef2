package io.vmferry.source.outgoing;

import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.Probe;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Everything through which an outgoing migration touches the world besides its guest.
 *
 * @param trouble which devices are to fail
 * @param migrationIds gives each migration the id that pairs its channels at the destination
 */
public record OutgoingPorts(
        EngineLoop loop,
        Transport transport,
        EventSink events,
        Probe probe,
        DeviceTrouble trouble,
        Supplier<UUID> migrationIds) {}
