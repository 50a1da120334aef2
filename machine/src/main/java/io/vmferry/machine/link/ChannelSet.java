package io.vmferry.machine.link;

import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.channel.ExpectedChannels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The connections of one migration by what they carry: which are expected, which are connected, and
 * what waits for them. Confined to the loop.
 */
public final class ChannelSet {

    private final EngineLoop loop;
    private final long limitNanos;
    private final Consumer<ChannelRole> late;
    private final Map<ChannelRole, Link> links = new LinkedHashMap<>();
    private ExpectedChannels expected;
    private Optional<Barrier> barrier = Optional.empty();

    private record Barrier(
            List<ChannelRole> channels, Runnable action, EngineLoop.Timer deadline) {}

    /**
     * A set without connections.
     *
     * @param limitNanos how long a wait may take
     * @param late gets the first channel that is missing when a wait times out
     */
    public ChannelSet(
            EngineLoop loop,
            ExpectedChannels expected,
            long limitNanos,
            Consumer<ChannelRole> late) {
        this.loop = loop;
        this.expected = expected;
        this.limitNanos = limitNanos;
        this.late = late;
    }

    /** Updates the expected channels. */
    public void expect(ExpectedChannels channels) {
        expected = channels;
    }

    /** The expected channels, as far as they are known. */
    public ExpectedChannels expected() {
        return expected;
    }

    /** The connection of a channel. */
    public Optional<Link> link(ChannelRole channel) {
        return Optional.ofNullable(links.get(channel));
    }

    /** The given channels that are not connected yet. */
    public List<ChannelRole> missing(List<ChannelRole> channels) {
        return channels.stream().filter(channel -> !links.containsKey(channel)).toList();
    }

    /** The channel of a connection without identification: the only one that is missing. */
    public Optional<ChannelRole> left() {
        List<ChannelRole> missing = missing(expected.all());
        return missing.size() == 1 ? Optional.of(missing.getFirst()) : Optional.empty();
    }

    /** Why a connection cannot become a channel of this migration; empty when it can. */
    public Optional<String> refusal(ChannelRole channel) {
        if (links.containsKey(channel)) {
            return Optional.of("there is one already");
        }
        return expected.all().contains(channel)
                ? Optional.empty()
                : Optional.of("this migration has none");
    }

    /**
     * Assigns a connection to a channel.
     *
     * @param begin initialises the channel, before waiting actions run
     * @throws IllegalStateException when there is a {@link #refusal}
     */
    public void add(ChannelRole channel, Link link, Runnable begin) {
        refusal(channel)
                .ifPresent(why -> {
                    throw new IllegalStateException(channel.title() + ": " + why);
                });
        links.put(channel, link);
        link.carries(channel);
        begin.run();
        barrier.filter(waiting -> missing(waiting.channels).isEmpty()).ifPresent(this::pass);
    }

    private void pass(Barrier passed) {
        endWait();
        passed.action.run();
    }

    /** Removes the connection of a channel, so that another one can replace it. */
    public Optional<Link> remove(ChannelRole channel) {
        return Optional.ofNullable(links.remove(channel));
    }

    /** All connections, in the order in which they became channels. */
    public List<Link> links() {
        return List.copyOf(links.values());
    }

    /** Runs an action once all of these channels are connected, possibly at once. */
    public void await(List<ChannelRole> channels, Runnable action) {
        if (barrier.isPresent()) {
            throw new IllegalStateException("Waiting for " + barrier.get().channels);
        }
        if (missing(channels).isEmpty()) {
            action.run();
            return;
        }
        EngineLoop.Timer deadline =
                loop.schedule(
                        limitNanos,
                        () -> {
                            barrier = Optional.empty();
                            late.accept(missing(channels).getFirst());
                        });
        barrier = Optional.of(new Barrier(channels, action, deadline));
    }

    /** Whether an action waits for a channel. */
    public boolean waiting() {
        return barrier.isPresent();
    }

    /** Ends all channels in an orderly way. */
    public void close() {
        endWait();
        links.values().forEach(Link::close);
    }

    /** Ends all channels at once; what is queued is lost. */
    public void abort() {
        endWait();
        links.values().forEach(Link::abort);
    }

    /** Drops the actions that wait for a channel. */
    public void endWait() {
        barrier.ifPresent(waiting -> waiting.deadline.cancel());
        barrier = Optional.empty();
    }
}
