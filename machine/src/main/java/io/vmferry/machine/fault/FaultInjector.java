package io.vmferry.machine.fault;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.status.Side;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Injects a {@link FaultPlan} on one side: observes its protocol points, and wraps the engine's
 * transport and devices. Confined to the engine's loop.
 *
 * <p>A fault without a delay is injected before the engine continues from the point. What ends a
 * channel is told to the engine later, as the network does it.
 */
public final class FaultInjector implements DeviceTrouble {

    private static final Logger log = LoggerFactory.getLogger(FaultInjector.class);

    private final FaultPlan plan;
    private final EngineLoop loop;
    private final FaultyProcess process;
    private final long memoryBytes;
    private final DeviceDurations durations;
    private final FaultyChannels channels;
    private final WaitingFaults<PointName<?>> waiting;
    private final Set<String> failingSaves = new HashSet<>();
    private final Set<String> failingLoads = new HashSet<>();
    private Probe told = Probe.NONE;
    private boolean started;

    /** An injector for one side. To be wired by {@link #transport} and {@link #watch}. */
    public FaultInjector(FaultPlan plan, EngineLoop loop, Guest guest, FaultyProcess process) {
        this.plan = plan;
        this.loop = loop;
        this.process = process;
        this.memoryBytes = guest.ram().totalBytes();
        this.durations = new DeviceDurations(guest.devices());
        this.channels = new FaultyChannels(plan.side(), loop);
        this.waiting = new WaitingFaults<>(plan.faults());
        for (PlannedFault<PointName<?>> fault : plan.faults()) {
            if (fault.trigger() instanceof Trigger.AtByte<PointName<?>> at) {
                watchBytes(fault, at);
            }
        }
    }

    private void watchBytes(PlannedFault<PointName<?>> fault, Trigger.AtByte<PointName<?>> at) {
        long position =
                at.bytes().orElseGet(() -> memoryBytes / 100 * at.percentOfMemory().orElseThrow());
        channels.at(
                at.channel(),
                at.ordinal(),
                position,
                () -> strike(fault, "byte " + position, at.delayNanos()));
    }

    /** The transport for the engine: the same one while there is nothing to go wrong. */
    public Transport transport(Transport transport) {
        return plan.isEmpty() ? transport : new FaultyTransport(transport, channels);
    }

    /**
     * The probe for the engine.
     *
     * @param probe gets every point first, and every injected fault
     */
    public Probe watch(Probe probe) {
        if (plan.isEmpty()) {
            return probe;
        }
        told = probe;
        return probe.and(this::reached);
    }

    private <A> void reached(PointName<A> name, @Nullable A argument) {
        if (!started && stands(name)) {
            started = true;
            startClocks();
        }
        // all other faults of this point are injected before a bug ends the engine's turn
        Optional<InjectedBug> bug = Optional.empty();
        for (PlannedFault<PointName<?>> fault :
                waiting.at(name, () -> name.argumentText(argument))) {
            ProtocolPoint point = new ProtocolPoint(name, argument);
            strikeAt(fault, point);
            bug = bug.or(() -> fault.action().bug().map(type -> type.at(point.toString())));
        }
        bug.ifPresent(InjectedBug::raise);
    }

    /** The monitors are about to open. On the loop. */
    public void opening() {
        for (PlannedFault<PointName<?>> fault : plan.faults()) {
            if (fault.trigger() instanceof Trigger.AtOpening) {
                strike(fault, Trigger.OPENING);
            }
        }
    }

    private boolean stands(PointName<?> name) {
        return name == (plan.side() == Side.SOURCE ? PointName.CONNECTED : PointName.MAIN_CHANNEL);
    }

    private void startClocks() {
        for (PlannedFault<PointName<?>> fault : plan.faults()) {
            if (fault.trigger() instanceof Trigger.AfterStart<PointName<?>>(long nanos)) {
                loop.schedule(nanos, () -> strike(fault, fault.spec().where().toString()));
            }
        }
    }

    private void strikeAt(PlannedFault<PointName<?>> fault, ProtocolPoint point) {
        if (fault.action() instanceof FaultAction.Fail) {
            boolean saving = point.name() == PointName.DEVICE_SAVE_STARTED;
            (saving ? failingSaves : failingLoads).add(point.argumentText());
            tell(fault, point.toString());
            return;
        }
        var at = (Trigger.AtOccurrence<PointName<?>>) fault.trigger();
        if (at.percent().isPresent()) {
            long whole = durations.nanos(point.name(), point.argumentText());
            long part = whole / 100 * at.percent().getAsInt();
            // a step of its own also when it takes no time: the device has begun
            loop.schedule(part + at.delayNanos(), () -> strike(fault, point.toString()));
        } else {
            strike(fault, point.toString(), at.delayNanos());
        }
    }

    private void strike(PlannedFault<?> fault, String where, long delayNanos) {
        if (delayNanos > 0) {
            loop.schedule(delayNanos, () -> strike(fault, where));
        } else {
            strike(fault, where);
        }
    }

    private void strike(PlannedFault<?> fault, String where) {
        switch (fault.action()) {
            case FaultAction.Kill _ -> {
                tell(fault, where);
                process.kill();
            }
            case FaultAction.Exit _ -> {
                tell(fault, where);
                // the engine goes on until the process is gone, but nothing comes of it
                channels.stop();
                process.exit();
            }
            case FaultAction.ThrowBug _ -> tell(fault, where);
            case FaultAction.OnMonitor action ->
                    tellIf(process.strikeMonitor(action), fault, "monitor", where);
            default -> tellIf(strikeChannels(fault.action()), fault, "channel", where);
        }
    }

    private void tellIf(boolean struck, PlannedFault<?> fault, String what, String where) {
        if (struck) {
            tell(fault, where);
        } else {
            log.warn("Fault '{}' finds no {} to strike at {}", fault.spec(), what, where);
        }
    }

    private boolean strikeChannels(FaultAction action) {
        return switch (action) {
            case FaultAction.Close(var channel) -> channels.breakAll(channel, true);
            case FaultAction.Reset(var channel) -> channels.breakAll(channel, false);
            case FaultAction.Blackhole(var channel) -> channels.blackhole(channel);
            case FaultAction.Stall(var channel, long nanos) ->
                    channels.change(channel, lane -> lane.stall(nanos));
            case FaultAction.Delay(var channel, long nanos) ->
                    channels.change(channel, lane -> lane.delay(nanos));
            case FaultAction.Corrupt(var channel, int bytes) -> channels.corrupt(channel, bytes);
            case FaultAction.Kill _,
                    FaultAction.Exit _,
                    FaultAction.OnMonitor _,
                    FaultAction.Fail _,
                    FaultAction.ThrowBug _,
                    FaultAction.Throttle _,
                    FaultAction.Drop _,
                    FaultAction.Swap _,
                    FaultAction.Hold _ ->
                    throw new IllegalStateException(action + " hits no channel of a node");
        };
    }

    private void tell(PlannedFault<?> fault, String where) {
        log.warn("Fault '{}' strikes at {}", fault.spec(), where);
        told.reached(PointName.FAULT_INJECTED, fault.spec().what().toString());
    }

    @Override
    public Optional<String> saving(String device) {
        return failure(failingSaves, device, "save");
    }

    @Override
    public Optional<String> loading(String device) {
        return failure(failingLoads, device, "load");
    }

    private static Optional<String> failure(Set<String> failing, String device, String what) {
        return failing.remove(device)
                ? Optional.of("the fault plan lets it fail to " + what)
                : Optional.empty();
    }
}
