package io.vmferry.dest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DestinationPolicyTest {

    private static final Failure CUT =
            new Failure.ConnectionFailure(
                    ChannelRole.MAIN, 17, "Main channel: cut", Optional.empty());

    private final DestinationPolicy policy = new DestinationPolicy(false);

    @Test
    void aGuestThatRunsNowhereIsToldOf() {
        assertThat(policy.asksLease(CUT)).isTrue();
        var decision = policy.failed(CUT, MigrationStatus.FAILED, LeaseStatus.ABANDONED);
        assertThat(decision.exitCode()).contains(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.complaint().orElseThrow()).contains("runs nowhere now");
    }

    @ParameterizedTest
    @EnumSource(value = LeaseStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "ABANDONED")
    void otherwiseTheGuestWasNotHandedOver(LeaseStatus lease) {
        var decision = policy.failed(CUT, MigrationStatus.FAILED, lease);
        assertThat(decision.exitCode()).contains(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.complaint()).contains("Incoming migration failed: Main channel: cut");
    }

    @Test
    void aSourceThatBrokeARuleLives() {
        Failure wrong = Failure.Wire.sequence(ChannelRole.MAIN, "wrong");
        assertThat(policy.asksLease(wrong)).isFalse();
        assertThat(policy.failed(wrong, MigrationStatus.FAILED, LeaseStatus.ABANDONED).exitCode())
                .contains(ExitCode.GUEST_SAFE_AT_SOURCE);
    }

    @Test
    void aProcessThatIsToStayDoesNotEndWithAFailure() {
        policy.exitOnError(false);
        assertThat(policy.failed(CUT, MigrationStatus.FAILED, LeaseStatus.UNKNOWN).exitCode())
                .isEmpty();
        assertThat(
                        new DestinationPolicy(true)
                                .failed(CUT, MigrationStatus.FAILED, LeaseStatus.UNKNOWN)
                                .exitCode())
                .isPresent();
    }

    /** Nobody could ask it why. */
    @Test
    void aProcessWhoseMigrationIsNotSeenToFailEndsWithIt() {
        policy.exitOnError(false);
        assertThat(
                        policy.failed(CUT, MigrationStatus.POSTCOPY_ACTIVE, LeaseStatus.UNKNOWN)
                                .exitCode())
                .contains(ExitCode.GUEST_SAFE_AT_SOURCE);
    }

    @Test
    void aPauseNeverEndsTheProcessOfTheGuest() {
        MigrationStatus status = MigrationStatus.POSTCOPY_PAUSED;
        assertThat(new DestinationPolicy(true).paused(CUT, status).exitCode()).isEmpty();
        assertThat(
                        new DestinationPolicy(true)
                                .paused(new Failure.Bug(new AssertionError()), status)
                                .exitCode())
                .isEmpty();
    }

    @Test
    void whereQemuCannotPauseTheProcessEndsAsOneThatCrashed() {
        var decision = policy.paused(CUT, MigrationStatus.POSTCOPY_RECOVER);
        assertThat(decision.exitCode()).contains(ExitCode.CRASHED_AS_QEMU);
        assertThat(decision.complaint().orElseThrow()).contains("cut", "QEMU ends", "the guest");
    }

    @Test
    void wrongMemoryCountsMoreThanWhoMayRun() {
        assertThat(policy.exitCode(false, true)).isEqualTo(ExitCode.GUEST_DAMAGED);
        assertThat(policy.exitCode(true, true)).isEqualTo(ExitCode.GUEST_LOST);
        assertThat(policy.exitCode(true, false)).isEqualTo(ExitCode.OK);
    }
}
