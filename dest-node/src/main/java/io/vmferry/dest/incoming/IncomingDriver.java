package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.accept.Accepted;
import io.vmferry.dest.incoming.accept.IncomingListener;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.ReturnPathInput;
import io.vmferry.dest.incoming.channel.SourceLiveness;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.guest.Arrival;
import io.vmferry.dest.incoming.guest.GuestClaim;
import io.vmferry.dest.incoming.guest.SwitchoverApprovals;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.postcopy.PostcopyCompletion;
import io.vmferry.dest.incoming.postcopy.PostcopyCompletion.CompletionStep;
import io.vmferry.dest.incoming.postcopy.PostcopyPreparation;
import io.vmferry.dest.incoming.postcopy.PostcopyTakeover;
import io.vmferry.dest.incoming.recovery.IncomingRecovery;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.dest.incoming.stream.MainChannelInput;
import io.vmferry.dest.incoming.stream.PackageInput;
import io.vmferry.dest.incoming.stream.PreemptInput;
import io.vmferry.dest.incoming.stream.StreamEvent;
import io.vmferry.dest.incoming.stream.StreamOpening;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives an incoming migration, from its first connection to its end. The parts do the work; this
 * class alone knows their order:
 *
 * <pre>
 *   wait for channels ── main channel ─▶ load ──────────────── end of stream ─▶ arrived ─▶ completed
 *                                          │
 *             POSTCOPY_ADVISE, _RAM_DISCARD, PACKAGED, POSTCOPY_LISTEN
 *                                          ▼
 *                              load the package, ask for pages
 *                                          │ POSTCOPY_RUN
 *                                          ▼
 *                                  guest runs, pages come ─── all are here ─▶ completed
 *                                    │              ▲
 *                     channel broken ▼              │ POSTCOPY_RESUME
 *                                 paused ─ main ─▶ recover
 * </pre>
 *
 * <p>Every failure goes to {@link IncomingEnd}, which fails, pauses or completes.
 */
