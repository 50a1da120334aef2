package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.figures.RamAccount;
import io.vmferry.source.outgoing.ram.HostPage;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.io.IOException;
import java.util.Optional;

/**
 * The connection of its own for pages that the destination waits for (capability {@code
 * postcopy-preempt}): page records without any section around them, so that they never stand behind
 * the background scan.
 */
public final class PreemptChannel implements LinkListener {

    private final Link link;
    private final OutgoingSection.Ram ram;
    private final RecordOutput records;
    private final Profile profile;
    private final GuestHandover handover;
    private final OutgoingCounters counters;
    private final RamAccount account;
    private final Probe probe;
    private final ChannelFailures failures;
    private final Turns turns;

    PreemptChannel(
            Link link,
            OutgoingSection.Ram ram,
            Profile profile,
            GuestHandover handover,
            OutgoingCounters counters,
            RamAccount account,
            Probe probe,
            ChannelFailures failures,
            Turns turns) {
        this.link = link;
        this.ram = ram;
        this.records = ram.records().another();
        this.profile = profile;
        this.handover = handover;
        this.counters = counters;
        this.account = account;
        this.probe = probe;
        this.failures = failures;
        this.turns = turns;
    }

    /** Whether the connection takes a page now. */
    public boolean takesMore() {
        return link.writable();
    }

    /** Sends what is still to be sent of a host page. */
    public void send(HostPage page) {
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

    /** Says that nothing follows, to destinations of versions that wait for it. */
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

    /** A newer destination ends this connection first, when it has everything. */
    @Override
    public void closed(Optional<IOException> cause) {
        long sentBytes = counters.transferredBytes;
        Failure failure =
                new Failure.Transport(
                        ChannelRole.PREEMPT,
                        sentBytes,
                        "Preempt channel broke after %d bytes were sent: %s"
                                .formatted(
                                        sentBytes,
                                        cause.map(IOException::getMessage)
                                                .orElse("closed by the destination")),
                        cause);
        if (handover.isDrained()) {
            failures.unlessShut(failure);
        } else {
            failures.now(failure);
        }
    }
}
