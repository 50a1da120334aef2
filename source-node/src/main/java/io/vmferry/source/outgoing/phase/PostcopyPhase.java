package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.guest.MigrationOptions;
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
import io.vmferry.source.outgoing.figures.RamAccount;
import io.vmferry.source.outgoing.guest.GuestStop;
import io.vmferry.source.outgoing.ram.HostPage;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The guest is at the destination, or about to be: sends the pages it waits for before all others,
 * the rest in the background, and then the end of the stream. QEMU's {@code
 * migration_iteration_run} in postcopy.
 */
public final class PostcopyPhase implements Phase {

    /** Pages sent on the preempt channel before the loop is given to others. */
    private static final int URGENT_PAGES_PER_TURN = 16;

    private final OutgoingChannels channels;
    private final SectionList sections;
    private final OutgoingSection.Ram ram;
    private final PageScan scan;
    private final BackgroundCredit credit;
    private final BandwidthWindow window;
    private final OutgoingCounters counters;
    private final RamAccount account;
    private final GuestHandover handover;
    private final GuestStop guestStop;
    private final MigrationOptions options;
    private final MigrationState state;
    private final Probe probe;
    private final Turns turns;
    private final LongSupplier nanoTime;
    private final Runnable drained;
    private final Iterations iterations = new Iterations();
    private boolean ending;

    /**
     * @param drained runs when the transport has taken the whole stream
     */
    public PostcopyPhase(
            OutgoingChannels channels,
            SectionList sections,
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
            LongSupplier nanoTime,
            Runnable drained) {
        this.channels = channels;
        this.sections = sections;
        this.ram = sections.ram();
        this.scan = ram.scan();
        this.credit = credit;
        this.window = window;
        this.counters = counters;
        this.account = account;
        this.handover = handover;
        this.guestStop = guestStop;
        this.options = options;
        this.state = state;
        this.probe = probe;
        this.turns = turns;
        this.nanoTime = nanoTime;
        this.drained = drained;
        window.limit(options.parameters().maxPostcopyBandwidthBytesPerSecond());
        channels.liveness().watch();
    }

    @Override
    public Optional<Failure> takeNote() {
        if (handover.followLoadedPackage() && options.capabilities().has(Capability.RELEASE_RAM)) {
            // not before: until now the guest could have come back
            scan.releaseSent();
        }
        Optional<Failure> failure =
                loading() ? channels.failures().missing("PONG 0x42") : Optional.empty();
        if (failure.isEmpty() && !ending) {
            channels.preempt().ifPresent(this::sendUrgent);
        }
        return failure;
    }

    /** Whether the destination still loads the package, and says when it has done so. */
    private boolean loading() {
        return state.get() == MigrationStatus.POSTCOPY_DEVICE;
    }

    /** What was asked for goes on the channel of its own as long as that takes it. */
    private void sendUrgent(PreemptChannel preempt) {
        for (int pages = 0; preempt.takesMore(); pages++) {
            if (pages == URGENT_PAGES_PER_TURN) {
                turns.soon();
                return;
            }
            Optional<HostPage> asked = nextRequested();
            if (asked.isEmpty()) {
                return;
            }
            preempt.send(asked.get());
        }
    }

    /** The page to be sent next because the destination waits for it. */
    private Optional<HostPage> nextRequested() {
        boolean wasFull = scan.requested().full();
        Optional<HostPage> next = scan.nextRequested();
        if (wasFull && !scan.requested().full()) {
            channels.returnPath().ifPresent(SourceReturnPath::readOn);
        }
        return next;
    }

    @Override
    public Next step() {
        if (ending) {
            return Next.WAIT;
        }
        Optional<HostPage> asked = nextRequested();
        if (asked.isPresent()) {
            sendRequested(asked.get());
            return Next.AGAIN;
        }
        long now = nanoTime.getAsLong();
        window.update(now, counters, options.parameters());
        if (scan.unsent().count() == 0) {
            return finish();
        }
        long allowance = window.allowanceBytes(counters);
        if (allowance == 0) {
            iterations.end();
            return Next.later(window.nanosLeft(now));
        }
        if (credit.spent()) {
            return Next.later(credit.nanosUntilCalm());
        }
        if (iterations.begins(now)) {
            counters.pendingBytes = sections.pendingBytes();
        }
        if (scan.look()) {
            sendBackground(allowance);
        }
        return Next.AGAIN;
    }

    private void sendRequested(HostPage page) {
        int roomBytes = RecordOutput.recordsBytes(page.block());
        sendPart(roomBytes, records -> scan.give(page, records));
        scan.continueBehind(page);
        probe.reached(PointName.REQUESTED_PAGE_SENT, page);
    }

    private void sendBackground(long allowanceBytes) {
        int most = credit.inPortions() ? BackgroundCredit.PORTION_BYTES : MainChannel.BATCH_BYTES;
        int maxBytes =
                Math.max((int) Math.min(allowanceBytes, most), RecordOutput.MAX_RECORD_BYTES);
        int roomBytes = maxBytes + ram.records().reserveBytes();
        if (credit.written(sendPart(roomBytes, scan::give))) {
            channels.main().command(new Command.Ping(Pings.PORTION));
        }
    }

    private int sendPart(int roomBytes, Consumer<RecordOutput> pages) {
        return channels.main()
                .send(
                        roomBytes,
                        out -> {
                            StreamWriter.part(out, ram.sectionId());
                            int start = out.writerIndex();
                            pages.accept(ram.records().into(out, roomBytes));
                            ram.records().eos(out);
                            account.sent(out.writerIndex() - start);
                            StreamWriter.footer(out, ram.sectionId());
                        });
    }

    /** All is sent. The end of the stream must not overtake the news that the guest runs. */
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
        ending = true;
        handover.streamEnds();
        scan.requested().clear();
        channels.returnPath().ifPresent(SourceReturnPath::readOn);
        guestStop.postcopySent();
        counters.pendingBytes = 0;
        channels.liveness().streamEnds();
        probe.reached(PointName.POSTCOPY_RAM_SENT);
        channels.main()
                .send(out -> {
                    StreamWriter.end(out, ram.sectionId());
                    ram.records().eos(out);
                    StreamWriter.footer(out, ram.sectionId());
                    StreamWriter.eof(out);
                });
        channels.preempt().ifPresent(PreemptChannel::end);
        probe.reached(PointName.EOF_SENT);
        channels.main().whenDrained(drained);
    }
}
