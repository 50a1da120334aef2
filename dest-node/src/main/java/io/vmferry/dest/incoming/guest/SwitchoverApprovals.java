package io.vmferry.dest.incoming.guest;

import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sends SWITCHOVER_ACK when devices are prepared, with capability switchover-ack: until QEMU 11.0
 * once for all devices (at once when there is none), from 11.1 on for each. Devices prepare
 * themselves, beside the stream, as soon as their initial data has arrived.
 */
public final class SwitchoverApprovals {

    private final MigrationOptions options;
    private final List<Device> devices;
    private final IncomingState state;
    private final IncomingChannels channels;
    private final EngineLoop loop;
    private final Probe probe;

    /** When the devices that have begun to prepare are ready. */
    private final Map<IterableDevice, Long> readyAtNanos = new HashMap<>();

    private boolean on;
    private boolean counted;
    private int pending;
    private Consumer<Failure> failed = failure -> {};

    /** Approvals of devices that have not been asked yet. */
    public SwitchoverApprovals(
            MigrationOptions options,
            List<Device> devices,
            IncomingState state,
            IncomingChannels channels,
            EngineLoop loop,
            Probe probe) {
        this.options = options;
        this.devices = devices;
        this.state = state;
        this.channels = channels;
        this.loop = loop;
        this.probe = probe;
    }

    /**
     * Counts the devices to wait for, after the configuration.
     *
     * @param cannotTell gets the failure when there is no return path
     */
    public void begin(Consumer<Failure> cannotTell) {
        failed = cannotTell;
        on = options.capabilities().has(Capability.SWITCHOVER_ACK);
        counted = options.profile().has(Trait.SWITCHOVER_ACK_COUNTED);
        for (Device device : devices) {
            if (device instanceof IterableDevice iterable) {
                iterable.switchoverAck(on);
                pending += on && iterable.switchoverAckNeeded() ? 1 : 0;
            }
        }
    }

    /** Sends the message at once if no device needs one, to sources that do not count them. */
    public void returnPathOpened() {
        if (on && !counted && pending == 0) {
            acknowledge();
        }
    }

    /** Handles a payload of a device, which may have been the last of its initial data. */
    public void payloadLoaded(IterableDevice device) {
        if (device.initialDataLoaded() && !readyAtNanos.containsKey(device)) {
            long nanos = device.preallocNanos();
            readyAtNanos.put(device, loop.nanoTime() + nanos);
            if (nanos == 0) {
                approve(device);
            } else {
                loop.schedule(nanos, () -> approve(device));
            }
        }
    }

    /** How long a device whose last state is here still has to prepare itself, if at all. */
    public long preallocLeftNanos(IterableDevice device) {
        return Optional.ofNullable(readyAtNanos.get(device))
                .map(readyAt -> Math.max(0, readyAt - loop.nanoTime()))
                .orElse(device.preallocNanos());
    }

    private void approve(IterableDevice device) {
        if (state.halted()) {
            return;
        }
        if (pending == 0) {
            throw new IllegalStateException(
                    device.idstr() + " approves a switchover that waits for nobody");
        }
        pending--;
        probe.reached(PointName.DEVICE_APPROVED, device.idstr());
        if (counted || pending == 0) {
            acknowledge();
        }
    }

    private void acknowledge() {
        if (channels.send(new ReturnPathMessage.SwitchoverAck())) {
            probe.reached(PointName.SWITCHOVER_ACK_SENT);
        } else {
            failed.accept(
                    Failure.Wire.sequence(
                            ChannelRole.MAIN,
                            "capability switchover-ack is on here, but the source opened no return"
                                    + " path"));
        }
    }
}
