package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.DefaultChannels;
import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.machine.fault.FaultPlace;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.machine.fault.FaultTerm;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.Optional;
import java.util.OptionalLong;

/** A fault of the proxy, ready to strike once. Owned by the loop. */
final class ProxyFault {

    private static final String BYTE = "byte";

    private final FaultSpec spec;
    private final FaultAction action;
    private final Optional<Wanted> wanted;
    private final Optional<Wanted> other;
    private final long delayNanos;
    private int left;
    private boolean otherPassed;

    private ProxyFault(FaultSpec spec) {
        this.spec = spec;
        switch (spec.where()) {
            case FaultPlace.After _ -> {
                this.wanted = Optional.empty();
                this.delayNanos = 0;
            }
            case FaultPlace.At at -> {
                this.wanted = wanted(at);
                this.left = at.ordinal();
                this.delayNanos = at.delayNanos();
            }
        }
        this.action = FaultActionKind.action(spec.what(), FaultHost.PROXY, unnamed());
        this.other = other();
        checkAction();
    }

    /**
     * Reads {@code WHERE:WHAT}.
     *
     * @throws IllegalArgumentException with one clear line that quotes the text
     */
    static ProxyFault parse(String text) {
        FaultSpec spec = FaultSpec.parse(text);
        try {
            return new ProxyFault(spec);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Fault '%s': %s".formatted(text, e.getMessage()), e);
        }
    }

    private static Optional<Wanted> wanted(FaultPlace.At at) {
        FaultTerm term = at.term();
        if (term.name().equals(BYTE)) {
            if (at.bytes().isEmpty() || term.arguments().size() != 1) {
                throw new IllegalArgumentException("a byte is byte(CHANNEL)@SIZE");
            }
            if (FaultChannel.parse(term.arguments().getFirst()).only().isEmpty()) {
                throw new IllegalArgumentException("a byte is of one channel");
            }
            return Optional.empty();
        }
        if (at.bytes().isPresent() || at.percent().isPresent()) {
            throw new IllegalArgumentException("only byte(CHANNEL) has an @ here");
        }
        return Optional.of(Wanted.of(term));
    }

    /** What is carried where the place is; a byte names its channel. */
    private DefaultChannels unnamed() {
        Optional<FaultChannel> byByte = byteChannel().map(FaultChannel::of);
        return new DefaultChannels(
                byByte, byByte.or(() -> wanted.map(w -> w.name().direction().channel())));
    }

    /** The message to change places with. */
    private Optional<Wanted> other() {
        if (!(action instanceof FaultAction.Swap(Optional<FaultTerm> named)) || named.isEmpty()) {
            return Optional.empty();
        }
        Wanted found = Wanted.of(named.get());
        if (found.name().direction() != Direction.RETURN_PATH) {
            throw new IllegalArgumentException(
                    found.name().text() + " is no message of the return path");
        }
        return Optional.of(found);
    }

    private void checkAction() {
        boolean message =
                wanted.filter(w -> w.name().direction() == Direction.RETURN_PATH).isPresent();
        boolean onlyMessages =
                action instanceof FaultAction.Drop || action instanceof FaultAction.Swap;
        if (onlyMessages && !message) {
            throw new IllegalArgumentException(
                    "%s is for a message of the return path".formatted(spec.what()));
        }
        if (action instanceof FaultAction.Hold && afterNanos().isPresent()) {
            throw new IllegalArgumentException("what is to be held has to be named");
        }
        if (hitsMessage() && message && delayNanos > 0) {
            throw new IllegalArgumentException(
                    "%s hits the message itself, which is gone later".formatted(spec.what()));
        }
    }

    FaultAction action() {
        return action;
    }

    /** Whether it is the message itself that is hit, and not what comes behind it. */
    boolean hitsMessage() {
        return action instanceof FaultAction.Drop
                || action instanceof FaultAction.Swap
                || action instanceof FaultAction.Hold;
    }

    /** The message to change places with; empty is the next one. */
    Optional<Wanted> swapsWith() {
        return other;
    }

    /**
     * Whether the message to change places with is in front already, so that nothing is left to do.
     */
    boolean otherPassed() {
        return otherPassed;
    }

    /** How much behind its place it strikes. */
    long delayNanos() {
        return delayNanos;
    }

    /** How long after the first connection it strikes; empty for other places. */
    OptionalLong afterNanos() {
        return spec.where() instanceof FaultPlace.After(long nanos)
                ? OptionalLong.of(nanos)
                : OptionalLong.empty();
    }

    /** The channel in which it stands before a byte; empty for other places. */
    Optional<ChannelRole> byteChannel() {
        return spec.where() instanceof FaultPlace.At at && at.term().name().equals(BYTE)
                ? FaultChannel.parse(at.term().arguments().getFirst()).only()
                : Optional.empty();
    }

    /** On which connection of the channel. */
    int ordinal() {
        return ((FaultPlace.At) spec.where()).ordinal();
    }

    /** The position of that byte. */
    long position() {
        return ((FaultPlace.At) spec.where()).bytes().orElseThrow();
    }

    /** Counts something that passes; true when the fault strikes there. */
    boolean strikesAt(Passing passing) {
        otherPassed |= other.filter(o -> o.matches(passing)).isPresent();
        return wanted.filter(w -> w.matches(passing)).isPresent() && --left == 0;
    }

    @Override
    public String toString() {
        return spec.toString();
    }
}
