package io.vmferry.source;

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
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.metrics.Metric;
import io.vmferry.machine.metrics.Readings;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.terminal.Progress;
import io.vmferry.machine.vcpu.PageContent.SameSeedException;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.commands.OutgoingCommands;
import io.vmferry.source.outgoing.OutgoingFigures;
import io.vmferry.source.outgoing.OutgoingMigration;
import io.vmferry.source.outgoing.OutgoingPorts;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running source: its guest, its migrations one after the other, and their reports. */
final class SourceDaemon {

    private static final Logger log = LoggerFactory.getLogger(SourceDaemon.class);

    private static final long START_SECONDS = 2;

    private static final String CANNOT_START = "Cannot start the guest: ";

    private final Node node;
    private final Guest guest;
    private final ReturnPathMode mode;
    private final Screen screen;
    private final OutgoingMigration migration;

    private final PausedGuest pausedGuest;
    private final SourcePolicy policy;
    private final Reports reports;
    private final ProgressDisplay progress;

    /** Why the guest was not started; empty when it runs or is not to. Completed on the loop. */
    private final CompletableFuture<Optional<String>> starting = new CompletableFuture<>();

    /** Confined to the loop, like the next. */
    private Consumer<Optional<String>> whenStarted = refusal -> {};

    private OptionalInt postcopyAfterPasses;

    /**
     * @param postcopyAfterPasses after how many passes over RAM postcopy is requested
     * @param livenessLimitSeconds how long the destination may be silent in postcopy
     */
    SourceDaemon(
            Node node,
            ReturnPathMode mode,
            OptionalInt postcopyAfterPasses,
            OptionalInt livenessLimitSeconds,
            Screen screen) {
        this.postcopyAfterPasses = postcopyAfterPasses;
        this.node = node;
        this.guest = node.guest();
        this.mode = mode;
        this.screen = screen;
        Probe probe = node.probe();
        Probe steps = new MigrationLog(this::peer, this::loggedReason, node::logLater);
        this.migration =
                new OutgoingMigration(
                        guest,
                        node.options(),
                        new OutgoingPorts(
                                node.loop(),
                                node.transport(),
                                node.events(),
                                node.watched(probe.and(this::reached).and(steps)),
                                node.trouble(),
                                UUID::randomUUID));
        this.pausedGuest = new PausedGuest(guest.lease(), node.loop(), migration::status);
        this.policy =
                new SourcePolicy(
                        node.spec().once() || node.spec().monitors().isEmpty(),
                        node.spec().lease().isPresent());
        this.reports =
                new Reports(
                        node,
                        screen,
                        () ->
                                SourcePolicy.pending(
                                        migration.status(),
                                        migration.owner(),
                                        guest.run().state()));
        this.progress = new ProgressDisplay(node, screen, this::progress);
        node.signalNotice(
                new SignalNotice(node.loop(), node.spec().logFormat(), screen, this::signalNotice));
        migration.livenessLimitSeconds(livenessLimitSeconds);
        migration.whenEnded(this::ended);
        migration.whenPaused(this::paused);
        node.whenBroken(migration::broken);
    }

    /** Boots and starts the guest, migrates it if there is an address, and serves to the end. */
    ExitCode run(Optional<MigrationAddress> address) throws NodeFailure {
        boot();
        start();
        if (!node.spec().qmpListeners().isEmpty()) {
            CommandTable.Builder table = node.commands();
            new OutgoingCommands(migration, guest, node.options(), mode).addTo(table);
            reports.addTo(table);
            node.openMonitors(table.build());
        }
        node.openMetrics(
                migration::status,
                readings -> {
                    read(readings);
                    reports.read(readings);
                });
        node.loop().execute(() -> begin(address));
        return node.serve();
    }

    /** Sets the metrics that only a source has, or knows. */
    private void read(Readings readings) {
        boolean ready =
                OutgoingReadings.ready(
                        migration.status(), guest.run().state(), node.spec().guest().autostart());
        readings.set(Metric.READY, ready ? 1 : 0);
        migration.figures().ifPresent(now -> OutgoingReadings.read(now, readings));
    }

    private void boot() throws NodeFailure {
        try {
            node.hosted().boot();
        } catch (SameSeedException e) {
            throw NodeFailure.usage(Worded.of(e));
        }
    }

