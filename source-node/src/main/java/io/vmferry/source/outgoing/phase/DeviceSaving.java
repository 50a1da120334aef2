package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.source.outgoing.figures.DowntimeClock;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Reports the saving of each device, and injects its failure.
 *
 * @param trouble which devices are to fail
 */
public record DeviceSaving(
        DowntimeClock downtime, DeviceTrouble trouble, Probe probe, LongSupplier nanoTime) {

    void begins(String device) {
        downtime.enter(DowntimeClock.Part.DEVICES);
        probe.reached(PointName.DEVICE_SAVE_STARTED, device);
    }

    /** Why a device fails to save its state; empty when it does not fail. */
    Optional<Failure> failure(String device) {
        return trouble.saving(device).map(why -> Failure.DeviceFailure.cannot("save", device, why));
    }

    void saved(String device) {
        probe.reached(PointName.DEVICE_SAVED, device);
    }
}
