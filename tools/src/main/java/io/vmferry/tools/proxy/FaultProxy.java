package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.NettyEngineLoop;
import io.vmferry.machine.link.NettyTransport;
import io.vmferry.machine.link.Transport;
import io.vmferry.protocol.channel.ChannelRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Relays the connections of a migration and strikes at what passes. Everything happens on one loop,
 * but for {@link #close}.
 */
final class FaultProxy implements AutoCloseable {

    /** How long the file of a UNIX socket may take to be removed. */
    private static final long REMOVAL_SECONDS = 5;

    private final NettyEngineLoop loop;
    private final NettyTransport transport;
    private final MigrationAddress target;
    private final ProxyPlan plan;
    private final Consumer<String> say;
    private final boolean traced;
    private final StreamKnowledge known = new StreamKnowledge();
    private final List<Relay> relays = new ArrayList<>();
    private Transport.Listening listening;
    private int connections;

    /**
     * @param say told of each fault that strikes, and of all that passes if that is traced
     */
    FaultProxy(
            MigrationAddress target,
            List<ProxyFault> faults,
            boolean traced,
            Consumer<String> say) {
        this.target = target;
        this.plan = new ProxyPlan(faults);
        this.traced = traced;
        this.say = say;
        this.loop =
                NettyEngineLoop.start(
                        "fault-proxy",
                        bug -> say.accept("Internal error, please report it: " + bug));
        this.transport = new NettyTransport(loop);
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
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    private void accepted(Link source) {
        int number = ++connections;
        source.reading(false);
        if (number == 1) {
            startClocks();
        }
        // the order of connections may be what a destination tells them apart by
        transport.connect(
                target,
                destination -> {
                    Relay relay = new Relay(number, source, destination, loop, this);
                    relays.add(relay);
                    source.reading(true);
                    relay.begin();
                },
                failure -> {
                    say.accept("#%d refused: %s".formatted(number, failure.getMessage()));
                    source.reset();
                });
    }

    private void startClocks() {
        for (ProxyFault fault : plan.takeTimed()) {
            loop.schedule(
                    fault.afterNanos().orElseThrow(),
                    () -> {
                        say.accept("Fault '%s' strikes".formatted(fault));
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
        String what =
                relay.channel().map(ChannelRole::toString).orElse("no channel of a migration");
        trace(relay, Direction.STREAM, "is " + what);
    }

    void trace(Relay relay, Direction direction, String what) {
        if (traced) {
            say.accept("#%d %s %s".formatted(relay.number(), direction.arrow(), what));
        }
    }

    void ended(Relay relay, Direction direction, Optional<IOException> cause) {
        relays.remove(relay);
        trace(relay, direction, "ended" + cause.map(e -> ": " + e.getMessage()).orElse(""));
    }

    void struck(ProxyFault fault, Relay relay) {
        say.accept("Fault '%s' strikes on #%d".formatted(fault, relay.number()));
    }

    // ---- what strikes

    /** Lets faults strike behind their place. */
    void strike(List<ProxyFault> faults, Relay relay, Direction direction) {
        for (ProxyFault fault : faults) {
            if (fault.delayNanos() > 0) {
                loop.schedule(fault.delayNanos(), () -> strike(fault, relay, direction));
            } else {
                strike(fault, relay, direction);
            }
        }
    }

    private void strike(ProxyFault fault, Relay relay, Direction direction) {
        struck(fault, relay);
        if (fault.action() instanceof ProxyAction.Hold(long nanos)) {
            relay.lane(direction).hold(nanos);
        } else {
            apply(fault.action());
        }
    }

    private void apply(ProxyAction action) {
        for (Relay relay : List.copyOf(relays)) {
            switch (action) {
                case ProxyAction.Close(FaultChannel hit) when relay.isPartOf(hit) -> {
                    relays.remove(relay);
                    relay.close();
                }
                case ProxyAction.Reset(FaultChannel hit) when relay.isPartOf(hit) -> {
                    relays.remove(relay);
                    relay.reset();
                }
                case ProxyAction.Blackhole(FaultChannel hit) when relay.isPartOf(hit) ->
                        relay.blackhole();
                case ProxyAction.Delay(var direction, long nanos) ->
                        lanes(relay, direction).forEach(lane -> lane.delay(nanos));
                case ProxyAction.Throttle(var direction, long rate) ->
                        lanes(relay, direction).forEach(lane -> lane.throttle(rate));
                default -> {
                    // another channel's, or the message's own
                }
            }
        }
    }

    private static List<Lane> lanes(Relay relay, Optional<Direction> direction) {
        return direction
                .map(only -> List.of(relay.lane(only)))
                .orElseGet(() ->
                        List.of(relay.lane(Direction.STREAM), relay.lane(Direction.RETURN_PATH)));
    }

    /** Ends everything. */
    @Override
    public void close() {
        if (listening != null) {
            CountDownLatch removed = new CountDownLatch(1);
            loop.execute(() -> {
                listening.close();
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
