package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.accept.IncomingListener;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.ReturnPathInput;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.guest.SwitchoverApprovals;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.dest.incoming.stream.MainChannelInput;
import io.vmferry.dest.incoming.stream.MultifdChannels;
import io.vmferry.dest.incoming.stream.PreemptInput;
import io.vmferry.dest.incoming.stream.StreamEvent;
import io.vmferry.dest.incoming.stream.StreamOpening;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Trait;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Makes accepted connections the channels of the migration, each with its input. */
record ChannelJoining(
        MigrationOptions options,
        IncomingState state,
        IncomingListener listener,
        IncomingChannels channels,
        StreamOpening streams,
        ChannelInputs inputs,
        MultifdChannels multifd,
        SwitchoverApprovals approvals,
        MissingPages pages,
        Consumer<Failure> failed,
        Probe probe) {

    /**
     * Joins the main channel.
     *
     * @param recovers whether it goes on where another one broke
     * @param ended runs when the stream is at its end
     */
    MainChannelInput main(
            Link link,
            boolean recovers,
            StreamHolds holds,
            StreamEvent.StreamEventHandler handler,
            Runnable ended) {
        multifd.sync().main(holds);
        MainChannelInput main = streams.mainChannel(link, recovers, holds, handler, ended, failed);
        inputs.main(main);
        channels.main(link, holds, main);
        return main;
    }

    /** Joins a return path that is a connection of its own, once the main channel names it. */
    void returnPath(Link link, UUID id) {
        channels.returnPath(
                link,
                id,
                new ReturnPathInput(
                        link,
                        id,
                        state,
                        channels,
                        inputs::streamBytes,
                        failed,
                        listener::unrecognized));
        adoptPreempt();
    }

    /**
     * Joins the preempt channel as soon as the migration can use it.
     *
     * @param pageCame runs when one of its pages has come, or its end
     */
    void preempt(Link link, ByteBuf bytes, Runnable pageCame) {
        PreemptInput input = new PreemptInput(link, state, inputs::streamBytes, pageCame, failed);
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

    /** Joins a multifd channel, which may come before the main channel. */
    void multifd(Link link, ByteBuf bytes) {
        multifd.join(link, bytes);
        adoptPreempt();
    }

    /** Lets a connection that nobody has recognized yet be the preempt channel. */
    void adoptPreempt() {
        listener.adoptPreempt();
    }

    /** OPEN_RETURN_PATH, or a recovery, which has none. */
    void openReturnPath() {
        channels.openReturnPath(approvals::returnPathOpened, failed);
    }

    /** Runs an action once the preempt channel is there, or at once where there is none. */
    void whenPreempt(Runnable action) {
        channels.whenPreempt(listener.listensToFile(), action, failed);
    }

    /** The configuration has been read, with the id of the return path that belongs to it. */
    void configured(Optional<UUID> returnPath, StreamHolds holds) {
        approvals.begin(failed);
        channels.configured(returnPath);
        adoptPreempt();
        holds.holdDuring(goOn -> channels.whenMultifd(() -> whenPreemptAtStart(goOn), failed));
    }

    private void whenPreemptAtStart(Runnable action) {
        if (options.profile().has(Trait.PREEMPT_CHANNEL_AT_START)) {
            whenPreempt(action);
        } else {
            action.run();
        }
    }
}
