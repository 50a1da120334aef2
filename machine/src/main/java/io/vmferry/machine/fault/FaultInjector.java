package io.vmferry.machine.fault;

import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.status.Side;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
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
public final class FaultInjector implements DeviceTrouble, FaultSite<PointName<?>> {

    private static final Logger log = LoggerFactory.getLogger(FaultInjector.class);

    private final FaultPlan plan;
    private final FaultyProcess process;
    private final long memoryBytes;
    private final DeviceDurations durations;
    private final FaultyChannels channels;
    private final FaultControl<PointName<?>> control;
    private final boolean controllable;
    private final Set<String> failingSaves = new HashSet<>();
    private final Set<String> failingLoads = new HashSet<>();
    private Probe told = Probe.NONE;

    /**
     * An injector for one side. To be wired by {@link #transport} and {@link #watch}.
     *
     * @param controllable whether somebody may look and change things by {@link #control}
     * @param times when faults are injected, for their list
     */
    public FaultInjector(
            FaultPlan plan,
            EngineLoop loop,
            Guest guest,
            FaultyProcess process,
            boolean controllable,
            Clock times) {
        this.plan = plan;
        this.process = process;
        this.memoryBytes = guest.ram().totalBytes();
        this.durations = new DeviceDurations(guest.devices());
        this.channels = new FaultyChannels(plan.side(), loop);
        this.controllable = controllable;
        this.control = new FaultControl<>(new NodePlaces(plan.side()), this, loop, times);
        control.plan(plan.faults());
    }

    /**
     * What can be seen and changed while the node runs; empty for a node that has only its plan, so
     * that one without a plan costs nothing.
     */
    public Optional<Control> control() {
        return controllable ? Optional.of(control) : Optional.empty();
    }

    /** Says at the end which faults have had no effect. On the loop. */
    public void warnOfWaiting() {
        waiting()
                .forEach(fault ->
                        log.warn("Fault '{}' was not injected: its place was not reached", fault));
    }

    /** The faults whose place has not been reached, as they were given. */
    List<String> waiting() {
        return control.waitingFaults();
    }

    private boolean idle() {
        return plan.isEmpty() && !controllable;
    }

    /** The transport for the engine: the same one while there is nothing to go wrong. */
    public Transport transport(Transport transport) {
        return idle() ? transport : new FaultyTransport(transport, channels);
    }

    /**
     * The probe for the engine.
     *
     * @param probe gets every point first, and every injected fault
     */
    public Probe watch(Probe probe) {
        if (idle()) {
            return probe;
        }
        told = probe;
        return probe.and(this::reached);
    }

    private <A> void reached(PointName<A> name, @Nullable A argument) {
        if (stands(name)) {
            control.started();
        }
        // some points are reached for every page
        if (control.countOnly(name)) {
            return;
        }
        // all other faults of this point are injected before a bug ends the engine's turn
        Optional<InjectedBug> bug = Optional.empty();
        for (PlannedFault<PointName<?>> fault :
                control.at(name, () -> name.argumentText(argument))) {
            ProtocolPoint point = new ProtocolPoint(name, argument);
            injectAt(fault, point);
            bug = bug.or(() -> fault.action().bug().map(type -> type.at(point.toString())));
        }
        bug.ifPresent(InjectedBug::raise);
    }

    /** The monitors are about to open. On the loop. */
    public void opening() {
        for (PlannedFault<PointName<?>> fault : plan.faults()) {
            if (fault.trigger() instanceof Trigger.AtOpening) {
                inject(fault, Trigger.OPENING);
            }
        }
    }

    private boolean stands(PointName<?> name) {
        return name == (plan.side() == Side.SOURCE ? PointName.CONNECTED : PointName.MAIN_CHANNEL);
    }

    private void injectAt(PlannedFault<PointName<?>> fault, ProtocolPoint point) {
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
            control.later(fault, part + at.delayNanos(), () -> inject(fault, point.toString()));
        } else {
            inject(fault, point.toString(), at.delayNanos());
        }
    }

    private void inject(PlannedFault<?> fault, String where, long delayNanos) {
        if (delayNanos > 0) {
            control.later(fault, delayNanos, () -> inject(fault, where));
        } else {
            inject(fault, where);
        }
    }

    private void inject(PlannedFault<?> fault, String where) {
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
                    tellIf(process.injectIntoMonitor(action), fault, "monitor", where);
            default -> tellIf(injectIntoChannels(fault.action()), fault, "channel", where);
        }
    }

    private void tellIf(boolean hit, PlannedFault<?> fault, String what, String where) {
        if (hit) {
            tell(fault, where);
        } else {
            log.warn("Fault '{}' finds no {} to hit at {}", fault.spec(), what, where);
            control.missed(fault, where);
        }
    }

    private boolean injectIntoChannels(FaultAction action) {
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
        log.warn("Fault '{}' is injected at {}", fault.spec(), where);
        control.injected(fault, where);
        String what = fault.spec().what().toString();
        control.observe(PointName.FAULT_INJECTED, () -> what);
        told.reached(PointName.FAULT_INJECTED, what);
    }

    // ---- what the control asks for

    @Override
    public String text(PointName<?> name) {
        return name.text();
    }

    @Override
    public void timeIsUp(PlannedFault<PointName<?>> fault) {
        inject(fault, fault.spec().where().toString());
    }

    @Override
    public Cancellable watch(PlannedFault<PointName<?>> fault, Trigger.AtByte<PointName<?>> at)
            throws RefusedException {
        long position =
                at.bytes().orElseGet(() -> memoryBytes / 100 * at.percentOfMemory().orElseThrow());
        return channels.at(
                at.channel(),
                at.ordinal(),
                position,
                () -> inject(fault, "byte " + Figures.number(position), at.delayNanos()));
    }

    @Override
    public List<ControlledChannel> channels() {
        return channels.open();
    }

    @Override
    public boolean cut(FaultChannel channel, CutKind kind) {
        boolean hit =
                switch (kind) {
                    case CLOSE -> channels.breakAll(channel, true);
                    case RESET -> channels.breakAll(channel, false);
                    case BLACKHOLE -> channels.blackhole(channel);
                };
        if (hit) {
            log.warn("Channel {} is cut: {}", channel, kind.text());
        }
        return hit;
    }

    @Override
    public boolean restore(FaultChannel channel) {
        boolean hit = channels.restore(channel);
        if (hit) {
            log.warn("Channel {} is restored", channel);
        }
        return hit;
    }

    // ---- devices

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
                ? Optional.of("a fault lets it fail to " + what)
                : Optional.empty();
    }
}
