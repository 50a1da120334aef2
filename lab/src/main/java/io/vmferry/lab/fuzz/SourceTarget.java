package io.vmferry.lab.fuzz;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Map;

/**
 * A source whose destination sends the input, in virtual time. Nothing is sent before all of it is
 * there, so that the result depends on the bytes only; then the source continues, and at last the
 * connection ends.
 */
final class SourceTarget implements FuzzTarget {

    static final String BLOCK = "ram";
    static final int PAGES = 64;
    static final MigrationOptions OPTIONS =
            FuzzedGuest.options(Profile.DEFAULT, FedSource.CAPABILITIES, Map.of());

    private static final long SECOND_NANOS = 1_000_000_000;

    private final FuzzedGuest guest = new FuzzedGuest(BLOCK, PAGES);

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        if (input.length == 0) {
            trace.ended("nothing said");
            return;
        }
        FedSource source = new FedSource(guest, OPTIONS, trace);
        FedLink link = source.bringTo(SourceProgress.of(input[0]));
        link.bring(input, 1, cuts);
        source.loop().run();
        trace.note("heard", source.outgoing().status());
        link.writable(true);
        source.loop().advance(SECOND_NANOS);
        trace.note("later", source.outgoing().status());
        trace.note("written", link.writtenHash());
        source.end(link);
        MigrationStatus status = source.outgoing().status();
        if (status.running() && status != MigrationStatus.POSTCOPY_PAUSED) {
            throw new IllegalStateException(
                    "Still " + status.text() + " although its connection has ended");
        }
        trace.ended(status.text() + ": " + source.outgoing().error().orElse("no error"));
    }
}
