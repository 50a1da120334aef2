package io.vmferry.tools.proxy;

import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.FaultSite;
import io.vmferry.machine.fault.Lane;
import io.vmferry.machine.fault.PlannedFault;
import io.vmferry.machine.fault.Trigger;
import io.vmferry.machine.link.AddressListener;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.NettyEngineLoop;
import io.vmferry.machine.link.NettyTransport;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.channel.ChannelRole;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Relays the connections of a migration and injects faults, on one loop. */
final class FaultProxy implements FaultSite<PlaceName>, AutoCloseable {

    /** How long the file of a UNIX socket may take to be removed. */
    private static final long REMOVAL_SECONDS = 5;

    private final NettyEngineLoop loop;
    private final NettyTransport transport;
    private final UpstreamConnections upstream;
    private final ProxyPlan plan;
    private final Consumer<ProxyEvent> say;
    private final StreamKnowledge known = new StreamKnowledge();
    private final List<Relay> relays = new ArrayList<>();

    /** Faults whose time is up, and whose channel is not there yet. */
    private final List<PlannedFault<PlaceName>> early = new ArrayList<>();

    private AddressListener.@Nullable Listening listening;
    private int connections;

    /**
     * @param say told of all that happens, on the loop
     */
    FaultProxy(
            MigrationAddress target,
            List<PlannedFault<PlaceName>> faults,
            Consumer<ProxyEvent> say) {
        this.say = say;
        this.loop =
                NettyEngineLoop.start(
                        "fault-proxy", bug -> say.accept(new ProxyEvent.ProxyBug(bug.toString())));
        this.plan = new ProxyPlan(this, loop, Clock.systemUTC());
        this.transport = new NettyTransport(loop);
        this.upstream = new UpstreamConnections(transport, target);
        plan.control().plan(faults);
    }

    /** What can be seen and changed while it runs; to be used on its loop. */
    Control control() {
        return plan.control();
    }

    EngineLoop loop() {
        return loop;
    }

    /** Begins to listen; returns the address with the port that was taken. */
    MigrationAddress listen(MigrationAddress address) throws IOException {
        CompletableFuture<MigrationAddress> result = new CompletableFuture<>();
        transport.listen(
                address,
                this::accepted,
                opened -> {
                    listening = opened;
                    result.complete(opened.address());
                },
                result::completeExceptionally);
        try {
            return result.join();
        } catch (CompletionException e) {
            loop.close();
            Throwable cause = Objects.requireNonNull(e.getCause());
            throw new IOException(Worded.of(cause), cause);
        }
    }

    private void accepted(Link source) {
        source.reading(false);
        if (!upstream.hasRoom()) {
            say.accept(
                    new ProxyEvent.Refused(
                            0, "%d wait already".formatted(UpstreamConnections.MOST_WAITING)));
            source.reset();
            return;
        }
        int number = ++connections;
        plan.control().started();
        upstream.connect(
                destination -> relay(number, source, destination),
                failure -> {
                    say.accept(new ProxyEvent.Refused(number, Worded.of(failure)));
                    source.reset();
                });
    }

    private void relay(int number, Link source, Link destination) {
        Relay relay = new Relay(number, source, destination, loop, this);
        relays.add(relay);
        source.reading(true);
        relay.begin();
    }

    StreamKnowledge known() {
        return known;
    }

    ProxyPlan plan() {
        return plan;
    }

    /** Whether a connection is known to carry a channel. */
    boolean has(ChannelRole role) {
        return relays.stream().anyMatch(relay -> relay.channel().equals(Optional.of(role)));
    }

    /** Nothing runs on a relay any more. */
    void over(Relay relay) {
        relays.remove(relay);
    }

    // ---- what is told

    void recognized(Relay relay) {
        say.accept(new ProxyEvent.Recognized(relay.number(), relay.channel()));
        // not from within the relay's own reading
        loop.execute(() -> early.removeAll(early.stream().filter(this::injectNow).toList()));
    }

    void passed(Relay relay, Direction direction, Passing passing) {
        // what stood behind a fault that ended the connection has come, but goes nowhere
        if (passing.shown() && relay.runs(direction)) {
            say.accept(new ProxyEvent.Passed(relay.number(), direction, passing));
        }
    }

    void unread(Relay relay, Direction direction, String reason) {
        say.accept(new ProxyEvent.Unread(relay.number(), direction, reason));
    }

    void ended(Relay relay, Direction direction, Optional<String> cause) {
        say.accept(
                new ProxyEvent.DirectionEnded(
                        relay.number(),
                        direction,
                        relay.lane(direction).lane().state().bytes(),
                        cause));
    }

    /** A fault has hit a message itself. */
    void injected(PlannedFault<PlaceName> fault, Passing passing, Relay relay) {
        over(fault, on(passing.toString(), relay), true);
    }

    private static String on(String where, Relay relay) {
        return "%s on #%d".formatted(where, relay.number());
    }

    private void over(PlannedFault<PlaceName> fault, String where, boolean hit) {
        say.accept(new ProxyEvent.FaultOver(fault.toString(), where, hit));
        if (hit) {
            plan.control().injected(fault, where);
        } else {
            plan.control().missed(fault, where);
        }
    }

    // ---- injection

    /** Injects faults after their place. */
    void inject(
            List<PlannedFault<PlaceName>> faults, String where, Relay relay, Direction direction) {
        for (PlannedFault<PlaceName> fault : faults) {
            long delayNanos = fault.trigger().delayNanos();
            if (delayNanos > 0) {
                plan.control()
                        .later(fault, delayNanos, () -> inject(fault, where, relay, direction));
            } else {
                inject(fault, where, relay, direction);
            }
        }
    }

