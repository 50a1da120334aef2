package io.vmferry.machine.daemon;

import io.vmferry.machine.commands.NodeCommands;
import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.dirtyrate.DirtyRateMeter;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.fault.FaultInjector;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.HostedGuest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.lease.FileLease;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.lease.ThreadedLease;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.NettyEngineLoop;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.link.WorkerThreads;
import io.vmferry.machine.memory.MemorySize;
import io.vmferry.machine.memory.RamImage;
import io.vmferry.machine.metrics.GuestReadings;
import io.vmferry.machine.metrics.MetricsServer;
import io.vmferry.machine.metrics.PointTally;
import io.vmferry.machine.metrics.Readings.MetricSource;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.monitor.MonitorServer;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.vcpu.GuestFault;
import io.vmferry.machine.vcpu.VcpuThreads;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The parts that both kinds of daemon have: the guest, the engine's loop, links, monitors and the
 * shutdown. The thread that started it runs whatever may block, such as printing.
 */
public final class Node {

    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private static final long RELEASE_SECONDS = 1;

    /** Limit of concurrent commands that write files, which may hang. */
    private static final int MAX_COMMANDS_AT_WORK = 8;

    private final NodeSpec spec;
    private final NettyEngineLoop loop;
    private final Optional<ThreadedLease> fileLease;
    private final NodeTransport transport;
    private final HostedGuest hosted;
    private final MainThread mainThread = new MainThread();
    private final FaultInjector injector;
    private final Optional<PointTally> tally;
    private final AtomicInteger faults = new AtomicInteger();
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile Optional<MonitorServer> monitors = Optional.empty();
    private volatile Optional<MetricsServer> metrics = Optional.empty();
    private volatile Consumer<Throwable> whenBroken = bug -> {};
    private volatile Runnable whenReleased = () -> {};
    private volatile Optional<SignalNotice> signalNotice = Optional.empty();

    private Node(NodeSpec spec, RunState initial) throws NodeFailure {
        this.spec = spec;
        ContainerMemory.require(spec);
        Optional<FileLease> file = LeaseOpening.of(spec);
        this.loop = NettyEngineLoop.start("engine", this::broken);
        this.fileLease = file.map(found -> ThreadedLease.on(found, loop));
        this.transport =
                NodeTransport.of(spec, loop, () -> guest().run().state() == RunState.RUNNING);
        this.hosted = assemble(initial);
        this.tally = spec.metrics().map(_ -> new PointTally(spec.side()));
        this.injector = spec.injector(loop, guest(), new NodeProcess(mainThread, () -> monitors));
    }

    /**
     * Maps the guest's RAM and loads its memory image.
     *
     * @param initial prelaunch for a source, inmigrate for a destination
     */
    public static Node start(NodeSpec spec, RunState initial) throws NodeFailure {
        Node node = new Node(spec, initial);
        if (spec.memoryImage().isPresent()) {
            try {
                RamImage.load(node.guest().ram(), spec.memoryImage().get());
            } catch (IOException e) {
                throw NodeFailure.start(Worded.of(e), e);
            }
        }
        return node;
    }

    private HostedGuest assemble(RunState initial) throws NodeFailure {
        Lease lease = fileLease.isPresent() ? fileLease.get() : new LocalLease();
        try {
            return HostedGuest.assemble(
                    spec.guest(),
                    initial,
                    vcpus -> new VcpuThreads(vcpus, loop, this::fault, this::vcpuBroken),
                    lease,
                    this::emit);
        } catch (IllegalArgumentException e) {
            throw NodeFailure.usage(Worded.of(e));
        } catch (OutOfMemoryError e) {
            throw NodeFailure.start(
                    "Not enough memory for a guest of %s: the daemon's own %s are full, -Xmx… in JAVA_OPTS gives it more, in an image in _JAVA_OPTIONS"
                            .formatted(
                                    MemorySize.format(spec.guest().memoryBytes()),
                                    MemorySize.format(Runtime.getRuntime().maxMemory())),
                    e);
        }
    }