record IncomingDriver(
        MigrationOptions options,
        IncomingState state,
        IncomingListener listener,
        IncomingChannels channels,
        SourceLiveness liveness,
        StreamOpening streams,
        ChannelInputs inputs,
        SwitchoverApprovals approvals,
        GuestClaim claim,
        Arrival arrival,
        PostcopyPreparation preparation,
        MissingPages pages,
        PostcopyTakeover takeover,
        PostcopyCompletion completion,
        IncomingRecovery recovery,
        IncomingEnd end,
        Probe probe) {

    private static final Logger log = LoggerFactory.getLogger(IncomingDriver.class);

    // ---- what happens, and which step follows

    /** Handles an accepted connection whose role is known. */
    void follow(Accepted connection) {
        switch (connection) {
            case Accepted.Main(Link link, ByteBuf bytes) -> begin(link, bytes);
            case Accepted.ReturnPath(Link link, UUID id) -> joinReturnPath(link, id);
            case Accepted.Preempt(Link link, ByteBuf bytes) -> joinPreempt(link, bytes);
            case Accepted.Recovery(Link link, ByteBuf bytes) -> recover(link, bytes);
            case Accepted.Ended(Link link, var cause) -> inputs.ended(link, cause);
            case Accepted.MigrationFailed(Failure failure) -> end.end(failure);
            case Accepted.RecoveryFailed(Failure failure) -> end.failRecovery(failure);
        }
    }

    /** Handles an event of a stream, in the package or on the main channel. */
    private void follow(StreamEvent event, StreamHolds holds, boolean inPackage)
            throws StreamException {
        switch (event) {
            case StreamEvent.Configured(Optional<UUID> returnPath) -> configure(returnPath, holds);
            case StreamEvent.Commanded(Command command) -> obey(command, holds, inPackage);
            case StreamEvent.PackageAnnounced _ ->
                    preparation.packageAnnounced(inputs.devices().isPresent());
            case StreamEvent.PackageArrived(ByteBuf blob) -> loadPackage(blob, holds);
        }
    }

    private void obey(Command command, StreamHolds holds, boolean inPackage)
            throws StreamException {
        switch (command) {
            case Command.OpenReturnPath _ -> openReturnPath();
            case Command.Ping(int value) -> ping(value, holds, inPackage);
            case Command.SwitchoverStart _ -> {
                // no device here has to know
            }
            case Command.PostcopyAdvise(Optional<Command.PageSizes> sizes) ->
                    preparation.advise(sizes);
            case Command.PostcopyRamDiscard(String block, List<Command.Range> ranges) ->
                    preparation.discard(block, ranges);
            case Command.PostcopyListen _ -> listen(holds, inPackage);
            case Command.PostcopyRun _ -> run(inPackage);
            case Command.RecvBitmap(String block) -> recovery.tellReceived(holds, block);
            case Command.PostcopyResume _ -> recovery.resume();
            case Command.EnableColo _ -> askForColo();
            case Command.Packaged _ ->
                    throw new IllegalStateException("PACKAGED arrives with its package");
        }
    }

    /** Handles the end of the main stream, with or without a description. */
    private void streamEnded() {
        if (state.halted()) {
            return;
        }
        if (state.postcopy().listened()) {
            follow(completion.streamEnded());
        } else if (!state.undecided()) {
            // else the stream has been read, and the lease will answer soon
            arrive();
        }
    }

    private void packageEnded() {
        if (!state.halted()) {
            inputs.releaseMain();
            follow(completion.look());
        }
    }

    private void pageOrPreemptEndCame() {
        follow(completion.lookForPages());
    }

    /** No switch: linking one takes milliseconds, and the guest may stand still. */
    private void follow(CompletionStep outcome) {
        if (outcome instanceof CompletionStep.Complete) {
            end.completePostcopy();
        } else if (outcome instanceof CompletionStep.CompletionFailed failed) {
            end.end(failed.failure());
        }
    }

    // ---- channels

    private void begin(Link link, ByteBuf bytes) {
        MainChannelInput main = mainChannel(link, false);
        probe.reached(PointName.MAIN_CHANNEL);
        state.move(state.awaiting(), MigrationStatus.ACTIVE);
        main.received(bytes);
    }

    private MainChannelInput mainChannel(Link link, boolean recovers) {
        StreamHolds holds = new StreamHolds();
        MainChannelInput main =
                streams.mainChannel(
                        link,
                        recovers,
                        holds,
                        event -> follow(event, holds, false),
                        this::streamEnded,
                        end::end);
        inputs.main(main);
        channels.main(link, holds, main);
        return main;
    }

    private void joinReturnPath(Link link, UUID id) {
        channels.returnPath(
                link,
                id,
                new ReturnPathInput(
                        link,
                        id,
                        state,
                        channels,
                        inputs::streamBytes,
                        end::end,
                        listener::unrecognized));
        listener.adoptPreempt();
    }

    private void joinPreempt(Link link, ByteBuf bytes) {
        PreemptInput input =
                new PreemptInput(
                        link, state, inputs::streamBytes, this::pageOrPreemptEndCame, end::end);
        channels.preempt(
                link,
                () -> {
                    inputs.preempt(input);
                    link.attach(input);
                    probe.reached(PointName.PREEMPT_CHANNEL);
                    input.received(bytes);
                    if (!state.recovering()) {
                        pages.preemptPages().ifPresent(input::listen);
                    }
                });
    }

    private void openReturnPath() {
        channels.openReturnPath(approvals::returnPathOpened, end::end);
    }

    private void whenPreempt(Runnable action) {
        channels.whenPreempt(listener.listensToFile(), action, end::end);
    }

    // ---- load

    private void configure(Optional<UUID> returnPath, StreamHolds holds) {
        approvals.begin(end::end);
        channels.configured(returnPath);
        listener.adoptPreempt();
        if (options.profile().has(Trait.PREEMPT_CHANNEL_AT_START)) {
            holds.holdDuring(this::whenPreempt);
        }
    }

    private void ping(int value, StreamHolds holds, boolean inPackage) throws StreamException {
        if (!channels.answers()) {
            throw StreamException.of(
                    StreamError.RETURN_PATH_NOT_OPEN, "PING before OPEN_RETURN_PATH");
        }
        liveness.pinged(value, end::end);
        if (value == Command.Ping.PACKAGE_LOADED && inPackage) {
            // the answer tells the source that the destination owns the guest
            holds.holdDuring(goOn -> takeover.claim(() -> pong(value, holds), goOn, end::end));
        } else {
            pong(value, holds);
        }
    }

    private void pong(int value, StreamHolds holds) {
        channels.answer(holds, new ReturnPathMessage.Pong(value));
        probe.reached(PointName.PONG_SENT, value);
    }

    /** Keeps loading, as QEMU does; the migration fails when the stream ends. */
    private void askForColo() throws StreamException {
        if (options.profile().has(Trait.ENABLE_COLO_NEEDS_CAPABILITY)) {
            throw StreamException.of(
                    StreamError.CAPABILITY_MISMATCH,
                    "ENABLE_COLO, but capability x-colo is off here");
        }
        state.askForColo();
        if (state.firstTime("ENABLE_COLO")) {
            log.warn("The source asks for a COLO secondary, which is not built");
        }
    }

    /** Completes a precopy: the whole stream has been read. */
    private void arrive() {
        if (state.coloAsked()) {
            end.end(
                    Failure.Wire.sequence(
                            ChannelRole.MAIN,
                            "the source asked for a COLO secondary, and COLO is not built into"
                                    + " vmferry"));
        } else if (arrival.runs()) {
            claim.ask(
                    channels.answers()
                            ? LeaseQuestion.DESTINATION_ARRIVED
                            : LeaseQuestion.DESTINATION_ARRIVED_UNHEARD,
                    end::arrived,
                    end::end);
        } else {
            end.arrived();
        }
    }

    // ---- postcopy

    private void loadPackage(ByteBuf blob, StreamHolds mainHolds) {
        StreamHolds holds = new StreamHolds();
        PackageInput input =
                streams.devices(
                        blob,
                        holds,
                        event -> follow(event, holds, true),
                        this::packageEnded,
                        end::end);
        inputs.devices(input, mainHolds.holdUntil());
        probe.reached(PointName.PACKAGE_RECEIVED, input.sizeBytes());
        whenPreempt(input::load);
    }

    /** POSTCOPY_LISTEN. Bytes after the package are read before it goes on, as in QEMU. */
    private void listen(StreamHolds holds, boolean inPackage) throws StreamException {
        preparation.listen(listener.listensToFile());
        if (preparation.ramFollows()) {
            pages.demand(channels::send, state::halted, this::pageOrPreemptEndCame);
        }
        probe.reached(PointName.LISTENING);
        boolean device = options.profile().has(Trait.POSTCOPY_DEVICE) && channels.answers();
        state.move(
                MigrationStatus.ACTIVE,
                device ? MigrationStatus.POSTCOPY_DEVICE : MigrationStatus.POSTCOPY_ACTIVE);
        inputs.main().ifPresent(MainChannelInput::enterPostcopy);
        inputs.preempt().ifPresent(preempt -> pages.preemptPages().ifPresent(preempt::listen));
        inputs.releaseMain();
        if (inPackage) {
            inputs.main().ifPresent(main -> holds.holdDuring(main::whenRead));
        }
    }

    private void run(boolean inPackage) throws StreamException {
        boolean besidePackage = inputs.devices().isPresent() && !inPackage;
        takeover.run(besidePackage, () -> follow(completion.look()), end::end);
    }

    /** Begins the recovery of a paused postcopy. */
    private void recover(Link link, ByteBuf bytes) {
        state.resume();
        MainChannelInput main = mainChannel(link, true);
        recovery.begin();
        openReturnPath();
        // an old source connects it together with the others
        listener.adoptPreempt();
        main.received(bytes);
    }
}
