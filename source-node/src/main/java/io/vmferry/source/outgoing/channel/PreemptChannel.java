package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.Side;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.io.IOException;
import java.util.Optional;

/**
 * The separate connection for requested pages (capability {@code postcopy-preempt}): page records
 * without a section around them, so that they never queue behind the background scan.
 */
public record PreemptChannel(
        Link link,
        OutgoingSection.RamSection ram,
        RecordOutput records,
        Profile profile,
        GuestHandover handover,
        OutgoingCounters counters,
        RamAccount account,
        Probe probe,
        ChannelFailures failures,
        Turns turns)
        implements LinkListener {

    /** Whether the connection takes a page now. */
    public boolean takesMore() {
        return link.writable();
    }

    /** Sends what is still to be sent of a host page. */
    public void send(HostPages page) {
        int mostBytes = RecordOutput.recordsBytes(page.block());
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(mostBytes, mostBytes);
        ram.scan().give(page, records.into(out, mostBytes));
        int bytes = out.readableBytes();
        counters.transferredBytes += bytes;
        account.sent(bytes);
        link.write(out);
        link.flush();
        probe.reached(PointName.REQUESTED_PAGE_SENT, page);
    }

    /** Sends the end mark, to destinations of versions that wait for it. */
    public void end() {
        if (profile.has(Trait.PREEMPT_CHANNEL_AT_START)) {
            ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(Long.BYTES);
            records.eos(out);
            link.write(out);
            link.flush();
        }
    }

    @Override
    public void writable() {
        turns.now();
    }

    @Override
    public void received(ByteBuf bytes) {
        failures.now(
                Failure.Wire.sequence(
                        ChannelRole.PREEMPT,
                        "%d bytes came back where nothing was expected"
                                .formatted(bytes.readableBytes())));
    }

    /** Reports the break, unless everything was sent: newer destinations close first. */
    @Override
    public void closed(Optional<IOException> cause) {
        long sentBytes = counters.transferredBytes;
        Failure failure =
                Failure.ConnectionFailure.broken(
                        ChannelRole.PREEMPT,
                        sentBytes,
                        "Preempt channel broke after %s bytes were sent"
                                .formatted(Figures.number(sentBytes)),
                        Side.DESTINATION,
                        cause);
        if (handover.isDrained()) {
            failures.unlessShut(failure);
        } else {
            failures.now(failure);
        }
    }
}
