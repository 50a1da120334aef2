package io.vmferry.dest;

import io.vmferry.dest.commands.IncomingCommands;
import io.vmferry.dest.commands.OutgoingRefusals;
import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.dest.incoming.IncomingMigration;
import io.vmferry.dest.incoming.IncomingMigration.IncomingPorts;
import io.vmferry.machine.commands.ConnectionLimit;
import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.daemon.MigrationLog;
import io.vmferry.machine.daemon.Node;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.daemon.ProgressDisplay;
import io.vmferry.machine.daemon.Reports;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.daemon.SignalNotice;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.metrics.Metric;
import io.vmferry.machine.metrics.Readings;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.oracle.Oracle;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.terminal.Progress;
import io.vmferry.machine.terminal.RateMeter;
import io.vmferry.machine.verdict.MemoryProof;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running destination: one incoming migration, the check of its memory and the verdict. */
final class DestDaemon {

    private static final Logger log = LoggerFactory.getLogger(DestDaemon.class);

    /** How long the monitors wait for the socket that a source connects to. */
    private static final long LISTEN_SECONDS = 2;

    /** Time for the last messages to leave before the process ends. */
    private static final long GOODBYE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LOOK_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final String NO_ORACLE =
            "none: without vCPUs there is no record of what memory was";

    private final Node node;
    private final Guest guest;
    private final Screen screen;
    private final IncomingClock clock;
    private final IncomingMigration migration;
    private final DestinationPolicy policy;
    private final Reports reports;
    private final ProgressDisplay progress;
    private final RateMeter rate = new RateMeter();

    /** Confined to the engine's loop. */
    private Optional<Oracle> oracle = Optional.empty();

    DestDaemon(Node node, Screen screen) {
        this.node = node;
        this.guest = node.guest();
        this.screen = screen;
        this.policy = new DestinationPolicy(node.spec().once());
        this.clock = new IncomingClock(node.loop()::nanoTime);
        Probe steps = new MigrationLog(this::peer, this::loggedReason, node::logLater);
        this.migration =
                new IncomingMigration(
                        guest,
                        node.options(),
                        new IncomingPorts(
                                node.loop(),
                                node.transport(),
                                node.events(),
                                node.watched(node.probe().and(clock).and(this::reached).and(steps)),
                                node.trouble()));
        this.reports =
                new Reports(
                        node,
                        screen,
                        () -> DestinationPolicy.pending(migration.status(), guest.run().state()));
        this.progress = new ProgressDisplay(node, screen, this::progress);
        node.signalNotice(
                new SignalNotice(
                        node.loop(),
                        node.spec().logFormat(),
                        screen,
                        () ->
                                DestinationPolicy.signalNotice(
                                        migration.status(), guest.run().state())));
        migration.beforeStart(() -> oracle = node.hosted().arrived());
        migration.whenEnded(this::ended);
        migration.whenPaused(this::paused);
        node.whenReleased(migration::stopListening);
        node.whenBroken(migration::broken);
    }

    /**
     * Listens, if there is an address, and serves to the end. As in QEMU a client of a monitor may
     * have the source migrate at once.
     */
    ExitCode run(Optional<MigrationAddress> address) throws NodeFailure {
        if (address.isPresent() && !listenAtOnce(address.get())) {
            return node.serve();
        }
        if (!node.spec().qmpListeners().isEmpty()) {
            CommandTable.Builder table = node.commands();
            new IncomingCommands(migration, guest, node.options(), this::listen).addTo(table);
            new OutgoingRefusals(guest.run(), node.options()).addTo(table);
            reports.addTo(table);
            node.openMonitors(table.build());
        }
        node.openMetrics(
                migration::status,
                readings -> {
                    readings.set(Metric.READY, ready() ? 1 : 0);
                    read(migration.figures(), readings);
                    reports.read(readings);
                });
        return node.serve();
    }

    /** Whether a source can begin a migration here. */
    private boolean ready() {
        MigrationStatus status = migration.status();
        // an old version has no setup
        return migration.listens()
                && (status == MigrationStatus.NONE || status == MigrationStatus.SETUP);
    }

    private <A> void reached(PointName<A> name, @Nullable A argument) {
        if (name == PointName.STATUS) {
            reports.forget();
            MigrationStatus status = PointName.STATUS.argument(argument);
            if (status == MigrationStatus.ACTIVE) {
                // so that the first rate that is shown is one
                receivedBytesPerSecond();
            }
            if (status != MigrationStatus.SETUP) {
                progress.changed(status);
            }
        }
    }

    private Optional<String> peer() {
        return migration.figures().peer().map(peer -> "from " + peer);
    }

    private Optional<String> loggedReason() {
        return reports.logged(migration.figures().error());
    }

    private Optional<Progress> progress() {
        IncomingFigures figures = migration.figures();
        if (!figures.status().running() || !figures.sourceCame()) {
            return Optional.empty();
        }
        long received =
                guest.ram().blocks().stream()
                        .mapToLong(block -> block.received().cardinality())
                        .sum();
        return Optional.of(
                IncomingText.progress(
                        figures,
                        clock.totalNanos(),
                        received,
                        guest.ram().pageCount(),
                        receivedBytesPerSecond()));
    }

    private long receivedBytesPerSecond() {
        return rate.bytesPerSecond(node.loop().nanoTime(), migration.figures().receivedBytes());
    }

