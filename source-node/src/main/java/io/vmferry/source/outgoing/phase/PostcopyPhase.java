package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.channel.BackgroundCredit;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.channel.Pings;
import io.vmferry.source.outgoing.channel.PreemptChannel;
import io.vmferry.source.outgoing.channel.SourceReturnPath;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.guest.GuestStop;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sends RAM while the guest runs at the destination: requested pages first, the rest in the
 * background, and then the end of the stream. QEMU's {@code migration_iteration_run} in postcopy.
 *
 * @param drained runs when the transport has taken the whole stream
 */
public record PostcopyPhase(
        OutgoingChannels channels,
        SectionList sections,
        Iterations iterations,
        BackgroundCredit credit,
        BandwidthWindow window,
        OutgoingCounters counters,
        RamAccount account,
        GuestHandover handover,
        GuestStop guestStop,
        MigrationOptions options,
        MigrationState state,
        Probe probe,
        Turns turns,
        Runnable drained)
        implements Phase {

    /** Pages sent on the preempt channel before the loop handles other tasks. */
    private static final int URGENT_PAGES_PER_TURN = 16;

    /** The phase begins: another rate limit counts, and the destination is watched. */
    public PostcopyPhase {
        window.limit(options.parameters().maxPostcopyBandwidthBytesPerSecond());
        channels.liveness().watch();
    }

    private OutgoingSection.RamSection ram() {
        return sections.ram();
    }

    private PageScan scan() {
        return sections.ram().scan();
    }

    @Override
    public Optional<Failure> takeNote() {
        if (handover.followLoadedPackage() && options.capabilities().has(Capability.RELEASE_RAM)) {
            // not before: until now the guest could have been resumed here
            scan().releaseSent();
        }
        Optional<Failure> failure =
                loading() ? channels.failures().missing("PONG 0x42") : Optional.empty();
        if (failure.isEmpty() && !handover.isStreamEnded()) {
            channels.preempt().ifPresent(this::sendUrgent);
        }
        return failure;
    }

    /** Whether the destination still loads the package, and will acknowledge it. */
    private boolean loading() {
        return state.get() == MigrationStatus.POSTCOPY_DEVICE;
    }

    /** Sends requested pages on the preempt channel while it is writable. */
    private void sendUrgent(PreemptChannel preempt) {
        for (int pages = 0; preempt.takesMore(); pages++) {
            if (pages == URGENT_PAGES_PER_TURN) {
                turns.soon();
                return;
            }
            Optional<HostPages> asked = nextRequested();
            if (asked.isEmpty()) {
                return;
            }
            preempt.send(asked.get());
        }
    }

    /** The next requested page. */
    private Optional<HostPages> nextRequested() {
        boolean wasFull = scan().requested().full();
        Optional<HostPages> next = scan().nextRequested();
        if (wasFull && !scan().requested().full()) {
            channels.returnPath().ifPresent(SourceReturnPath::readOn);
        }
        return next;
    }

    @Override
    public Next advance() {
        if (handover.isStreamEnded()) {
            return Next.WAIT;
        }
        Optional<HostPages> asked = nextRequested();
        if (asked.isPresent()) {
            sendRequested(asked.get());
            return Next.AGAIN;
        }
        window.update();
        if (scan().unsent().count() == 0) {
            return finish();
        }
        long allowance = window.allowanceBytes();
        if (allowance == 0) {
            iterations.end();
            return Next.later(window.nanosLeft());
        }
        if (credit.spent()) {
            return Next.later(credit.nanosUntilCalm());
        }
        if (iterations.begins()) {
            counters.pendingBytes = sections.pendingBytes();
        }
        if (scan().look()) {
            sendBackground(allowance);
        }
        return Next.AGAIN;
    }

    private void sendRequested(HostPages page) {
        int roomBytes = RecordOutput.recordsBytes(page.block());
        sendPart(roomBytes, records -> scan().give(page, records));
        scan().continueAfter(page);
        probe.reached(PointName.REQUESTED_PAGE_SENT, page);
    }

    private void sendBackground(long allowanceBytes) {
        int most = credit.inPortions() ? BackgroundCredit.PORTION_BYTES : MainChannel.BATCH_BYTES;
        int maxBytes =
                Math.max((int) Math.min(allowanceBytes, most), RecordOutput.MAX_RECORD_BYTES);
        int roomBytes = maxBytes + ram().records().reserveBytes();
        if (credit.written(sendPart(roomBytes, scan()::give))) {
            channels.main().command(new Command.Ping(Pings.PORTION));
        }
    }

    private int sendPart(int roomBytes, Consumer<RecordOutput> pages) {
        return channels.main()
                .sendRecords(
                        roomBytes,
                        out -> {
                            StreamWriter.part(out, ram().sectionId());
                            int start = out.writerIndex();
                            pages.accept(ram().records().into(out, roomBytes));
                            ram().end(out);
                            account.sent(out.writerIndex() - start);
                            StreamWriter.footer(out, ram().sectionId());
                        });
    }

    /** Ends the stream once everything is sent and the package is acknowledged. */
    private Next finish() {
        Optional<Failure> failure =
                loading()
                        ? channels.failures().missing("PONG 0x42")
                        : channels.failures().outlived();
        if (failure.isPresent()) {
            return new Next.Failed(failure.get());
        }
        if (!loading()) {
            sendEnd();
        }
        return Next.WAIT;
    }

    private void sendEnd() {
        handover.streamEnds();
        scan().requested().clear();
        channels.returnPath().ifPresent(SourceReturnPath::readOn);
        guestStop.postcopySent();
        counters.pendingBytes = 0;
        channels.liveness().streamEnds();
        probe.reached(PointName.POSTCOPY_RAM_SENT);
        channels.main()
                .send(out -> {
                    StreamWriter.end(out, ram().sectionId());
                    ram().end(out);
                    StreamWriter.footer(out, ram().sectionId());
                    StreamWriter.eof(out);
                });
        channels.preempt().ifPresent(PreemptChannel::end);
        probe.reached(PointName.EOF_SENT);
        channels.main().whenDrained(drained);
    }
}
