package io.vmferry.lab.simulator;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultTerm;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Injects the fault of a scenario, once, and records the milestone of the migration at that time
 * and when it was noticed. Faults that were planned within the processes are recorded here, too.
 */
final class FaultExecution {

    /** Longer than a holder takes to check its lease. */
    static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The longest delay of a fault after its point, which lets it happen between two points. */
    private static final long LONGEST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** A damage and the milestone at which it was done. */
    record Hit(Fault.Damage damage, Milestone milestone) {}

    private final SimulatedPair pair;
    private final SimulatedPair.Destination destination;
    private final Fault fault;
    private final List<Hit> planned = new ArrayList<>();
    private final NetworkFaults network;
    private final Milestones milestones;
    private int seen;
    private boolean done;
    private boolean cutPlanned;
    private boolean garbledBefore;
    private Optional<Hit> struck = Optional.empty();
    private Optional<Milestone> noticed = Optional.empty();

    FaultExecution(SimulatedPair pair, SimulatedPair.Destination destination, Fault fault) {
        this(pair, destination, fault, new Milestones(pair, destination));
    }

    private FaultExecution(
            SimulatedPair pair,
            SimulatedPair.Destination destination,
            Fault fault,
            Milestones milestones) {
        this.pair = pair;
        this.destination = destination;
        this.fault = fault;
        this.network = new NetworkFaults(pair, pair.network.connections().size());
        this.milestones = milestones;
    }

    /** Records the faults in a recovery of the same migration. */
    FaultExecution ofRecovery() {
        FaultExecution next = new FaultExecution(pair, destination, Fault.NONE, milestones);
        next.garbledBefore = garbled();
        return next;
    }

    /** All damages so far. */
    List<Hit> hits() {
        List<Hit> all = new ArrayList<>(planned);
        struck.ifPresent(all::add);
        return all;
    }

    /** Whether bytes were changed between the sides. */
    boolean garbled() {
        return garbledBefore || hits().stream().anyMatch(hit -> hit.damage == Fault.Damage.GARBLED);
    }

    /** Whether an engine has thrown an injected bug. */
    boolean bug() {
        return hits().stream()
                .anyMatch(hit ->
                        hit.damage == Fault.Damage.SOURCE_BUG
                                || hit.damage == Fault.Damage.DESTINATION_BUG);
    }

    Fault fault() {
        return fault;
    }

    /** The milestone at which the fault did harm; empty when it did none. */
    Optional<Milestone> struck() {
        return struck.map(Hit::milestone);
    }

