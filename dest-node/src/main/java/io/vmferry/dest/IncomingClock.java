package io.vmferry.dest;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
    private final Map<String, Integer> loaded = new HashMap<>();
    private boolean paused;
    private long pauseStarted;
    private long pausedNanos;

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
            String device = PointName.DEVICE_LOADED.argument(argument);
            loaded.merge(device, 1, Integer::sum);
            deviceNanos.merge(device, nanoTime.getAsLong() - deviceStarted, Long::sum);
        } else if (name == PointName.STATUS) {
            paused(PointName.STATUS.argument(argument) == MigrationStatus.POSTCOPY_PAUSED);
        }
    }

    private void paused(boolean now) {
        if (now != paused) {
            long moment = nanoTime.getAsLong();
            pausedNanos += now ? 0 : moment - pauseStarted;
            pauseStarted = moment;
            paused = now;
        }
    }

    /** How long the postcopy has been paused in all. */
    long pausedNanos() {
        return pausedNanos + (paused ? nanoTime.getAsLong() - pauseStarted : 0);
    }

    /** The devices with state that did not come, in their order; one name for each. */
    List<String> missing(List<Device> devices) {
        Map<String, Integer> left = new HashMap<>(loaded);
        return devices.stream()
                .filter(device -> device instanceof StateDevice || device instanceof IterableDevice)
                .map(Device::idstr)
                .filter(name -> left.merge(name, -1, Integer::sum) < 0)
                .toList();
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
