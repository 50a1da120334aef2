package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Postcopies of huge pages that are cut in the middle of one: the partial page is dropped, and sent
 * again as a whole. {@code -Dhostpage.first=SEED -Dhostpage.count=1} runs the seed of a failure
 * again.
 */
class HostPageCutTest {

    private static final long FIRST = Long.getLong("hostpage.first", 0);
    private static final int COUNT = Integer.getInteger("hostpage.count", 6);

    private static final long HOST_PAGE_BYTES = 2 << 20;
    private static final int HOST_PAGES = 8;

    /** Slow enough that the guest asks for most pages before they come by themselves. */
    private static final long BACKGROUND_BYTES_PER_SECOND = 1 << 20;

    @ParameterizedTest
    @EnumSource(names = {"CUT_MAIN_AMONG_BYTES", "CUT_PREEMPT_AMONG_BYTES"})
    void aHostPageThatWasCutComesAgainAsAWhole(Interruption.InterruptionKind kind) {
        boolean preempt = kind == Interruption.InterruptionKind.CUT_PREEMPT_AMONG_BYTES;
        int interrupted = 0;
        for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
            Interruption cut = new Interruption(kind, 0, seed % 4 * 30_000_000);
            RecoveryStress.Result result =
                    RecoveryStress.run(scenario(seed, preempt), List.of(cut, cut));
            interrupted += result.interrupted();
            assertThat(result.lostPages() % (HOST_PAGE_BYTES / 4096)).isZero();
        }
        // otherwise the cuts would not come where they are meant to
        assertThat(interrupted).isGreaterThanOrEqualTo(COUNT / 2);
    }

    private static Scenario scenario(long seed, boolean preempt) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM);
        if (preempt) {
            on.add(Capability.POSTCOPY_PREEMPT);
        }
        long memoryBytes = HOST_PAGES * HOST_PAGE_BYTES;
        GuestSpec guest =
                new GuestSpec(
                        MachineType.SYNTHETIC,
                        memoryBytes,
                        HOST_PAGE_BYTES,
                        3,
                        WorkloadSpec.parse("uniform,rate=200,zero=20,boot=" + memoryBytes),
                        List.of(),
                        seed,
                        Optional.empty(),
                        true,
                        Profile.DEFAULT);
        return new Scenario(
                seed,
                guest,
                Profile.DEFAULT,
                on,
                Map.of(
                        Parameter.MAX_BANDWIDTH,
                        1L << 18,
                        Parameter.MAX_POSTCOPY_BANDWIDTH,
                        BACKGROUND_BYTES_PER_SECOND),
                ReturnPathMode.CHANNEL,
                List.of(0L),
                new SimulatedNetwork.LinkProfile(1_000_000, 1 << 24, 1 << 14),
                Fault.NONE);
    }
}
