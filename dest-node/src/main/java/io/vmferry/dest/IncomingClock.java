package io.vmferry.dest;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Measures an incoming migration by its protocol points. Confined to the engine's loop. */
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
    public <A> void reached(PointName<A> name, @Nullable A argument) {
        if (name == PointName.MAIN_CHANNEL) {
            mainChannel = nanoTime.getAsLong();
            began = true;
        } else if (name == PointName.DEVICE_LOAD_STARTED) {
            deviceStarted = nanoTime.getAsLong();
        } else if (name == PointName.DEVICE_LOADED) {
            deviceNanos.merge(
                    PointName.DEVICE_LOADED.argument(argument),
                    nanoTime.getAsLong() - deviceStarted,
                    Long::sum);
        }
    }

    /** Time since the first bytes of the source; 0 before. */
    long totalNanos() {
        return began ? nanoTime.getAsLong() - mainChannel : 0;
    }

    /** How long each device took to load, in order; devices of one name together. */
    Map<String, Long> deviceNanos() {
        return new LinkedHashMap<>(deviceNanos);
    }
}
