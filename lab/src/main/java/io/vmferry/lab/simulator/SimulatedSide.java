package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.FaultyProcess;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.HostedGuest;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One node of a simulation: a host, its guest, and everything it told. */
final class SimulatedSide implements FaultyProcess {

    final SimulatedHost host;
    final HostedGuest hosted;
    final SimulatedVcpus vcpus;
    final List<String> events = new ArrayList<>();
    final List<String> points = new ArrayList<>();
    private final List<Probe> probes = new ArrayList<>();
    private boolean ending;
    private EventSink monitor = event -> {};

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
                    case QmpEvent.Migration(var status) -> "MIGRATION(" + status.qmpName() + ")";
                    case QmpEvent.MigrationPass(long pass) -> "MIGRATION_PASS(" + pass + ")";
                    case QmpEvent.UnplugPrimary(String id) -> event.name() + "(" + id + ")";
                    case QmpEvent.Stop _,
                            QmpEvent.Resume _,
                            QmpEvent.Shutdown _,
                            QmpEvent.ColoExit _ ->
                            event.name();
                });
        monitor.emit(event);
    }

    /** Sets who else is told of every event. */
    void monitor(EventSink sink) {
        monitor = sink;
    }

    void point(ProtocolPoint point) {
        points.add(point.toString());
        List.copyOf(probes).forEach(probe -> probe.reached(point));
    }

    /** Adds somebody who is told of every protocol point of this side. */
    void probe(Probe probe) {
        probes.add(probe);
    }

    /** Whether the process is about to end, and has not yet. */
    boolean ending() {
        return ending && host.alive();
    }

    /** As an event of its own: a process does not outlive the step in which it dies. */
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

    /** Whether the guest executes on this side. */
    boolean runsGuest() {
        return host.alive() && hosted.guest().run().state() == RunState.RUNNING;
    }
}
