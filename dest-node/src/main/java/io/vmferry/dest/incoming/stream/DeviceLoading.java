package io.vmferry.dest.incoming.stream;

import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.guest.SwitchoverApprovals;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.StreamException;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Finishes the loading of devices. A device that takes time, or reads guest memory that is missing,
 * holds its stream, as in QEMU.
 *
 * @param trouble which devices are to fail
 */
public record DeviceLoading(
        Guest guest,
        IncomingState state,
        SwitchoverApprovals approvals,
        DeviceTrouble trouble,
        EngineLoop loop,
        Probe probe) {

    /** Handles a payload of a device, which need not be its last one. */
    void payloadRead(IterableDevice device) {
        approvals.payloadLoaded(device);
    }

    /**
     * The last state of a device has been read.
     *
     * @param holds of the stream on which it came
     * @param failed gets the failure of a device that cannot load it
     */
    void finish(Device device, StreamHolds holds, Consumer<Failure> failed) throws StreamException {
        long nanos = 0;
        if (device instanceof IterableDevice iterable) {
            iterable.checkLoaded();
            nanos = approvals.preallocLeftNanos(iterable) + iterable.loadNanos();
        } else if (device instanceof StateDevice stateDevice) {
            nanos = stateDevice.loadNanos();
        }
        holdFor(nanos, holds, () -> settle(device, holds, failed));
    }

    /** Holds the stream for a time, runs the action, then continues. */
    private void holdFor(long nanos, StreamHolds holds, Runnable action) {
        if (nanos <= 0) {
            action.run();
            return;
        }
        holds.hold();
        loop.schedule(
                nanos,
                () -> {
                    if (!state.ended()) {
                        action.run();
                        holds.release();
                    }
                });
    }

    private void settle(Device device, StreamHolds holds, Consumer<Failure> failed) {
        trouble.loading(device.idstr())
                .ifPresentOrElse(
                        why ->
                                failed.accept(
                                        Failure.DeviceFailure.cannot("load", device.idstr(), why)),
                        () -> readGuestMemory(device, holds));
    }

    /** Reads guest memory for a device that needs it; a missing page holds the stream again. */
    private void readGuestMemory(Device device, StreamHolds holds) {
        GuestRam ram = guest.ram();
        OptionalLong guestPage =
                device instanceof StateDevice stateDevice
                        ? stateDevice.guestPageReadOnLoad(ram.pageCount())
                        : OptionalLong.empty();
        if (guestPage.isEmpty()) {
            loaded(device);
            return;
        }
        RamBlock block = ram.blockOfPage(guestPage.getAsLong());
        long page = guestPage.getAsLong() - block.firstPage();
        boolean missing =
                guest.memory()
                        .fetch(
                                block,
                                page,
                                () -> {
                                    loaded(device);
                                    holds.release();
                                });
        if (missing) {
            holds.hold();
        } else {
            loaded(device);
        }
    }

    private void loaded(Device device) {
        probe.reached(PointName.DEVICE_LOADED, device.idstr());
    }
}
