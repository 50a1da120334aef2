package io.vmferry.lab.simulator;

import io.vmferry.machine.control.Control;
import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.fault.FaultyProcess;
import io.vmferry.machine.fault.InjectedBug;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.HostedGuest;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node of a simulation: a host, its guest, and its events and protocol points. */
final class SimulatedSide implements FaultyProcess {

    final SimulatedHost host;
    final HostedGuest hosted;
    final SimulatedVcpus vcpus;
    final List<String> events = new ArrayList<>();
    private final List<ProtocolPoint> reached = new ArrayList<>();
    private final List<Consumer<ProtocolPoint>> readers = new ArrayList<>();
    private Optional<InjectedBug> due = Optional.empty();
    private boolean ending;
    private EventSink monitor = event -> {};
    private Optional<Control> control = Optional.empty();

    SimulatedSide(
            SimulatedHost host,
            GuestSpec spec,
            RunState initial,
            Lease lease,
            SplittableRandom random) {
        this.host = host;
        SimulatedVcpus[] made = new SimulatedVcpus[1];
        this.hosted =
                HostedGuest.assemble(
                        spec,
                        initial,
                        vcpus -> made[0] = new SimulatedVcpus(host, vcpus, random),
                        lease,
                        this::event);
        this.vcpus = made[0];
    }

    void event(QmpEvent event) {
        events.add(
                switch (event) {
                    case QmpEvent.Migration(var status) -> "MIGRATION(" + status.text() + ")";
                    case QmpEvent.MigrationPass(long pass) -> "MIGRATION_PASS(" + pass + ")";
                    case QmpEvent.UnplugPrimary(String id) -> event.name() + "(" + id + ")";
                    case QmpEvent.Stop _,
                            QmpEvent.Resume _,
                            QmpEvent.Shutdown _,
                            QmpEvent.ColoExit _,
                            QmpEvent.Own _,
                            QmpEvent.Planned _ ->
                            event.name();
                });
        monitor.emit(event);
    }

    /** What the commands of a monitor can see and change; empty unless the pair is controllable. */
    Optional<Control> control() {
        return control;
    }

    void control(Optional<Control> found) {
        control = found;
    }

    /** Sets a second receiver of every event. */
    void monitor(EventSink sink) {
        monitor = sink;
    }

    /**
     * Records a protocol point of the engine. A rule that is broken fails the simulation, not the
     * engine.
     */
    <A> void point(PointName<A> name, @Nullable A argument) {
        ProtocolPoint point = new ProtocolPoint(name, argument);
        reached.add(point);
        for (Consumer<ProtocolPoint> reader : List.copyOf(readers)) {
            try {
                reader.accept(point);
            } catch (RuntimeException | Error broken) {
                host.fail(broken);
            }
        }
        Optional<InjectedBug> bug = due;
        due = Optional.empty();
        bug.ifPresent(InjectedBug::raise);
    }

    /** Lets the engine throw at the protocol point that it has just reached. */
    void throwHere(InjectedBug bug) {
        due = Optional.of(bug);
    }

    /** Adds a receiver of every protocol point of this side. */
    void probe(Consumer<ProtocolPoint> reader) {
        readers.add(reader);
    }

    /** All points that this side has reached, in order, as text. */
    List<String> points() {
        return reached.stream().map(ProtocolPoint::toString).toList();
    }

    /** Whether this side has reached that point. */
    boolean has(ProtocolPoint point) {
        return reached.contains(point);
    }

    /** Whether this side has reached the point of that name. */
    boolean has(PointName<?> name) {
        return reached.stream().anyMatch(point -> point.name() == name);
    }

    /** A command of the user. */
    interface UserCommand {
        void run() throws QmpException;
    }

    /**
     * Runs a command of the user as a monitor does: an exception is an internal error for the user,
     * and goes to the handler of the process.
     *
     * @return whether it was executed
     */
    boolean command(UserCommand command) throws QmpException {
        try {
            command.run();
            return true;
        } catch (RuntimeException | Error bug) {
            host.escaped(bug);
            return false;
        }
    }

    /** Ends the process in order, which must not happen while its guest runs. */
    void end(ExitCode code) {
        if (runsGuest()) {
            host.fail(
                    new BrokenRule(
                            Invariant.TRUTH,
                            "The %s ends with %s while it runs the guest"
                                    .formatted(host.name(), code)));
        }
        exit();
    }

    /** Whether the process is about to end. */
    boolean ending() {
        return ending && host.alive();
    }

    /** Kills the process as a separate event, so that the current step completes. */
    @Override
    public void kill() {
        ending = true;
        host.execute(host::kill);
    }

    /** The lease is given back, then the connections end with the process. */
    @Override
    public void exit() {
        ending = true;
        host.execute(() -> hosted.guest().run().end(() -> {}, host::kill));
    }

    /**
     * Whether this side has the guest in the state that the user left it: running, or paused by the
     * user.
     */
    boolean hasGuest(Scenario.Beginning beginning) {
        RunState state = hosted.guest().run().state();
        return runsGuest() || (host.alive() && beginning.paused() && state == RunState.PAUSED);
    }

    /** Whether the guest executes on this side. */
    boolean runsGuest() {
        return host.alive() && hosted.guest().run().state() == RunState.RUNNING;
    }
}
