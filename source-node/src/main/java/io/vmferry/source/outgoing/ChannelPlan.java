package io.vmferry.source.outgoing;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.channel.ExpectedChannels;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;

/** Which channels a migration is to have, as its options say. */
record ChannelPlan(Answers answers, ExpectedChannels channels) {

    /** How the destination answers. */
    enum Answers {
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
     * @param recovers whether it goes on with a postcopy, which always needs answers
     */
    static ChannelPlan of(
            MigrateRequest request, Capabilities capabilities, Profile profile, boolean recovers) {
        Answers answers = answers(request, capabilities, recovers);
        return new ChannelPlan(
                answers,
                answers == Answers.IMPOSSIBLE
                        ? ExpectedChannels.MAIN
                        : ExpectedChannels.of(capabilities, profile, answers == Answers.CHANNEL));
    }

    private static Answers answers(
            MigrateRequest request, Capabilities capabilities, boolean recovers) {
        boolean asks =
                recovers
                        || capabilities.has(Capability.RETURN_PATH)
                        || capabilities.has(Capability.POSTCOPY_RAM);
        if (!asks) {
            return Answers.NONE;
        }
        if (request.address() instanceof MigrationAddress.File) {
            return Answers.IMPOSSIBLE;
        }
        return switch (request.returnPathMode()) {
            case CHANNEL -> Answers.CHANNEL;
            case INLINE -> Answers.INLINE;
        };
    }
}
