package io.vmferry.source.outgoing.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which channels a source connects, and when, for all that decides about it. */
class ChannelPlanTest {

    private static final MigrationAddress HOST = new MigrationAddress.Tcp("there", 4444);
    private static final MigrationAddress FILE = new MigrationAddress.File(Path.of("dump"), 0);

    @ParameterizedTest
    @CsvSource({
        // profile, capabilities, mode, to a file, recovers: answers, at start, later
        "QEMU_10_2, , CHANNEL, false, false, NONE, [main], []",
        "QEMU_10_2, , CHANNEL, true, false, NONE, [main], []",
        "QEMU_10_2, RETURN_PATH, CHANNEL, false, false, CHANNEL, '[main, return-path]', []",
        "QEMU_10_2, RETURN_PATH, INLINE, false, false, INLINE, [main], []",
        "QEMU_10_2, RETURN_PATH, CHANNEL, true, false, IMPOSSIBLE, [main], []",
        "QEMU_10_2, POSTCOPY_RAM, CHANNEL, false, false, CHANNEL, '[main, return-path]', []",
        "QEMU_10_2, POSTCOPY_RAM, INLINE, true, false, IMPOSSIBLE, [main], []",
        "QEMU_10_2, POSTCOPY_PREEMPT, INLINE, false, false, INLINE, [main], [preempt]",
        "QEMU_10_2, POSTCOPY_PREEMPT, CHANNEL, false, true, CHANNEL,"
                + " '[main, return-path]', [preempt]",
        "QEMU_7_2, POSTCOPY_PREEMPT, INLINE, false, false, INLINE, '[main, preempt]', []",
        "QEMU_7_2, POSTCOPY_PREEMPT, CHANNEL, false, true, CHANNEL,"
                + " '[main, return-path, preempt]', []",
        "QEMU_7_2, POSTCOPY_PREEMPT, CHANNEL, true, false, IMPOSSIBLE, [main], []",
        "QEMU_10_2, , INLINE, false, true, INLINE, [main], []"
    })
    void isComputed(
            Profile profile,
            Capability capability,
            ReturnPathMode mode,
            boolean toFile,
            boolean recovers,
            ChannelPlan.AnswerRoute answers,
            String atStart,
            String later)
            throws OptionException {
        ChannelPlan plan =
                ChannelPlan.of(
                        new MigrateArguments(toFile ? FILE : HOST, mode),
                        capabilities(profile, capability),
                        profile,
                        0,
                        recovers);
        assertThat(plan.answers()).isEqualTo(answers);
        assertThat(plan.channels().atStart()).hasToString(atStart);
        assertThat(plan.channels().later()).hasToString(later);
    }

    @Test
    void aProgramIsOneConnectionForBothDirections() throws OptionException {
        MigrationAddress program = new MigrationAddress.Exec(List.of("/bin/cat"));
        ChannelPlan plan =
                ChannelPlan.of(
                        new MigrateArguments(program, ReturnPathMode.CHANNEL),
                        capabilities(Profile.QEMU_10_2, Capability.RETURN_PATH),
                        Profile.QEMU_10_2,
                        0,
                        false);
        assertThat(plan.answers()).isEqualTo(ChannelPlan.AnswerRoute.INLINE);
        assertThat(plan.channels().atStart()).hasToString("[main]");
    }

    private static Capabilities capabilities(Profile profile, Capability capability)
            throws OptionException {
        Map<Capability, Boolean> on = new EnumMap<>(Capability.class);
        if (capability != null) {
            on.put(capability, true);
        }
        if (capability == Capability.POSTCOPY_PREEMPT) {
            on.put(Capability.POSTCOPY_RAM, true);
        }
        return Capabilities.none().with(on, profile, Set.copyOf(on.keySet()));
    }
}
