package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.accept.Accepted;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.postcopy.PostcopyCompletion;
import io.vmferry.dest.incoming.postcopy.PostcopyCompletion.CompletionStep;
import io.vmferry.dest.incoming.postcopy.PostcopyPreparation;
import io.vmferry.dest.incoming.recovery.IncomingRecovery;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.dest.incoming.stream.MainChannelInput;
import io.vmferry.dest.incoming.stream.StreamEvent;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

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
        IncomingState state,
        ChannelJoining joining,
        ChannelInputs inputs,
        PingAnswers pings,
        PrecopyArrival precopy,
        PostcopyPreparation preparation,
        PostcopyEntry postcopy,
        PostcopyCompletion completion,
        IncomingRecovery recovery,
        IncomingEnd end,
        Probe probe) {

    /** Handles an accepted connection whose role is known. */
    void follow(Accepted connection) {
        switch (connection) {
            case Accepted.Main(Link link, ByteBuf bytes) -> begin(link, bytes);
            case Accepted.ReturnPath(Link link, UUID id) -> joining.returnPath(link, id);
            case Accepted.Multifd(Link link, ByteBuf bytes) -> joining.multifd(link, bytes);
            case Accepted.Preempt(Link link, ByteBuf bytes) ->
                    joining.preempt(link, bytes, this::pageOrPreemptEndCame);
            case Accepted.Recovery(Link link, ByteBuf bytes) -> recover(link, bytes);
            case Accepted.Ended(Link link, var cause) -> inputs.ended(link, cause);
            case Accepted.MigrationFailed(Failure failure) -> end.end(failure);
            case Accepted.RecoveryFailed(Failure failure) -> end.failRecovery(failure);
        }
    }

    private void begin(Link link, ByteBuf bytes) {
        MainChannelInput main = mainChannel(link, false);
        probe.reached(PointName.MAIN_CHANNEL);
        state.move(state.awaiting(), MigrationStatus.ACTIVE);
        main.received(bytes);
    }

    /** Begins the recovery of a paused postcopy. */
    private void recover(Link link, ByteBuf bytes) {
        state.resume();
        MainChannelInput main = mainChannel(link, true);
        recovery.begin();
        joining.openReturnPath();
        // an old source connects it together with the others
        joining.adoptPreempt();
        main.received(bytes);
    }

    private MainChannelInput mainChannel(Link link, boolean recovers) {
        StreamHolds holds = new StreamHolds();
        return joining.main(
                link, recovers, holds, event -> follow(event, holds, false), this::streamEnded);
    }

    /** Handles an event of a stream, in the package or on the main channel. */
    private void follow(StreamEvent event, StreamHolds holds, boolean inPackage)
            throws StreamException {
        switch (event) {
            case StreamEvent.Configured(Optional<UUID> returnPath) ->
                    joining.configured(returnPath, holds);
            case StreamEvent.Commanded(Command command) -> obey(command, holds, inPackage);
            case StreamEvent.PackageAnnounced _ ->
                    preparation.packageAnnounced(inputs.devices().isPresent());
            case StreamEvent.PackageArrived(ByteBuf blob) -> loadPackage(blob, holds);
        }
    }

    private void obey(Command command, StreamHolds holds, boolean inPackage)
            throws StreamException {
        switch (command) {
            case Command.OpenReturnPath _ -> joining.openReturnPath();
            case Command.Ping(int value) -> pings.answer(value, holds, inPackage);
            case Command.SwitchoverStart _ -> {
                // no device here has to know
            }
            case Command.PostcopyAdvise(Optional<Command.PageSizes> sizes) ->
                    preparation.advise(sizes);
            case Command.PostcopyRamDiscard(String block, List<Command.Range> ranges) ->
                    preparation.discard(block, ranges);
            case Command.PostcopyListen _ ->
                    postcopy.listen(holds, inPackage, this::pageOrPreemptEndCame);
            case Command.PostcopyRun _ -> postcopy.run(inPackage, () -> follow(completion.look()));
            case Command.RecvBitmap(String block) -> recovery.tellReceived(holds, block);
            case Command.PostcopyResume _ -> recovery.resume();
            case Command.EnableColo _ -> precopy.askForColo();
            case Command.Packaged _ ->
                    throw new IllegalStateException("PACKAGED arrives with its package");
        }
    }

    private void loadPackage(ByteBuf blob, StreamHolds mainHolds) {
        StreamHolds holds = new StreamHolds();
        postcopy.loadPackage(
                blob,
                holds,
                event -> follow(event, holds, true),
                this::packageEnded,
                mainHolds.holdUntil());
    }

    private void packageEnded() {
        if (!state.halted()) {
            inputs.releaseMain();
            follow(completion.look());
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
            // else the stream has been read, and the lease will respond soon
            precopy.arrive();
        }
    }

    private void pageOrPreemptEndCame() {
        follow(completion.lookForPages());
    }

    /** No switch: linking one takes milliseconds, and the guest may be stopped. */
    private void follow(CompletionStep outcome) {
        if (outcome instanceof CompletionStep.Complete) {
            end.completePostcopy();
        } else if (outcome instanceof CompletionStep.CompletionFailed failed) {
            end.end(failed.failure());
        }
    }
}
