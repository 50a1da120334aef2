package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.ram.Blocktime;
import io.vmferry.dest.incoming.ram.BlocktimeFigures;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.dest.incoming.ram.PageRequests;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.paging.PageFault;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.Optional;

/**
 * The destination's way through postcopy, from ADVISE to the last page: what may be missing, what
 * is loading, and who waits for what.
 */
final class IncomingPostcopy {

    private final IncomingMigration migration;
    private final IncomingLoad load;
    private final Blocktime blocktime;
    private final PageRequests requests;

    private PostcopyState state = PostcopyState.NONE;
    private Optional<PackageInput> devices = Optional.empty();
    private boolean mainHeld;
    private boolean listening;
    private boolean mainEnded;

    /** Whether the source has been told that the guest is ours. */
    private boolean leftToUs;

    IncomingPostcopy(
            IncomingMigration migration, IncomingLoad load, Blocktime blocktime, Probe probe) {
        this.migration = migration;
        this.load = load;
        this.blocktime = blocktime;
        this.requests = new PageRequests(this::ask, migration::halted, this::placed, blocktime, probe);
    }

    PostcopyState state() {
        return state;
    }

    PageRequests requests() {
        return requests;
    }

    BlocktimeFigures blocktime() {
        return blocktime.figures();
    }

    /** Whether the switch to postcopy has begun, so that the end of the stream is postcopy's. */
    boolean begun() {
        return listening;
    }

    /** Whether a break pauses: the guest runs here, and only here. */
    boolean running() {
        return state == PostcopyState.RUNNING;
    }

    private void move(PostcopyState next) {
        if (!PostcopyState.transitions().allows(state, next)) {
            throw new IllegalStateException("Postcopy state " + state + " to " + next);
        }
        state = next;
    }

    private void require(String command, PostcopyState... allowed) throws StreamException {
        if (!List.of(allowed).contains(state)) {
            throw refused("%s in postcopy state %s".formatted(command, state.numbered()));
        }
    }

    /** What prepares for POSTCOPY_LISTEN cannot follow it, not even where the state would allow. */
    private void requireNotListening(String command) throws StreamException {
        if (listening) {
            throw refused(
                    "%s behind POSTCOPY_LISTEN, in postcopy state %s"
                            .formatted(command, state.numbered()));
        }
    }

    private static StreamException refused(String what) {
        return StreamException.of(StreamError.POSTCOPY_STATE, what);
    }

    /** Whether RAM is still to come; otherwise only bitmaps of disks are. */
    boolean ramFollows() {
        return migration.options().capabilities().has(Capability.POSTCOPY_RAM);
    }

    // ---- commands

    void advise(Optional<Command.PageSizes> sizes) throws StreamException {
        require("POSTCOPY_ADVISE", PostcopyState.NONE);
        if (sizes.isPresent() != ramFollows()) {
            throw StreamException.of(
                    StreamError.ADVISE_MISMATCH,
                    "the source advises postcopy %s RAM, but capability postcopy-ram is %s here"
                            .formatted(
                                    sizes.isPresent() ? "of" : "without",
                                    ramFollows() ? "on" : "off"));
        }
        if (sizes.isPresent()) {
            load.check().pageSizes(sizes.get());
        }
        move(PostcopyState.ADVISE);
    }

    void discard(String name, List<Command.Range> ranges) throws StreamException {
        require("POSTCOPY_RAM_DISCARD", PostcopyState.ADVISE, PostcopyState.DISCARD);
        requireNotListening("POSTCOPY_RAM_DISCARD");
        if (state == PostcopyState.ADVISE) {
            move(PostcopyState.DISCARD);
        }
        load.ram().discard(name, ranges);
    }

    /** A package is about to come, which there is one of; without ADVISE it just holds devices. */
    void packageAnnounced() throws StreamException {
        require("PACKAGED", PostcopyState.NONE, PostcopyState.ADVISE, PostcopyState.DISCARD);
        requireNotListening("PACKAGED");
        if (devices.isPresent()) {
            throw refused("PACKAGED a second time, in postcopy state " + state.numbered());
        }
    }

    /** The package is here as a whole; the main channel goes on behind it from LISTEN on. */
    void packaged(ByteBuf blob, MainChannelInput main) {
        mainHeld = true;
        main.hold();
        PackageInput input = new PackageInput(migration, blob, load);
        devices = Optional.of(input);
        migration.probe().reached(PointName.PACKAGE_RECEIVED, input.sizeBytes());
        migration.channels().whenPreempt(input::load);
    }

    /**
     * POSTCOPY_LISTEN. What has come behind the package already is read before the package goes on,
     * as a QEMU does that starts a thread for it here.
     *
     * @param input where it stands
     */
    void listen(StreamInput input) throws StreamException {
        require("POSTCOPY_LISTEN", PostcopyState.ADVISE, PostcopyState.DISCARD);
        requireNotListening("POSTCOPY_LISTEN");
        if (ramFollows() && state == PostcopyState.ADVISE) {
            // QEMU goes on like this and refuses the RUN that follows: there must be a discard
            move(PostcopyState.DISCARD);
        } else {
            move(PostcopyState.LISTENING);
        }
        listening = true;
        Guest guest = migration.guest();
        if (ramFollows()) {
            load.enterPostcopy(requests);
            guest.memory().demand(migration.loop()::nanoTime, this::missing);
        }
        migration.listening();
        migration.channels().main().ifPresent(MainChannelInput::enterPostcopy);
        migration.channels().listen();
        releaseMain();
        if (devices.isPresent() && devices.get() == input) {
            migration.channels().main().ifPresent(main -> input.holdDuring(main::whenRead));
        }
    }

