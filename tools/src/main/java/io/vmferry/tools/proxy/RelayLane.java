package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.fault.Lane;
import io.vmferry.machine.fault.Occurrence;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import java.util.Optional;

/**
 * One direction of one relay: a lane from one link to the other, which keeps the sender from
 * sending more than it may hold, and the message that waits to change places. Confined to the loop.
 */
final class RelayLane {

    private record Swapped(ByteBuf message, Optional<Occurrence<PlaceName>> after) {}

    private final Link from;
    private final Link to;
    private final Lane lane;
    private Optional<Swapped> swapped = Optional.empty();
    private boolean ended;

    RelayLane(Link from, Link to, EngineLoop loop) {
        this.from = from;
        this.to = to;
        this.lane = new Lane(loop, this::moved);
    }

    /** What can be told to misbehave. */
    Lane lane() {
        return lane;
    }

    /** Carries bytes after all that came before. Takes ownership. */
    void carry(ByteBuf bytes) {
        lane.pass(bytes, this::write);
        moved();
    }

    private void write(ByteBuf bytes) {
        to.write(bytes);
        // a fault after these bytes does not take them back
        to.flush();
        lane.open(to.writable());
    }

    /** Carries a message; one that was to change places with it follows. */
    void carryMessage(Passing passing, ByteBuf message) {
        carry(message);
        if (swapped.filter(s -> s.after().filter(other -> !passing.is(other)).isEmpty())
                .isPresent()) {
            carrySwapped();
        }
    }

    /** Carries a message after another one, or the next. */
    void swap(ByteBuf message, Optional<Occurrence<PlaceName>> after) {
        carrySwapped();
        swapped = Optional.of(new Swapped(message, after));
    }

    private void carrySwapped() {
        swapped.map(Swapped::message).ifPresent(this::carry);
        swapped = Optional.empty();
    }

    /**
     * The sender has ended: so does the receiver's side, once all is carried.
     *
     * @param closed runs when the receiver's side is closed
     */
    void end(Runnable closed) {
        carrySwapped();
        ended = true;
        lane.pass(() -> {
            to.close();
            closed.run();
        });
    }

    /** The receiver takes more. */
    void writable() {
        lane.open(to.writable());
    }

    private void moved() {
        if (!ended) {
            from.reading(!lane.full());
        }
    }
}
