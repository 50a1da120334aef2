package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Postcopies that are interrupted and recovered, up to ten times. {@link RecoveryStress} checks
 * what must hold and names the seed that breaks it; {@code -Drecovery.first=SEED
 * -Drecovery.count=1} runs that seed again.
 */
class RecoveryStressTest {

    private static final long FIRST = Long.getLong("recovery.first", 0);
    private static final int COUNT = Integer.getInteger("recovery.count", 400);

    private static final Interruption CUT =
            new Interruption(Interruption.InterruptionKind.CUT_MAIN, 0, 40_000_000);

    /** Header, number of bytes and block name of a page record are small beside the page. */
    private static final int RECORD_BYTES = 8 + 4096;

    @Test
    void aGuestArrivesWholeHoweverOftenItsPostcopyIsInterrupted() {
        int interrupted = 0;
        int most = 0;
        for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
            RecoveryStress.Result result =
                    RecoveryStress.run(
                            RecoveryScenarios.random(seed), RecoveryScenarios.interruptions(seed));
            interrupted += result.interrupted();
            most = Math.max(most, result.interrupted());
        }
        if (COUNT >= 300) {
            // otherwise the interruptions would not strike where they are meant to
            assertThat(interrupted).isGreaterThan(COUNT);
            assertThat(most).isGreaterThanOrEqualTo(8);
        }
    }

    @ParameterizedTest(name = "{0}, return path {1}, preempt {2}")
    @CsvSource({
        "QEMU_7_2, INLINE, false",
        "QEMU_7_2, CHANNEL, true",
        "QEMU_9_2, CHANNEL, false",
        "QEMU_10_2, INLINE, true",
        "QEMU_10_2, CHANNEL, true",
        "QEMU_11_1, INLINE, false"
    })
    void eachInterruptionAtEachPointOfTheHandshakeIsRecoveredFrom(
            Profile profile, ReturnPathMode mode, boolean preempt) {
        Scenario scenario = scenario(profile, mode, preempt, 0);
        int points = RecoveryStress.run(scenario, List.of(CUT)).recoveryPoints().size();
        assertThat(points).as("points of a handshake").isGreaterThan(12);
        Map<Interruption.InterruptionKind, Integer> struck =
                new EnumMap<>(Interruption.InterruptionKind.class);
        for (Interruption.InterruptionKind kind : Interruption.InterruptionKind.values()) {
            for (int point = 0; point < points; point++) {
                Interruption second = new Interruption(kind, point, point % 2 * 300_000L);
                int interrupted =
                        RecoveryStress.run(scenario, List.of(CUT, second, CUT)).interrupted();
                struck.merge(kind, interrupted / 3, Integer::sum);
            }
        }
        struck.forEach((kind, times) -> {
            boolean never =
                    kind.harmless()
                            || (ofPreempt(kind) && !preempt)
                            || (kind == Interruption.InterruptionKind.PAUSE_SOURCE
                                    && !profile.has(Trait.PAUSE_OF_RECOVERY))
                            || (kind == Interruption.InterruptionKind.PAUSE_DESTINATION
                                    && !profile.has(Trait.PAUSE_OF_RECOVERY));
            if (!never) {
                assertThat(times).as("%s has struck", kind).isPositive();
            }
        });
    }

    private static boolean ofPreempt(Interruption.InterruptionKind kind) {
        return kind == Interruption.InterruptionKind.CUT_PREEMPT
                || kind == Interruption.InterruptionKind.CUT_PREEMPT_AMONG_BYTES;
    }

    @ParameterizedTest(name = "return path {0}, preempt {1}")
    @CsvSource({"INLINE, false", "CHANNEL, false", "CHANNEL, true"})
    void nothingIsSentAgainButWhatWasOnItsWay(ReturnPathMode mode, boolean preempt) {
        Scenario scenario = scenario(Profile.QEMU_10_2, mode, preempt, 1 << 22);
        for (int millis = 5; millis < 60; millis += 5) {
            Interruption cut =
                    new Interruption(
                            Interruption.InterruptionKind.CUT_MAIN, 0, millis * 1_000_000L);
            RecoveryStress.Result result = RecoveryStress.run(scenario, List.of(cut));
            assertThat(result.interrupted()).isEqualTo(1);
            assertThat(result.lostPages() * RECORD_BYTES)
                    .as("bytes sent again after a cut at %d ms", millis)
                    .isPositive()
                    // a record of each channel may have been cut in the middle
                    .isLessThanOrEqualTo(result.lostBytes() + 2 * RECORD_BYTES);
        }
    }

    /** A guest whose memory has no page of zeros, on a network where pages are on their way. */
    private static Scenario scenario(
            Profile profile, ReturnPathMode mode, boolean preempt, long postcopyBytesPerSecond) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM);
        if (preempt) {
            on.add(Capability.POSTCOPY_PREEMPT);
        }
        long memoryBytes = 200 * 4096;
        GuestSpec guest =
                new GuestSpec(
                        MachineType.SYNTHETIC,
                        memoryBytes,
                        4096,
                        1,
                        WorkloadSpec.parse("uniform,rate=200,zero=0,boot=" + memoryBytes),
                        List.of(),
                        11,
                        Optional.empty(),
                        true,
                        profile);
        Map<Parameter, Object> parameters =
                Map.of(
                        Parameter.MAX_BANDWIDTH,
                        1L << 18,
                        Parameter.MAX_POSTCOPY_BANDWIDTH,
                        postcopyBytesPerSecond == 0 ? 1L << 20 : postcopyBytesPerSecond);
        return new Scenario(
                11,
                guest,
                profile,
                on,
                parameters,
                mode,
                List.of(0L),
                new SimulatedNetwork.LinkProfile(3_000_000, 6_000_000, 4096),
                Fault.NONE);
    }
}
