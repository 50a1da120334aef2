package io.vmferry.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.profile.Profile;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The channels of a migration, for each combination of options that decides about them. */
class ExpectedChannelsTest {

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, false, false, [main], []",
        "QEMU_7_2, false, true, '[main, return-path]', []",
        "QEMU_7_2, true, false, '[main, preempt]', []",
        "QEMU_7_2, true, true, '[main, return-path, preempt]', []",
        "QEMU_10_2, false, false, [main], []",
        "QEMU_10_2, false, true, '[main, return-path]', []",
        "QEMU_10_2, true, false, [main], [preempt]",
        "QEMU_10_2, true, true, '[main, return-path]', [preempt]"
    })
    void areComputed(Profile profile, boolean preempt, boolean own, String atStart, String later)
            throws OptionException {
        ExpectedChannels expected =
                ExpectedChannels.of(capabilities(profile, preempt), profile, own, 0);
        assertThat(expected.atStart()).hasToString(atStart);
        assertThat(expected.later()).hasToString(later);
        assertThat(expected.all()).containsAll(expected.atStart()).containsAll(expected.later());
    }

    private static Capabilities capabilities(Profile profile, boolean preempt)
            throws OptionException {
        Map<Capability, Boolean> on =
                preempt
                        ? Map.of(Capability.POSTCOPY_RAM, true, Capability.POSTCOPY_PREEMPT, true)
                        : Map.of();
        return Capabilities.none().with(on, profile, Set.copyOf(on.keySet()));
    }
}