    private void fault(GuestFault fault) {
        faults.incrementAndGet();
        log.error("{}", fault);
    }

    /**
     * The engine is sound, but a guest whose vCPU cannot continue must not be reported as running.
     */
    private void vcpuBroken(Throwable bug) {
        report(bug);
        guest().run().broken();
    }

    private void report(Throwable bug) {
        log.error(
                "Internal error, please report it: {}",
                bug.toString(),
                spec.verbose() ? bug : null);
    }

    private void broken(Throwable bug) {
        report(bug);
        try {
            whenBroken.accept(bug);
        } catch (Throwable second) {
            log.error(
                    "Internal error while dealing with the one before: {}",
                    second.toString(),
                    spec.verbose() ? second : null);
        }
    }

    private void emit(QmpEvent event) {
        monitors.ifPresent(server -> server.emit(event));
    }

    // ---- what an engine needs

    /** What the command line asked for. */
    public NodeSpec spec() {
        return spec;
    }

    /** The guest as engines and commands see it. */
    public Guest guest() {
        return hosted.guest();
    }

    /** The guest as its host sees it. */
    public HostedGuest hosted() {
        return hosted;
    }

    /** The migration options in force. */
    public MigrationOptions options() {
        return spec.options();
    }

    /** The engine's loop. */
    public EngineLoop loop() {
        return loop;
    }

    /** Links over sockets, pipes and files, on the loop, with the faults that are planned. */
    public Transport transport() {
        return injector.transport(transport.links());
    }

    /** The engine's probe: passes points on to the given one and injects the planned faults. */
    public Probe watched(Probe probe) {
        return injector.watch(tally.map(probe::and).orElse(probe));
    }

    /** Which devices are to fail. */
    public DeviceTrouble trouble() {
        return injector;
    }

    /** The sink of a monitor's events. */
    public EventSink events() {
        return this::emit;
    }

    /** The probe that logs every protocol point with {@code --verbose}. */
    public Probe probe() {
        return PointLog.of(spec);
    }

    /** Logs a line on the main thread, since a slow terminal must not delay the engine. */
    public void logLater(Level level, String line) {
        mainThread.log(line, text -> log.atLevel(level).log("{}", text));
    }

    /** Reports an error in one line, after earlier output. Callable from any thread. */
    public void complain(Screen screen, String line) {
        mainThread.execute(() -> screen.complain(spec.logFormat(), line));
    }

    /** How many vCPUs have found their memory wrong. */
    public int faults() {
        return faults.get();
    }

    /**
     * Sets what to do when a task on the engine's loop let an exception or error escape, which is a
     * bug. On the loop.
     */
    public void whenBroken(Consumer<Throwable> action) {
        whenBroken = action;
    }

    /** Sets what else to release at the end of the process. On the loop. */
    public void whenReleased(Runnable action) {
        whenReleased = action;
    }

    /** Runs a call on the engine's loop and waits for its result. Not for the loop itself. */
    public <T> T onLoop(Callable<T> call) throws Exception {
        return loop.call(call);
    }

    // ---- monitors

    /** A table with the commands of both daemons, for the others to be added. */
    public CommandTable.Builder commands() {
        return new NodeCommands(
                        guest(),
                        spec.name(),
                        options().profile(),
                        loop,
                        probe(),
                        events(),
                        mainThread::quit,
                        new DirtyRateMeter(guest().ram(), loop, options().profile()),
                        new WorkerThreads("command", MAX_COMMANDS_AT_WORK),
                        transport.descriptors(),
                        transport.objects(),
                        injector.control())
                .table();
    }