    private void releaseMain() {
        if (mainHeld) {
            mainHeld = false;
            migration.channels().main().ifPresent(StreamInput::release);
        }
    }

    /** On the thread that found the page missing: a vCPU's, or else the loop's own. */
    private void missing(PageFault fault) {
        if (fault.vcpu().isPresent()) {
            migration.loop().execute(() -> requests.fault(fault));
        } else {
            // at once: the turn may have much to read before it comes to what was posted
            requests.fault(fault);
        }
    }

    PageInput preemptPages() {
        return load.preemptPages(requests);
    }

    /**
     * The source asks in the package whether it is loaded: what it hears of it is that the guest is
     * ours, so the lease is taken first. A guest that is not to run needs none.
     *
     * @param pong answers the source
     * @param goOn goes on with the package
     */
    void claim(Runnable pong, Runnable goOn) {
        if (state != PostcopyState.LISTENING || !migration.guest().run().autostart()) {
            leftToUs = state == PostcopyState.LISTENING;
            pong.run();
            goOn.run();
            return;
        }
        migration
                .claim()
                .ask(
                        LeaseQuestion.DESTINATION_ANSWERS,
                        () -> {
                            // whoever looks at the lease has seen since that it is ours, whatever
                            // has failed meanwhile
                            leftToUs = true;
                            pong.run();
                            goOn.run();
                            migration.claim().failedMeanwhile().ifPresent(migration::end);
                        });
    }

    /**
     * POSTCOPY_RUN. QEMU obeys it wherever it stands; but while a package loads it is the package
     * that says when all devices are there. A source that has not asked whether the package is
     * loaded has left the guest to us with the package, whether it may run here or not.
     *
     * @param input where it stands
     */
    void run(StreamInput input) throws StreamException {
        require("POSTCOPY_RUN", PostcopyState.LISTENING);
        if (devices.isPresent() && devices.get() != input) {
            throw refused("POSTCOPY_RUN on the main channel while the package is loading");
        }
        if (!migration.guest().run().autostart()) {
            start();
            return;
        }
        migration.claim().ask(LeaseQuestion.DESTINATION_RUNS, this::started);
    }

    /** The lease has answered; meanwhile all pages may have come, or the source may have gone. */
    private void started() {
        start();
        if (mainEnded) {
            streamEnded();
        }
        migration.claim().failedMeanwhile().ifPresent(migration::end);
    }

    /** Whether the source has been told that the guest is ours, as it will be once RUN is here. */
    boolean leftToUs() {
        return leftToUs && !migration.options().follows(Deviation.BROKEN_PACKAGE);
    }

    /** The source will not run the guest any more, so that nothing is to be waited for. */
    void runWhatIsOurs() {
        if (leftToUs && state == PostcopyState.LISTENING) {
            start();
        }
    }

    private void start() {
        move(PostcopyState.RUNNING);
        migration.runGuest();
    }

    // ---- recovery

    /** The source is back and pages come again: what is waited for is asked for once more. */
    void resumed() {
        requests.resend();
        migration.channels().listen();
    }

    // ---- ends

    /** The package was read to its end. */
    void packageEnded() {
        if (migration.halted()) {
            return;
        }
        releaseMain();
        if (mainEnded) {
            streamEnded();
        }
    }

    /** The main stream was read to its EOF. */
    void streamEnded() {
        if (migration.recovery().underWay()) {
            if (migration.options().follows(Deviation.ENDED_RECOVERY)) {
                return;
            }
            migration.end(
                    Failure.Wire.sequence(
                            ChannelRole.MAIN, "the stream ended, but POSTCOPY_RESUME never came"));
            return;
        }
        mainEnded = true;
        if (running()) {
            completeOnceAllIsHere();
        } else if (migration.claim().undecided()) {
            // looked at again when it is known whether the guest runs here
        } else if (devices.map(PackageInput::loaded).orElse(true)) {
            migration.end(
                    Failure.Wire.sequence(
                            ChannelRole.MAIN, "the stream ended, but POSTCOPY_RUN never came"));
        }
    }

    /**
     * Pages that were asked for may still be under way on the preempt channel, which the end of the
     * main stream has overtaken.
     */
    private void completeOnceAllIsHere() {
        Optional<PreemptInput> preempt = migration.channels().preempt();
        int missing = preempt.isPresent() ? requests.outstanding() : 0;
        if (missing == 0) {
            migration.completePostcopy();
        } else if (preempt.get().ended()) {
            migration.end(
                    Failure.Wire.sequence(
                            ChannelRole.PREEMPT,
                            "the source has ended without %d pages it was asked for"
                                    .formatted(missing)));
        }
    }

    private boolean ask(ReturnPathMessage request) {
        Optional<IncomingReturnPath> path = migration.channels().returnPath();
        path.ifPresent(there -> there.send(request));
        return path.isPresent();
    }

    private void placed() {
        if (mainEnded && running()) {
            completeOnceAllIsHere();
        }
    }

    /** The source has nothing more to send on the preempt channel. */
    void preemptEnded() {
        if (mainEnded && running()) {
            completeOnceAllIsHere();
        }
    }

    /** The channels are gone, the guest runs on with what it has. */
    void paused() {
        mainEnded = false;
        load.pages().dropPartialHostPage();
        requests.hold();
    }

    /** Nothing more will come, with or without success. */
    void end() {
        if (PostcopyState.transitions().allows(state, PostcopyState.END)) {
            move(PostcopyState.END);
        }
        if (listening) {
            migration.guest().ram().blocks().forEach(RamBlock::zeroMissing);
            migration.guest().memory().complete();
            requests.abandon();
        }
    }
}
