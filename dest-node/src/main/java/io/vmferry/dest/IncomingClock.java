package io.vmferry.dest;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.telemetry.ProtocolPoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Measures an incoming migration by its protocol points. Owned by the engine's loop. */
final class IncomingClock implements Probe {

    private final LongSupplier nanoTime;
    private final Map<String, Long> deviceNanos = new LinkedHashMap<>();
    private long mainChannel;
    private long deviceStarted;
    private boolean began;

    IncomingClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void reached(ProtocolPoint point) {
        long now = nanoTime.getAsLong();
        if (point.name() == PointName.MAIN_CHANNEL) {
            mainChannel = now;
            began = true;
        } else if (point.name() == PointName.DEVICE_LOAD_STARTED) {
            deviceStarted = now;
        } else if (point.name() == PointName.DEVICE_LOADED) {
            deviceNanos.merge(point.argument(), now - deviceStarted, Long::sum);
        }
    }

    /** From the first bytes of the source until now; 0 when none have come. */
    long totalNanos() {
        return began ? nanoTime.getAsLong() - mainChannel : 0;
    }

    /** How long each device took to load, in order; devices of one name together. */
    Map<String, Long> deviceNanos() {
        return new LinkedHashMap<>(deviceNanos);
    }
}