    /** Opens the monitors that were asked for; {@link #serve} greets their clients. */
    public void openMonitors(CommandTable table) throws NodeFailure {
        MonitorServer server =
                new MonitorServer(table, loop, Clock.systemUTC(), transport.descriptors());
        monitors = Optional.of(server);
        CompletableFuture.runAsync(injector::opening, loop).join();
        try {
            for (MonitorAddress address : spec.monitors()) {
                MonitorAddress bound =
                        server.listen(address, spec.remoteMonitors(), transport.security(address));
                if (!bound.equals(address)) {
                    log.info("Monitor {} is at {}", address, bound);
                }
            }
            server.listenForHealth(spec.healthSocket());
        } catch (IOException e) {
            throw NodeFailure.start(Worded.of(e), e);
        }
    }

    /**
     * Serves metrics, if that was asked for.
     *
     * @param status of the node's migration, asked on the loop like the next
     * @param side what only this kind of node knows
     */
    public void openMetrics(Supplier<MigrationStatus> status, MetricSource side)
            throws NodeFailure {
        if (spec.metrics().isEmpty()) {
            return;
        }
        Side which = spec.side();
        MetricSource common =
                new GuestReadings(which, options().profile(), hosted, status, this::faults);
        try {
            metrics =
                    Optional.of(
                            MetricsServer.start(
                                    spec.metrics().get(),
                                    spec.remoteMetrics(),
                                    transport.metricsSecurity(spec),
                                    which,
                                    guest().memory().latency(),
                                    loop,
                                    tally.orElseThrow().with(common).with(side)));
        } catch (IOException e) {
            throw NodeFailure.start(Worded.of(e), e);
        }
    }

    // ---- the end

    /** The task queue of the main thread, and the end of the node. */
    public MainThread mainThread() {
        return mainThread;
    }

    /** Runs the main thread's tasks until the node ends. */
    public ExitCode serve() {
        monitors.ifPresent(MonitorServer::serve);
        ExitCode code = mainThread.serve();
        loop.execute(injector::warnOfWaiting);
        return code;
    }

    /** Sets what the process says when a signal ends it. */
    public void signalNotice(SignalNotice word) {
        signalNotice = Optional.of(word);
    }

    /** Releases lease, sockets and monitors when a signal ends the process. */
    public void releaseOnSignal() {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    if (!released.get()) {
                                        signalNotice.ifPresent(SignalNotice::say);
                                        emit(new QmpEvent.Shutdown(false, "host-signal"));
                                        release();
                                    }
                                },
                                "release"));
    }

    /**
     * Stops the guest, then gives up its lease, listening sockets and the monitors. Connections and
     * RAM end with the process, so that the engine does not mistake the shutdown for a failure of
     * its peer, and late readers still find RAM mapped.
     */
    public void release() {
        if (!released.compareAndSet(false, true)) {
            return;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch givenUp = new CountDownLatch(1);
        CountDownLatch removed = new CountDownLatch(1);
        transport.sockets().endPrograms();
        loop.execute(() -> {
            whenReleased.run();
            transport.sockets().whenFilesRemoved(removed::countDown);
            guest().run().end(stopped::countDown, givenUp::countDown);
        });
        try {
            if (!stopped.await(RELEASE_SECONDS, TimeUnit.SECONDS)) {
                LimitedPrinting.warn(
                        log, "The guest did not stop within %d s".formatted(RELEASE_SECONDS));
            } else if (!givenUp.await(RELEASE_SECONDS, TimeUnit.SECONDS)) {
                LimitedPrinting.warn(
                        log,
                        "%s was not given up within %d s and goes with this process"
                                .formatted(guest().lease().description(), RELEASE_SECONDS));
            }
            if (!removed.await(RELEASE_SECONDS, TimeUnit.SECONDS)) {
                LimitedPrinting.warn(log, "The file of a listening socket is left behind");
            }
            transport.sockets().awaitPrograms();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fileLease.ifPresent(lease -> loop.execute(lease::close));
        monitors.ifPresent(MonitorServer::close);
        metrics.ifPresent(MetricsServer::close);
    }
}
