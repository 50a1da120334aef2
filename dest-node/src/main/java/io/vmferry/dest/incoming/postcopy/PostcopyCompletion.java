package io.vmferry.dest.incoming.postcopy;

import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.dest.incoming.stream.PackageInput;
import io.vmferry.dest.incoming.stream.PreemptInput;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Deviation;
import java.util.Optional;

/** Checks whether a postcopy is complete: its stream has ended, and all pages have arrived. */
public record PostcopyCompletion(
        MigrationOptions options, IncomingState state, ChannelInputs inputs, MissingPages pages) {

    /** The result of a check. */
    public sealed interface CompletionStep {

        /** See {@link KeepWaiting}; one for all pages that come. */
        CompletionStep WAIT = new KeepWaiting();

        /** Nothing changes: something more has to come. */
        record KeepWaiting() implements CompletionStep {}

        /** The migration is complete. */
        record Complete() implements CompletionStep {}

        /** The migration cannot go on like this. */
        record CompletionFailed(Failure failure) implements CompletionStep {}
    }

    /** Checks after the EOF of the main stream. */
    public CompletionStep streamEnded() {
        if (state.recovering()) {
            return options.follows(Deviation.ENDED_RECOVERY)
                    ? CompletionStep.WAIT
                    : failed(ChannelRole.MAIN, "the stream ended, but POSTCOPY_RESUME never came");
        }
        state.postcopy().streamEnded(true);
        return look();
    }

    /** Checks after anything that the end of the stream may have waited for. */
    public CompletionStep look() {
        if (!state.postcopy().streamEnded()) {
            return CompletionStep.WAIT;
        }
        if (state.postcopy().running()) {
            return completeOnceAllIsHere();
        }
        // while it is not known whether the guest runs here, that is looked at again later
        boolean complete =
                !state.undecided() && inputs.devices().map(PackageInput::loaded).orElse(true);
        return complete
                ? failed(ChannelRole.MAIN, "the stream ended, but POSTCOPY_RUN never came")
                : CompletionStep.WAIT;
    }

    /** Checks after a page or the end of the preempt channel, whose pages may come last. */
    public CompletionStep lookForPages() {
        return state.postcopy().streamEnded() && state.postcopy().running()
                ? completeOnceAllIsHere()
                : CompletionStep.WAIT;
    }

    private CompletionStep completeOnceAllIsHere() {
        Optional<PreemptInput> preempt = inputs.preempt();
        int missing = preempt.isPresent() ? pages.outstanding() : 0;
        if (missing == 0) {
            return new CompletionStep.Complete();
        }
        return preempt.get().ended()
                ? failed(
                        ChannelRole.PREEMPT,
                        "the source has ended without %s it was asked for"
                                .formatted(Figures.counted(missing, "page")))
                : CompletionStep.WAIT;
    }

    private static CompletionStep failed(ChannelRole channel, String what) {
        return new CompletionStep.CompletionFailed(Failure.Wire.sequence(channel, what));
    }
}