    /** The milestone that was reached when the source had ended or paused. */
    Milestone noticed() {
        Milestone end = noticed.orElseGet(milestones::now);
        // a source without a return path may have ended before
        return Stream.concat(hits().stream().map(Hit::milestone), Stream.of(end))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /**
     * The guest that the destination expects: different from the source's if a device is to reject
     * its state.
     */
    static GuestSpec destinationGuest(Scenario scenario) {
        GuestSpec guest = scenario.guest().withProfile(scenario.destinationProfile());
        if (scenario.fault().kind() != Fault.FaultKind.DEVICE_LOAD_ERROR) {
            return guest;
        }
        List<DeviceSpec> devices = new ArrayList<>(guest.devices());
        for (int i = 0; i < devices.size(); i++) {
            // only the first device differs, so that the others are loaded or not, as it comes
            if (devices.get(i).kind().text().startsWith("virtio")) {
                devices.set(i, DeviceSpec.parse(devices.get(i).kind().text() + ",state-size=77"));
                break;
            }
        }
        return guest.withDevices(devices);
    }

    private Hit hit(Side side) {
        return new Hit(fault.kind().damage(side), milestones.now());
    }

    /** Nothing is sent before all channels are connected. */
    private void cutMainLater(ProtocolPoint point) {
        boolean begins =
                fault.kind() == Fault.FaultKind.CUT_MAIN_AT_BYTE
                        && point.name() == PointName.CONNECTED
                        && !cutPlanned;
        if (begins) {
            cutPlanned = true;
            cutAmongBytes(2 * pair.scenario.guest().memoryBytes());
        }
    }

    /** A protocol point was reached on either side. */
    void atPoint(ProtocolPoint point, SimulatedSide side) {
        milestones.atPoint(point, side);
        cutMainLater(point);
        noteDevices(point, side);
        notePlanned(point, side);
        if (noticed.isEmpty() && side == pair.source && sourceIsDone(point)) {
            noticed = Optional.of(milestones.now());
        }
        if (done) {
            return;
        }
        delayAt(point, side)
                .ifPresent(delay -> {
                    done = true;
                    if (fault.kind().bug().isPresent()) {
                        struck = Optional.of(hit(side(side)));
                        side.throwHere(fault.kind().bug().get().at(point.toString()));
                    } else {
                        // as a separate event: the fault comes from outside
                        pair.time.schedule(delay, this::strike);
                    }
                });
    }

    private Side side(SimulatedSide side) {
        return side == pair.source ? Side.SOURCE : Side.DESTINATION;
    }

    private void notePlanned(ProtocolPoint point, SimulatedSide side) {
        if (point.name() != PointName.FAULT_INJECTED) {
            return;
        }
        FaultActionKind kind =
                Named.find(FaultActionKind.class, FaultTerm.parse(point.argumentText()).name())
                        .orElseThrow();
        Fault.Damage damage = Fault.Damage.of(kind, side(side));
        planned.add(new Hit(damage, milestones.now()));
        if (damage == Fault.Damage.SOURCE_DIES && noticed.isEmpty()) {
            noticed = Optional.of(milestones.now());
        }
    }

    private void noteDevices(ProtocolPoint point, SimulatedSide side) {
        boolean refused =
                fault.kind() == Fault.FaultKind.DEVICE_LOAD_ERROR
                        && side == destination.side
                        && isStatus(point, MigrationStatus.FAILED);
        if (refused && struck.isEmpty()) {
            struck = Optional.of(hit(Side.DESTINATION));
        }
    }

    private static boolean isStatus(ProtocolPoint point, MigrationStatus status) {
        return point.is(PointName.STATUS, status);
    }

    private static boolean sourceIsDone(ProtocolPoint point) {
        return isStatus(point, MigrationStatus.FAILING)
                || isStatus(point, MigrationStatus.FAILED)
                || isStatus(point, MigrationStatus.CANCELLING)
                || isStatus(point, MigrationStatus.COMPLETED)
                || isStatus(point, MigrationStatus.POSTCOPY_PAUSED);
    }

    private OptionalLong delayAt(ProtocolPoint point, SimulatedSide side) {
        return switch (fault.moment()) {
            case Moment.Nth(int nth) ->
                    seen++ == nth
                            ? OptionalLong.of(pair.random.nextLong(LONGEST_DELAY_NANOS))
                            : OptionalLong.empty();
            case Moment.AtPoint(String host, String label, int ordinal, long delay) -> {
                boolean meant = side.host.name().equals(host) && Moment.label(point).equals(label);
                yield meant && ++seen == ordinal ? OptionalLong.of(delay) : OptionalLong.empty();
            }
        };
    }

    private void strike() {
        Hit hit = hit(Side.SOURCE);
        if (bringAbout()) {
            struck = Optional.of(hit);
            if (!pair.source.host.alive()) {
                noticed = Optional.of(hit.milestone());
            }
        }
    }

    /** Injects the fault; false when it has no effect. */
    private boolean bringAbout() {
        return switch (fault.kind()) {
            case NONE, CUT_MAIN_AT_BYTE, DEVICE_LOAD_ERROR, EXCEPTION, ERROR -> false;
            case CUT_MAIN,
                    CUT_RETURN_PATH,
                    CUT_PREEMPT,
                    STALL_MAIN,
                    STALL_RETURN_PATH,
                    STALL_PREEMPT,
                    HALF_OPEN ->
                    network.strike(fault.kind().action().orElseThrow());
            case KILL_SOURCE -> kill(pair.source.host);
            case KILL_DESTINATION -> kill(destination.side.host);
            case CUT_MAIN_AMONG_BYTES ->
                    // mostly in the middle of a host page
                    cutAmongBytes(2 * pair.scenario.guest().memoryPageBytes());
            case CANCEL -> cancel();
            case LEASE_FULL -> {
                pair.lease.full(LEASE_NANOS);
                yield true;
            }
            case LEASE_VANISHES -> {
                pair.lease.vanish();
                yield true;
            }
            case LEASE_FORCED -> {
                pair.lease.force(LEASE_NANOS);
                yield true;
            }
        };
    }

    private static boolean kill(SimulatedHost host) {
        host.kill();
        return true;
    }

    /** Counts as injected when the connection is cut. */
    private boolean cutAmongBytes(long most) {
        network.cutAmongBytes(ChannelRole.MAIN, most, () -> struck = Optional.of(hit(Side.SOURCE)));
        return false;
    }

    // ---- the user

    private boolean cancel() {
        boolean postcopy = pair.outgoing.status().inPostcopy();
        boolean over = !pair.outgoing.status().running();
        try {
            pair.source.command(pair.outgoing::cancel);
            if (postcopy) {
                throw new BrokenRule(
                        Invariant.OWNER,
                        "Cancel was not refused in " + pair.outgoing.status().text());
            }
            return !over;
        } catch (QmpException e) {
            if (!postcopy) {
                throw new BrokenRule(Invariant.OWNER, "Cancel refused: " + e.getMessage(), e);
            }
            return false;
        }
    }
}