    /** Starts the guest, with a limited wait: the monitors show why a lease hangs. */
    private void start() throws NodeFailure {
        if (!node.spec().guest().autostart()) {
            starting.complete(Optional.empty());
            return;
        }
        try {
            node.onLoop(() -> {
                guest.run().start(this::started);
                return null;
            });
            Optional<String> refusal = starting.get(START_SECONDS, TimeUnit.SECONDS);
            if (refusal.isPresent()) {
                throw NodeFailure.start(CANNOT_START + refusal.get(), null);
            }
        } catch (TimeoutException e) {
            log.warn("The guest waits for {}", guest.lease().description());
        } catch (NodeFailure e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("The guest could not be started", e);
        }
    }

    /** Handles what the lease says, on the loop. */
    private void started(Optional<String> refusal) {
        starting.complete(refusal);
        whenStarted.accept(refusal);
    }

    /** Begins the migration once the monitors are open, on the loop. */
    private void begin(Optional<MigrationAddress> address) {
        whenStarted =
                refusal ->
                        refusal.ifPresentOrElse(
                                this::notStarted, () -> address.ifPresent(this::migrate));
        if (starting.isDone()) {
            whenStarted.accept(starting.join());
        }
    }

    private void notStarted(String why) {
        node.complain(screen, CANNOT_START + why);
        node.mainThread().end(ExitCode.START_FAILED);
    }

    private void migrate(MigrationAddress address) {
        try {
            migration.requireAnswers(address);
            ConnectionLimit.requireAtStart(address, node.options());
            migration.migrate(new MigrateArguments(address, mode));
        } catch (QmpException e) {
            follow(policy.rejected(Worded.of(e), guest.run().state()));
        }
    }

    // ---- what people see

    private <A> void reached(PointName<A> name, @Nullable A argument) {
        if (name == PointName.STATUS) {
            reports.forget();
            progress.changed(PointName.STATUS.argument(argument));
        }
        // the first sync begins the first pass
        if (name == PointName.DIRTY_SYNC
                && postcopyAfterPasses.isPresent()
                && PointName.DIRTY_SYNC.argument(argument) > postcopyAfterPasses.getAsInt()) {
            postcopyAfterPasses = OptionalInt.empty();
            startPostcopy();
        }
    }

    private void startPostcopy() {
        try {
            migration.startPostcopy();
        } catch (QmpException e) {
            log.error("{}", e.getMessage());
        }
    }

    private Optional<String> peer() {
        return migration.address().map(address -> "to " + address);
    }

    private Optional<String> loggedReason() {
        return reports.logged(migration.error());
    }

    private Optional<Progress> progress() {
        return migration
                .figures()
                .filter(figures -> figures.status().running())
                .map(OutgoingText::progress);
    }

    private void paused(OutgoingFigures figures) {
        if (migration.awaitsLease()) {
            follow(policy.undecided(figures));
        } else {
            pausedGuest.watch(
                    (where, later) -> follow(policy.paused(figures, where, guest.lease(), later)));
        }
    }

    private String signalNotice() {
        RunState state = guest.run().state();
        return savedIn()
                .map(file -> SourcePolicy.savedNotice(state, file))
                .orElseGet(() ->
                        SourcePolicy.signalNotice(migration.status(), migration.owner(), state));
    }

    /** The file in which a migration has saved the guest. */
    private Optional<Path> savedIn() {
        return migration.status() == MigrationStatus.COMPLETED && !migration.snapshot()
                ? migration
                        .address()
                        .filter(MigrationAddress.File.class::isInstance)
                        .map(address -> ((MigrationAddress.File) address).path())
                : Optional.empty();
    }

    private void ended(OutgoingFigures figures) {
        RunState state = guest.run().state();
        if (migration.snapshot() && figures.status() == MigrationStatus.COMPLETED) {
            follow(policy.snapshotMade(figures, state, migration.address().map(Object::toString)));
            return;
        }
        follow(
                savedIn()
                        .map(file -> policy.saved(figures, state, file))
                        .orElseGet(() -> policy.ended(figures, state, guest.run().refusal())));
    }

    private void follow(ProcessDecision decision) {
        reports.report(decision).exitCode().ifPresent(node.mainThread()::end);
    }
}