    private void inject(
            PlannedFault<PlaceName> fault, String where, Relay relay, Direction direction) {
        if (fault.action() instanceof FaultAction.Hold(long nanos)) {
            relay.lane(direction).lane().stall(nanos);
            over(fault, on(where, relay), true);
        } else {
            Runnable told = () -> over(fault, on(where, relay), true);
            if (!apply(fault.action(), told)) {
                over(fault, on(where, relay), false);
            }
        }
    }

    /**
     * Applies an action to the connections on which it acts.
     *
     * @param told runs first if there are any, since what follows from the action is told as well
     * @return whether there are any
     */
    private boolean apply(FaultAction action, Runnable told) {
        return switch (action) {
            case FaultAction.Close(FaultChannel hit) -> end(hit, told, Relay::close);
            case FaultAction.Reset(FaultChannel hit) -> end(hit, told, Relay::reset);
            case FaultAction.Blackhole(FaultChannel hit) -> blackhole(hit, told);
            case FaultAction.Stall(var hit, long nanos) ->
                    change(hit, told, lane -> lane.stall(nanos));
            case FaultAction.Delay(var hit, long nanos) ->
                    change(hit, told, lane -> lane.delay(nanos));
            case FaultAction.Throttle(var hit, long rate) ->
                    change(hit, told, lane -> lane.throttle(rate));
            case FaultAction.Corrupt(var hit, int bytes) ->
                    change(hit, told, lane -> lane.corrupt(bytes));
            case FaultAction.OnMonitor _,
                    FaultAction.Drop _,
                    FaultAction.Swap _,
                    FaultAction.Hold _,
                    FaultAction.Kill _,
                    FaultAction.Exit _,
                    FaultAction.Fail _,
                    FaultAction.ThrowBug _ ->
                    throw new IllegalStateException(action + " hits no connection");
        };
    }

    private List<Relay> parts(FaultChannel hit) {
        return relays.stream().filter(relay -> relay.isPartOf(hit)).toList();
    }

    private boolean end(FaultChannel hit, Runnable told, Consumer<Relay> how) {
        List<Relay> ending = parts(hit);
        if (ending.isEmpty()) {
            return false;
        }
        told.run();
        relays.removeAll(ending);
        ending.forEach(how);
        return true;
    }

    /** Both ends keep a silent connection until TCP gives it up, or it is restored. */
    private boolean blackhole(FaultChannel hit, Runnable told) {
        List<Relay> hitRelays = parts(hit);
        if (hitRelays.isEmpty()) {
            return false;
        }
        told.run();
        for (Relay relay : hitRelays) {
            Runnable giveUp =
                    () -> {
                        relays.remove(relay);
                        relay.reset();
                    };
            relay.blackhole(() ->
                    loop.schedule(
                            TimeUnit.SECONDS.toNanos(Transport.SILENCE_LIMIT_SECONDS), giveUp));
        }
        return true;
    }

    private boolean change(FaultChannel hit, Runnable told, Consumer<Lane> how) {
        List<Lane> lanes = lanes(hit);
        if (lanes.isEmpty()) {
            return false;
        }
        told.run();
        lanes.forEach(how);
        return true;
    }

    private List<Lane> lanes(FaultChannel hit) {
        return relays.stream().flatMap(relay -> relay.lanes(hit).stream()).toList();
    }

    // ---- what the control asks for

    @Override
    public String text(PlaceName name) {
        return name.text();
    }

    @Override
    public void timeIsUp(PlannedFault<PlaceName> fault) {
        if (!injectNow(fault)) {
            early.add(fault);
            plan.control().pending(fault, () -> early.remove(fault));
        }
    }

    private boolean injectNow(PlannedFault<PlaceName> fault) {
        return apply(fault.action(), () -> over(fault, fault.spec().where().toString(), true));
    }

    @Override
    public Cancellable watch(PlannedFault<PlaceName> fault, Trigger.AtByte<PlaceName> at)
            throws RefusedException {
        return plan.watch(
                fault,
                at,
                (due, role, relay) ->
                        inject(
                                List.of(due),
                                "byte " + Figures.number(at.bytes().orElseThrow()),
                                relay,
                                role.equals(ChannelRole.RETURN_PATH)
                                        ? Direction.RETURN_PATH
                                        : Direction.STREAM));
    }

    @Override
    public List<ControlledChannel> channels() {
        return relays.stream().map(Relay::state).toList();
    }

    @Override
    public boolean cut(FaultChannel channel, CutKind kind) {
        Runnable told = () -> say.accept(new ProxyEvent.Cut(channel.text(), kind.text()));
        return switch (kind) {
            case CLOSE -> end(channel, told, Relay::close);
            case RESET -> end(channel, told, Relay::reset);
            case BLACKHOLE -> blackhole(channel, told);
        };
    }

    @Override
    public boolean restore(FaultChannel channel) {
        List<Relay> hit = parts(channel);
        if (hit.isEmpty() && lanes(channel).isEmpty()) {
            return false;
        }
        say.accept(new ProxyEvent.Restored(channel.text()));
        hit.forEach(Relay::restore);
        lanes(channel).forEach(Lane::restore);
        return true;
    }

    /** Ends everything, and tells which faults have had no effect. */
    @Override
    public void close() {
        AddressListener.Listening opened = listening;
        listening = null;
        if (opened != null) {
            CountDownLatch removed = new CountDownLatch(1);
            loop.execute(() -> {
                plan.control()
                        .waitingFaults()
                        .forEach(fault -> say.accept(new ProxyEvent.FaultWaiting(fault)));
                opened.close();
                transport.whenFilesRemoved(removed::countDown);
            });
            try {
                removed.await(REMOVAL_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        loop.close();
    }
}
