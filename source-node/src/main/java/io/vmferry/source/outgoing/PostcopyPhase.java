package io.vmferry.source.outgoing;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.ram.HostPage;
import io.vmferry.source.outgoing.ram.RecordOutput;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The guest is at the destination, or about to be: sends the pages it waits for before all others,
 * the rest in the background, and then the end of the stream. QEMU's {@code
 * migration_iteration_run} in postcopy.
 */
final class PostcopyPhase implements Phase {

    /** Pages sent on the preempt channel before the loop is given to others. */
    private static final int URGENT_PAGES_PER_TURN = 16;

    private final OutgoingSession session;
    private final OutgoingSection.Ram ram;
    private final Iterations iterations = new Iterations();
    private boolean ending;

    PostcopyPhase(OutgoingSession session) {
        this.session = session;
        this.ram = session.ram();
        session.window().limit(session.parameters().maxPostcopyBandwidthBytesPerSecond());
        session.liveness().watch();
    }

    @Override
    public void takeNote() {
        session.postcopy().followLoadedPackage();
        if (session.state().get() == MigrationStatus.POSTCOPY_DEVICE) {
            session.channels().expect("PONG 0x42");
        }
        sendUrgent();
    }

    /** What was asked for goes on the channel of its own as long as that takes it. */
    private void sendUrgent() {
        Optional<PreemptChannel> preempt = session.channels().preempt();
        if (preempt.isEmpty() || ending || session.halted()) {
            return;
        }
        for (int pages = 0; preempt.get().takesMore(); pages++) {
            if (pages == URGENT_PAGES_PER_TURN) {
                session.driver().runSoon();
                return;
            }
            Optional<HostPage> asked = session.postcopy().nextRequested();
            if (asked.isEmpty()) {
                return;
            }
            preempt.get().send(asked.get());
        }
    }

    @Override
    public Step step() {
        if (ending) {
            return Step.WAIT;
        }
        Optional<HostPage> asked = session.postcopy().nextRequested();
        if (asked.isPresent()) {
            sendRequested(asked.get());
            return Step.AGAIN;
        }
        session.updateWindow();
        if (ram.scan().unsent().count() == 0) {
            return finish();
        }
        long allowance = session.window().allowanceBytes(session.counters());
        if (allowance == 0) {
            iterations.end();
            session.pumpAfter(session.window().nanosLeft(session.nanoTime()));
            return Step.WAIT;
        }
        BackgroundCredit credit = session.postcopy().credit();
        if (credit.spent()) {
            session.pumpAfter(credit.nanosUntilCalm());
            return Step.WAIT;
        }
        if (iterations.begins(session.nanoTime())) {
            session.counters().pendingBytes = session.sections().pendingBytes();
        }
        if (ram.scan().look()) {
            sendBackground(allowance, credit);
        }
        return Step.AGAIN;
    }

    private void sendRequested(HostPage page) {
        int roomBytes = RecordOutput.recordsBytes(page.block());
        sendPart(roomBytes, records -> ram.scan().give(page, records));
        ram.scan().continueBehind(page);
        session.probe().reached(PointName.REQUESTED_PAGE_SENT, page);
    }

    private void sendBackground(long allowanceBytes, BackgroundCredit credit) {
        int most = credit.inPortions() ? BackgroundCredit.PORTION_BYTES : MainChannel.BATCH_BYTES;
        int maxBytes =
                Math.max((int) Math.min(allowanceBytes, most), RecordOutput.MAX_RECORD_BYTES);
        int roomBytes = maxBytes + ram.records().reserveBytes();
        credit.written(sendPart(roomBytes, ram.scan()::give));
    }

    private int sendPart(int roomBytes, Consumer<RecordOutput> pages) {
        return session.channel()
                .send(
                        roomBytes,
                        out -> {
                            StreamWriter.part(out, ram.sectionId());
                            int start = out.writerIndex();
                            pages.accept(ram.records().into(out, roomBytes));
                            ram.records().eos(out);
                            session.countRam(out.writerIndex() - start);
                            StreamWriter.footer(out, ram.sectionId());
                        });
    }

    /** All is sent. The end of the stream must not overtake the news that the guest runs. */
    private Step finish() {
        if (session.state().get() == MigrationStatus.POSTCOPY_DEVICE) {
            session.channels().expect("PONG 0x42");
            return Step.WAIT;
        }
        if (session.channels().endIfRefused()) {
            return Step.WAIT;
        }
        ending = true;
        session.end().handover().streamEnds();
        session.postcopy().allSent();
        session.guestStop().postcopySent();
        session.counters().pendingBytes = 0;
        session.liveness().streamEnds();
        session.probe().reached(PointName.POSTCOPY_RAM_SENT);
        session.channel()
                .send(out -> {
                    StreamWriter.end(out, ram.sectionId());
                    ram.records().eos(out);
                    StreamWriter.footer(out, ram.sectionId());
                    StreamWriter.eof(out);
                });
        session.channels().preempt().ifPresent(PreemptChannel::end);
        session.probe().reached(PointName.EOF_SENT);
        session.channel().link().whenDrained(session.end()::streamDrained);
        return Step.WAIT;
    }
}
