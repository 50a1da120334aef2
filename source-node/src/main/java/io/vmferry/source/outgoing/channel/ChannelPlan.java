package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.channel.ExpectedChannels;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;

/** The channels of a migration, derived from its options. */
public record ChannelPlan(AnswerRoute answers, ExpectedChannels channels) {

    /** The route of the return path. */
    public enum AnswerRoute {
        /** There is none. */
        NONE,

        /** Needed and impossible: the stream goes to a file, which QEMU notices when it reads. */
        IMPOSSIBLE,

        /** On the main channel's connection. */
        INLINE,

        /** On a connection of its own, which the stream announces. */
        CHANNEL
    }

    /**
     * The plan of a migration.
     *
     * @param multifd how many channels are to carry pages beside the stream
     * @param recovers whether it goes on with a postcopy, which always needs answers
     */
    public static ChannelPlan of(
            MigrateArguments arguments,
            Capabilities capabilities,
            Profile profile,
            int multifd,
            boolean recovers) {
        AnswerRoute answers = answers(arguments, capabilities, recovers);
        return new ChannelPlan(
                answers,
                answers == AnswerRoute.IMPOSSIBLE
                        ? ExpectedChannels.MAIN
                        : ExpectedChannels.of(
                                capabilities,
                                profile,
                                answers == AnswerRoute.CHANNEL,
                                recovers ? 0 : multifd));
    }

    private static AnswerRoute answers(
            MigrateArguments arguments, Capabilities capabilities, boolean recovers) {
        boolean asks =
                recovers
                        || capabilities.has(Capability.RETURN_PATH)
                        || capabilities.has(Capability.POSTCOPY_RAM);
        if (!asks) {
            return AnswerRoute.NONE;
        }
        if (arguments.address() instanceof MigrationAddress.File) {
            return AnswerRoute.IMPOSSIBLE;
        }
        boolean own = arguments.returnPathMode() == ReturnPathMode.CHANNEL;
        return own && !arguments.address().single() ? AnswerRoute.CHANNEL : AnswerRoute.INLINE;
    }

    /** Whether the destination answers. */
    public boolean answered() {
        return answers == AnswerRoute.INLINE || answers == AnswerRoute.CHANNEL;
    }
}
