package io.vmferry.dest.incoming.postcopy;

import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.state.Next;
import io.vmferry.dest.incoming.state.PostcopyProgress;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.dest.incoming.stream.PackageInput;
import io.vmferry.dest.incoming.stream.PreemptInput;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Deviation;
import java.util.Optional;

/** Looks whether a postcopy is complete: its stream at the end, and all pages here. */
public final class PostcopyCompletion {

    private final MigrationOptions options;
    private final IncomingState state;
    private final PostcopyProgress progress;
    private final ChannelInputs inputs;
    private final MissingPages pages;

    /** Looks at what is read and what is missing. */
    public PostcopyCompletion(
            MigrationOptions options,
            IncomingState state,
            ChannelInputs inputs,
            MissingPages pages) {
        this.options = options;
        this.state = state;
        this.progress = state.postcopy();
        this.inputs = inputs;
        this.pages = pages;
    }

    /** The main stream was read to its EOF. */
    public Next streamEnded() {
        if (state.recovering()) {
            return options.follows(Deviation.ENDED_RECOVERY)
                    ? Next.WAIT
                    : failed(ChannelRole.MAIN, "the stream ended, but POSTCOPY_RESUME never came");
        }
        progress.streamEnded(true);
        return look();
    }

    /** Something has come that the end of the stream may have waited for. */
    public Next look() {
        if (!progress.streamEnded()) {
            return Next.WAIT;
        }
        if (progress.running()) {
            return completeOnceAllIsHere();
        }
        // while it is not known whether the guest runs here, that is looked at again later
        boolean complete =
                !state.undecided() && inputs.devices().map(PackageInput::loaded).orElse(true);
        return complete
                ? failed(ChannelRole.MAIN, "the stream ended, but POSTCOPY_RUN never came")
                : Next.WAIT;
    }

    /**
     * A page, or the end of the preempt channel, has come. Pages that were asked for may still be
     * under way there, which the end of the main stream has overtaken.
     */
    public Next lookForPages() {
        return progress.streamEnded() && progress.running() ? completeOnceAllIsHere() : Next.WAIT;
    }

    private Next completeOnceAllIsHere() {
        Optional<PreemptInput> preempt = inputs.preempt();
        int missing = preempt.isPresent() ? pages.outstanding() : 0;
        if (missing == 0) {
            return new Next.Complete();
        }
        return preempt.get().ended()
                ? failed(
                        ChannelRole.PREEMPT,
                        "the source has ended without %d pages it was asked for".formatted(missing))
                : Next.WAIT;
    }

    private static Next failed(ChannelRole channel, String what) {
        return new Next.Failed(Failure.Wire.sequence(channel, what));
    }
}
