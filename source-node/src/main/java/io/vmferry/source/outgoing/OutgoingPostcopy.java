package io.vmferry.source.outgoing;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.source.outgoing.ram.HostPage;
import io.vmferry.source.outgoing.ram.PageRange;
import io.vmferry.source.outgoing.ram.PageScan;
import java.util.Optional;

/**
 * What an outgoing migration knows of its postcopy: whether it was asked for, how far the package
 * is, and which pages the destination waits for.
 *
 * <p>What comes back from the destination only raises flags here; the status is changed by the
 * phase that is running.
 */
final class OutgoingPostcopy {

    /** The PING behind discards that are sent while the guest runs; none of QEMU's own. */
    static final int PING_DISCARDS = 5;

    private final OutgoingSession session;
    private final BackgroundCredit credit;
    private final PageScan scan;
    private boolean started;
    private int discardsTold;
    private int discardsTaken;
    private boolean mainChannelUp;
    private boolean packageSent;
    private boolean packageLoaded;

    OutgoingPostcopy(OutgoingSession session, PageScan scan) {
        this.session = session;
        this.credit = new BackgroundCredit(session);
        this.scan = scan;
    }

    /** Capability {@code postcopy-ram}: RAM may be left for after the switchover. */
    boolean ramMayFollow() {
        return session.has(Capability.POSTCOPY_RAM);
    }

    boolean preempts() {
        return session.has(Capability.POSTCOPY_PREEMPT);
    }

    /** {@code migrate-start-postcopy}: takes effect as soon as it can. */
    void start() {
        started = true;
        session.pump();
    }

    boolean started() {
        return started;
    }

    // ---- the package

    void packageWasSent() {
        packageSent = true;
    }

    boolean packageSent() {
        return packageSent;
    }

    /** The destination has the guest, whether or not its PONG has come. */
    void packageIsLoaded() {
        packageLoaded = true;
    }

    boolean packageLoaded() {
        return packageLoaded;
    }

    /**
     * Moves the status on once the package is loaded; from then on a break is a pause. The return
     * path only raises the flag.
     */
    void followLoadedPackage() {
        if (packageLoaded && session.state().get() == MigrationStatus.POSTCOPY_DEVICE) {
            session.state().move(MigrationStatus.POSTCOPY_DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
            session.probe().reached(PointName.PACKAGE_LOADED);
            if (session.has(Capability.RELEASE_RAM)) {
                // not before: until now the guest could have come back
                scan.releaseSent();
            }
        }
    }

    /** Moves the status to where the package is that has just been sent. */
    void followSentPackage() {
        if (!packageSent || session.state().get() != MigrationStatus.DEVICE) {
            return;
        }
        if (answersPackage()) {
            session.state().move(MigrationStatus.DEVICE, MigrationStatus.POSTCOPY_DEVICE);
        } else if (session.profile().alwaysEntersDevice()) {
            session.state().move(MigrationStatus.DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
        }
    }

    /** Whether the destination will say that the package is loaded, and is waited for. */
    boolean answersPackage() {
        return session.profile().knowsPostcopyDevice() && session.hasReturnPath();
    }

    /** A PONG of any value says that the main channel is up. */
    void pong(int value) {
        mainChannelUp = true;
        if (value == Command.Ping.PACKAGE_LOADED && packageSent) {
            packageLoaded = true;
        }
        switch (value) {
            case PING_DISCARDS -> discardsTaken = Math.min(discardsTaken + 1, discardsTold);
            case BackgroundCredit.PING_PORTION -> credit.answered();
            default -> {
                // says no more than that the channel is up
            }
        }
    }

    boolean mainChannelUp() {
        return mainChannelUp;
    }

    /** The channels are gone; what was asked for will be asked for again. */
    void paused() {
        credit.paused();
        scan.requested().restart();
    }

    /** Asks the destination to say when it is done with the discards sent so far. */
    void askWhenDiscarded() {
        discardsTold++;
        session.channel().command(new Command.Ping(PING_DISCARDS));
    }

    /** How often the destination has said that it is done with discards sent ahead. */
    int discardsTaken() {
        return discardsTaken;
    }

    /** How much of the background may be under way. */
    BackgroundCredit credit() {
        return credit;
    }

    // ---- page requests

    /** The page to be sent next because the destination waits for it. */
    Optional<HostPage> nextRequested() {
        boolean wasFull = requestsFull();
        Optional<HostPage> next = scan.nextRequested();
        if (wasFull && !requestsFull()) {
            session.channels().returnPath().ifPresent(SourceReturnPath::readOn);
        }
        return next;
    }

    /** Whether so much is asked for that the destination is not listened to for now. */
    boolean requestsFull() {
        return scan.requested().full();
    }

    /** All is sent, so that nothing is asked for any more. */
    void allSent() {
        scan.requested().clear();
        session.channels().returnPath().ifPresent(SourceReturnPath::readOn);
    }

    /** REQ_PAGES_ID. */
    void request(String block, long startBytes, int lengthBytes) throws StreamException {
        scan.requested().name(block);
        request(startBytes, lengthBytes);
    }

    /**
     * REQ_PAGES: of the block that was named last. Before the package there is nothing to be done:
     * QEMU sends such a page ahead of its turn, but nobody can be waiting for it. Nor is there when
     * nothing is sent any more: requests in a queue must not stand before what decides the end.
     */
    void request(long startBytes, int lengthBytes) throws StreamException {
        session.counters().pageRequests++;
        PageRange range = scan.requested().range(startBytes, lengthBytes);
        session.probe().reached(PointName.PAGE_REQUESTED, range);
        if (packageSent && session.working()) {
            credit.wanted();
            scan.requested().add(range);
            session.pump();
        } else if (session.precopying() && session.end().rules().losesLimit()) {
            session.window().limit(0);
            session.pump();
        }
    }
}
