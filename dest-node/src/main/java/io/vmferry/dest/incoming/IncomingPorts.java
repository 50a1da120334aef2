package io.vmferry.dest.incoming;

import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.Probe;

/**
 * Everything through which an incoming migration touches the world besides its guest.
 *
 * @param trouble which devices are to fail
 */
public record IncomingPorts(
        EngineLoop loop,
        Transport transport,
        EventSink events,
        Probe probe,
        DeviceTrouble trouble) {}
