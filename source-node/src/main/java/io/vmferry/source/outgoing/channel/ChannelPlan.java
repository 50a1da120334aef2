package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.channel.ExpectedChannels;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;

/** Which channels a migration is to have, as its options say. */
public record ChannelPlan(AnswerRoute answers, ExpectedChannels channels) {

    /** How the destination answers. */
    public enum AnswerRoute {
        /** It is not asked. */
        NONE,

        /**
         * It is asked, and nothing can ever come back from where the stream goes. QEMU finds that
         * out only when it reads the answers, so the migration begins.
         */
        IMPOSSIBLE,

        /** On the main channel's connection. */
        INLINE,

        /** On a connection of its own, which the stream announces. */
        CHANNEL
    }

    /**
     * The plan of a migration.
     *
     * @param mode how the return path is carried, should the migration have one
     * @param recovers whether it goes on with a postcopy, which always needs answers
     */
    public static ChannelPlan of(
            MigrationAddress address,
            ReturnPathMode mode,
            Capabilities capabilities,
            Profile profile,
            boolean recovers) {
        AnswerRoute answers = answers(address, mode, capabilities, recovers);
        return new ChannelPlan(
                answers,
                answers == AnswerRoute.IMPOSSIBLE
                        ? ExpectedChannels.MAIN
                        : ExpectedChannels.of(
                                capabilities, profile, answers == AnswerRoute.CHANNEL));
    }

    private static AnswerRoute answers(
            MigrationAddress address,
            ReturnPathMode mode,
            Capabilities capabilities,
            boolean recovers) {
        boolean asks =
                recovers
                        || capabilities.has(Capability.RETURN_PATH)
                        || capabilities.has(Capability.POSTCOPY_RAM);
        if (!asks) {
            return AnswerRoute.NONE;
        }
        if (address instanceof MigrationAddress.File) {
            return AnswerRoute.IMPOSSIBLE;
        }
        return switch (mode) {
            case CHANNEL -> AnswerRoute.CHANNEL;
            case INLINE -> AnswerRoute.INLINE;
        };
    }

    /** Whether the destination answers. */
    public boolean answered() {
        return answers == AnswerRoute.INLINE || answers == AnswerRoute.CHANNEL;
    }
}
