package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.Lane;
import io.vmferry.machine.fault.PlannedFault;
import io.vmferry.machine.link.AddressListener;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.NettyEngineLoop;
import io.vmferry.machine.link.NettyTransport;
import io.vmferry.machine.link.Transport;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.channel.ChannelRole;
import java.io.IOException;
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
final class FaultProxy implements AutoCloseable {

    /** How long the file of a UNIX socket may take to be removed. */
    private static final long REMOVAL_SECONDS = 5;

    private final NettyEngineLoop loop;
    private final NettyTransport transport;
    private final UpstreamConnections upstream;
    private final ProxyPlan plan;
    private final Consumer<ProxyEvent> say;
    private final StreamKnowledge known = new StreamKnowledge();
    private final List<Relay> relays = new ArrayList<>();
    private AddressListener.@Nullable Listening listening;
    private int connections;

    /**
     * @param say told of all that happens, on the loop
     */
    FaultProxy(
            MigrationAddress target,
            List<PlannedFault<PlaceName>> faults,
            Consumer<ProxyEvent> say) {
        this.plan = new ProxyPlan(faults, this::strikeAtByte);
        this.say = say;
        this.loop =
                NettyEngineLoop.start(
                        "fault-proxy",
                        bug -> say.accept(new ProxyEvent.ProxyBug(bug.toString())));
        this.transport = new NettyTransport(loop);
        this.upstream = new UpstreamConnections(transport, target);
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
        if (number == 1) {
            startClocks();
        }
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

    private void startClocks() {
        for (PlannedFault<PlaceName> fault : plan.timed()) {
            loop.schedule(
                    fault.trigger().delayNanos(),
                    () -> {
                        told(fault, fault.spec().where().toString());
                        apply(fault.action());
                    });
        }
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

    // ---- what is told

    void recognized(Relay relay) {
        say.accept(new ProxyEvent.Recognized(relay.number(), relay.channel()));
    }

    void passed(Relay relay, Direction direction, Passing passing) {
        if (passing.shown()) {
            say.accept(new ProxyEvent.Passed(relay.number(), direction, passing));
        }
    }

    void unread(Relay relay, Direction direction, String reason) {
        say.accept(new ProxyEvent.Unread(relay.number(), direction, reason));
    }

    void ended(Relay relay, Direction direction, Optional<IOException> cause) {
        relays.remove(relay);
        say.accept(
                new ProxyEvent.DirectionEnded(
                        relay.number(),
                        direction,
                        relay.lane(direction).lane().state().bytes(),
                        cause.map(Worded::of)));
    }

    void struck(PlannedFault<PlaceName> fault, String where, Relay relay) {
        told(fault, "%s on #%d".formatted(where, relay.number()));
    }

    private void told(PlannedFault<PlaceName> fault, String where) {
        say.accept(new ProxyEvent.Struck(fault.toString(), where, true));
    }

    // ---- what strikes

    private void strikeAtByte(PlannedFault<PlaceName> fault, ChannelRole role, Relay relay) {
        strike(
                List.of(fault),
                relay,
                role.equals(ChannelRole.RETURN_PATH) ? Direction.RETURN_PATH : Direction.STREAM);
    }

    /** Lets faults strike after their place. */
    void strike(List<PlannedFault<PlaceName>> faults, Relay relay, Direction direction) {
        for (PlannedFault<PlaceName> fault : faults) {
            if (fault.trigger().delayNanos() > 0) {
                loop.schedule(fault.trigger().delayNanos(), () -> strike(fault, relay, direction));
            } else {
                strike(fault, relay, direction);
            }
        }
    }

    private void strike(PlannedFault<PlaceName> fault, Relay relay, Direction direction) {
        struck(fault, fault.spec().where().toString(), relay);
        if (fault.action() instanceof FaultAction.Hold(long nanos)) {
            relay.lane(direction).lane().stall(nanos);
        } else {
            apply(fault.action());
        }
    }

    private void apply(FaultAction action) {
        switch (action) {
            case FaultAction.Close(FaultChannel hit) -> end(hit, Relay::close);
            case FaultAction.Reset(FaultChannel hit) -> end(hit, Relay::reset);
            case FaultAction.Blackhole(FaultChannel hit) -> parts(hit).forEach(this::blackhole);
            case FaultAction.Stall(var hit, long nanos) -> change(hit, lane -> lane.stall(nanos));
            case FaultAction.Delay(var hit, long nanos) -> change(hit, lane -> lane.delay(nanos));
            case FaultAction.Throttle(var hit, long rate) ->
                    change(hit, lane -> lane.throttle(rate));
            case FaultAction.Corrupt(var hit, int bytes) ->
                    change(hit, lane -> lane.corrupt(bytes));
            case FaultAction.OnMonitor _,
                    FaultAction.Drop _,
                    FaultAction.Swap _,
                    FaultAction.Hold _,
                    FaultAction.Kill _,
                    FaultAction.Exit _,
                    FaultAction.Fail _,
                    FaultAction.ThrowBug _ ->
                    throw new IllegalStateException(action + " hits no connection");
        }
    }

    private List<Relay> parts(FaultChannel hit) {
        return relays.stream().filter(relay -> relay.isPartOf(hit)).toList();
    }

    private void end(FaultChannel hit, Consumer<Relay> how) {
        List<Relay> ending = parts(hit);
        relays.removeAll(ending);
        ending.forEach(how);
    }

    /** Both ends keep a silent connection until TCP gives it up. */
    private void blackhole(Relay relay) {
        relay.blackhole();
        loop.schedule(
                TimeUnit.SECONDS.toNanos(Transport.SILENCE_LIMIT_SECONDS),
                () -> {
                    if (relays.remove(relay)) {
                        relay.reset();
                    }
                });
    }

    private void change(FaultChannel hit, Consumer<Lane> how) {
        relays.forEach(relay -> relay.lanes(hit).forEach(how));
    }

    /** Ends everything. */
    @Override
    public void close() {
        AddressListener.Listening opened = listening;
        if (opened != null) {
            CountDownLatch removed = new CountDownLatch(1);
            loop.execute(() -> {
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
