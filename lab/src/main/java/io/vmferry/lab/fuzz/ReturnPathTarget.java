package io.vmferry.lab.fuzz;

import io.vmferry.machine.guest.Guest;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.StreamException;
import java.util.Arrays;

/**
 * The return path at a source: its reader, and what each message does there. The first byte of an
 * input decides how far the source is.
 */
final class ReturnPathTarget implements FuzzTarget {

    private final PieceFeed feed = new PieceFeed();
    private final Guest guest =
            new FuzzedGuest(SourceTarget.BLOCK, SourceTarget.PAGES)
                    .fresh(RunState.PRELAUNCH, event -> {});

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        if (input.length == 0) {
            trace.ended("nothing said");
            return;
        }
        FedAnswers source = new FedAnswers(guest, SourceProgress.of(input[0]), cuts, trace);
        ReturnPathReader reader = source.reader();
        try {
            feed.feed(
                    Arrays.copyOfRange(input, 1, input.length),
                    cuts,
                    new PieceFeed.Pausable(reader::read, reader::paused, reader::resume));
            reader.endOfInput();
            trace.ended("at byte " + reader.offset());
        } catch (StreamException refusal) {
            trace.refused(refusal);
        }
        source.noteState();
    }
}