    /** Sets the metrics of an incoming migration. */
    private static void read(IncomingFigures figures, Readings readings) {
        readings.set(Metric.RECEIVED, figures.receivedBytes());
        figures.multifdBytes()
                .forEach((channel, bytes) ->
                        readings.set(Metric.MULTIFD_RECEIVED, Integer.toString(channel), bytes));
        readings.set(Metric.PAGES, "normal", figures.normalPages());
        readings.set(Metric.PAGES, "zero", figures.zeroPages());
        readings.set(Metric.PAGES, "xbzrle", figures.deltaPages());
        readings.set(Metric.PASSES, figures.passes());
        readings.set(Metric.PAGE_REQUESTS, figures.pageRequests());
        readings.set(Metric.REQUESTS_OUTSTANDING, figures.outstandingRequests());
    }

    /**
     * Listens on the loop, and waits for it a short while: a slow name server must delay neither a
     * quit nor a monitor.
     *
     * @return false when it cannot, so that the daemon is about to end
     */
    private boolean listenAtOnce(MigrationAddress address) {
        CompletableFuture<Boolean> listens = new CompletableFuture<>();
        Consumer<QmpException> failed =
                e -> {
                    cannotListen(address, e);
                    listens.complete(false);
                };
        node.loop()
                .execute(() -> {
                    try {
                        ConnectionLimit.requireAtStart(address, node.options());
                        listen(address, true, bound -> listens.complete(true), failed);
                    } catch (QmpException e) {
                        failed.accept(e);
                    }
                });
        return listens.completeOnTimeout(true, LISTEN_SECONDS, TimeUnit.SECONDS).join();
    }

    private void cannotListen(MigrationAddress address, QmpException e) {
        node.complain(screen, "Cannot listen on %s: %s".formatted(address, e.getMessage()));
        node.mainThread().end(ExitCode.START_FAILED);
    }

    private void listen(
            MigrationAddress address,
            boolean endOnError,
            Consumer<MigrationAddress> bound,
            Consumer<QmpException> failed)
            throws QmpException {
        migration.listen(
                address,
                at -> {
                    policy.exitOnError(endOnError);
                    reports.listening(at);
                    bound.accept(at);
                },
                failed);
    }

    // ---- the end of the migration, on the loop

    private void ended(IncomingFigures figures) {
        if (figures.status() == MigrationStatus.COMPLETED) {
            arrived(figures);
        } else {
            failed(figures);
        }
    }

    /** Handles a pause: the guest runs here without all of its memory, and can be recovered. */
    private void paused(IncomingFigures figures) {
        Failure failure = figures.failure().orElseThrow();
        follow(policy.paused(failure, figures.status(), guest.run().state()));
    }

    /** Handles a failure; the lease is read a little later, since a killed source loses it last. */
    private void failed(IncomingFigures figures) {
        Failure failure = figures.failure().orElseThrow();
        if (!policy.asksLease(failure)) {
            follow(
                    policy.failed(
                            failure,
                            figures.status(),
                            LeaseStatus.UNKNOWN,
                            failedDetails(figures)));
            return;
        }
        List<String> details = failedDetails(figures);
        AtomicBoolean done = new AtomicBoolean();
        Consumer<LeaseStatus> whenKnown =
                lease -> {
                    if (done.compareAndSet(false, true)) {
                        follow(policy.failed(failure, figures.status(), lease, details));
                    }
                };
        node.loop().schedule(GOODBYE_NANOS, () -> guest.lease().look(whenKnown));
        node.loop().schedule(LOOK_LIMIT_NANOS, () -> whenKnown.accept(LeaseStatus.UNKNOWN));
    }

    private List<String> failedDetails(IncomingFigures figures) {
        return IncomingText.failedDetails(figures, clock.totalNanos(), clock.pausedNanos());
    }

    private void follow(ProcessDecision decision) {
        reports.report(decision)
                .exitCode()
                .ifPresent(code -> {
                    if (code == ExitCode.CRASHED_AS_QEMU) {
                        node.mainThread().end(code);
                    } else {
                        endSoon(code);
                    }
                });
    }

    private void arrived(IncomingFigures figures) {
        long totalNanos = clock.totalNanos();
        if (oracle.isEmpty()) {
            checked(figures, totalNanos, MemoryProof.unchecked(NO_ORACLE));
            return;
        }
        Oracle arrived = oracle.get();
        Thread.ofPlatform()
                .daemon()
                .name("oracle")
                .start(() -> {
                    MemoryProof found = prove(arrived);
                    node.loop().execute(() -> checked(figures, totalNanos, found));
                });
    }

    /** Checks the memory; a bug in the check must not end the process of a running guest. */
    private static MemoryProof prove(Oracle oracle) {
        try {
            return MemoryProof.of(oracle.sweep());
        } catch (Throwable bug) {
            log.error("Internal error, please report it: {}", bug.toString(), bug);
            return MemoryProof.failed();
        }
    }

    private void checked(IncomingFigures figures, long totalNanos, MemoryProof memory) {
        Optional<String> refusal =
                stranded() ? Optional.of(guest.run().refusal().orElse("")) : Optional.empty();
        follow(
                policy.arrived(
                        figures.status(),
                        guest.run().state(),
                        refusal,
                        memory,
                        clock.missing(guest.devices()).stream()
                                .map(IncomingText::missingDevice)
                                .toList(),
                        IncomingText.arrivedDetails(
                                figures,
                                totalNanos,
                                clock.pausedNanos(),
                                clock.deviceNanos(),
                                guest.memory().latency())));
    }

    /** Whether the guest is here and should run, but its lease cannot be taken. */
    private boolean stranded() {
        return guest.run().state() == RunState.PAUSED
                && guest.run().autostart()
                && guest.run().refusal().isPresent();
    }

    /** Ends the daemon once the last messages were sent. */
    private void endSoon(ExitCode code) {
        node.loop().schedule(GOODBYE_NANOS, () -> node.mainThread().end(code));
    }
}
