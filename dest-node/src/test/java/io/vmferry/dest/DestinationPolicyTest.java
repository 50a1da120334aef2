package io.vmferry.dest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.verdict.GuestPlace;
import io.vmferry.machine.verdict.MemoryProof;
import io.vmferry.machine.verdict.MemoryState;
import io.vmferry.machine.verdict.Verdict;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.List;
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
        var decision = policy.failed(CUT, MigrationStatus.FAILED, LeaseStatus.ABANDONED, List.of());
        assertThat(decision.exitCode()).contains(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.verdict().fate()).contains("runs nowhere now");
        assertThat(decision.verdict().guest()).isEqualTo(GuestPlace.NOWHERE);
    }

    @ParameterizedTest
    @EnumSource(value = LeaseStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "ABANDONED")
    void otherwiseTheGuestWasNotHandedOver(LeaseStatus lease) {
        var decision = policy.failed(CUT, MigrationStatus.FAILED, lease, List.of("received"));
        assertThat(decision.exitCode()).contains(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.complaint()).isEmpty();
        assertThat(decision.verdict().fate())
                .isEqualTo("the guest was not handed over by its source");
        assertThat(decision.verdict().reason()).contains("Main channel: cut");
        assertThat(decision.details()).containsExactly("received");
        assertThat(decision.verdict().guest()).isEqualTo(GuestPlace.PEER);
    }

    @Test
    void aSourceThatBrokeARuleLives() {
        Failure wrong = Failure.Wire.sequence(ChannelRole.MAIN, "wrong");
        assertThat(policy.asksLease(wrong)).isFalse();
        assertThat(
                        policy.failed(
                                        wrong,
                                        MigrationStatus.FAILED,
                                        LeaseStatus.ABANDONED,
                                        List.of())
                                .exitCode())
                .contains(ExitCode.GUEST_SAFE_AT_SOURCE);
    }

    @Test
    void aProcessThatIsToStayDoesNotEndWithAFailure() {
        policy.exitOnError(false);
        assertThat(
                        policy.failed(CUT, MigrationStatus.FAILED, LeaseStatus.UNKNOWN, List.of())
                                .exitCode())
                .isEmpty();
        assertThat(
                        new DestinationPolicy(true)
                                .failed(CUT, MigrationStatus.FAILED, LeaseStatus.UNKNOWN, List.of())
                                .exitCode())
                .isPresent();
    }

    /** Nobody could ask it why. */
    @Test
    void aProcessWhoseMigrationIsNotSeenToFailEndsWithIt() {
        policy.exitOnError(false);
        assertThat(
                        policy.failed(
                                        CUT,
                                        MigrationStatus.POSTCOPY_ACTIVE,
                                        LeaseStatus.UNKNOWN,
                                        List.of())
                                .exitCode())
                .contains(ExitCode.GUEST_SAFE_AT_SOURCE);
    }

    @Test
    void aPauseNeverEndsTheProcessOfTheGuest() {
        MigrationStatus status = MigrationStatus.POSTCOPY_PAUSED;
        assertThat(new DestinationPolicy(true).paused(CUT, status, RunState.RUNNING).exitCode())
                .isEmpty();
        assertThat(
                        new DestinationPolicy(true)
                                .paused(
                                        new Failure.Bug(new AssertionError()),
                                        status,
                                        RunState.RUNNING)
                                .exitCode())
                .isEmpty();
    }

    @Test
    void whereQemuCannotPauseTheProcessEndsAsOneThatCrashed() {
        var decision = policy.paused(CUT, MigrationStatus.POSTCOPY_RECOVER, RunState.RUNNING);
        assertThat(decision.exitCode()).contains(ExitCode.CRASHED_AS_QEMU);
        assertThat(decision.complaint().orElseThrow()).contains("cut", "QEMU ends", "the guest");
    }

    @Test
    void wrongMemoryCountsMoreThanWhoMayRun() {
        assertThat(policy.exitCode(false, true)).isEqualTo(ExitCode.GUEST_DAMAGED);
        assertThat(policy.exitCode(true, true)).isEqualTo(ExitCode.GUEST_LOST);
        assertThat(policy.exitCode(true, false)).isEqualTo(ExitCode.OK);
    }

    private static final MemoryProof RIGHT =
            new MemoryProof(MemoryState.PROVED, "right", 8, 3, 0, Optional.empty());

    private static ProcessDecision arrived(boolean once, RunState state, MemoryProof memory) {
        return new DestinationPolicy(once)
                .arrived(
                        MigrationStatus.COMPLETED,
                        state,
                        Optional.empty(),
                        memory,
                        List.of(),
                        List.of());
    }

    @Test
    void aGuestThatHasArrivedRunsHere() {
        ProcessDecision decision = arrived(false, RunState.RUNNING, RIGHT);
        assertThat(decision.exitCode()).isEmpty();
        assertThat(decision.code()).isEqualTo(ExitCode.OK);
        assertThat(decision.verdict().guest()).isEqualTo(GuestPlace.RUNS_HERE);
        assertThat(decision.verdict().fate()).isEqualTo("the guest runs here");
    }

    @Test
    void aGuestThatHasArrivedEndsWithAProcessOfOneMigration() {
        ProcessDecision decision = arrived(true, RunState.PAUSED, RIGHT);
        assertThat(decision.exitCode()).contains(ExitCode.OK);
        assertThat(decision.verdict().guest()).isEqualTo(GuestPlace.ENDS_HERE);
        assertThat(decision.verdict().fate())
                .isEqualTo("the guest has arrived and is paused, and ends with this process");
    }

    @Test
    void aCheckThatFailedIsNoSuccess() {
        assertThat(arrived(true, RunState.RUNNING, MemoryProof.failed()).exitCode())
                .contains(ExitCode.GUEST_DAMAGED);
    }

    /** Machine none has no record of what memory was. */
    @Test
    void aGuestWithoutVcpusHasNothingToProve() {
        assertThat(arrived(true, RunState.RUNNING, MemoryProof.unchecked("no vCPU")).exitCode())
                .contains(ExitCode.OK);
    }

    @Test
    void aVerdictThatIsNotReachedSaysWhereTheGuestIs() {
        assertThat(pending(MigrationStatus.ACTIVE, RunState.INMIGRATE)).isEqualTo(GuestPlace.PEER);
        assertThat(pending(MigrationStatus.POSTCOPY_ACTIVE, RunState.RUNNING))
                .isEqualTo(GuestPlace.RUNS_HERE);
        assertThat(pending(MigrationStatus.COMPLETED, RunState.PAUSED))
                .isEqualTo(GuestPlace.STOPPED_HERE);
    }

    @Test
    void aQuitLosesAGuestThatIsNotHereWholly() {
        assertThat(codeOfQuit(MigrationStatus.POSTCOPY_RECOVER, RunState.RUNNING))
                .isEqualTo(ExitCode.GUEST_LOST);
        assertThat(codeOfQuit(MigrationStatus.POSTCOPY_ACTIVE, RunState.INMIGRATE))
                .isEqualTo(ExitCode.OK);
        assertThat(codeOfQuit(MigrationStatus.COMPLETED, RunState.RUNNING)).isEqualTo(ExitCode.OK);
        assertThat(codeOfQuit(MigrationStatus.FAILED, RunState.INMIGRATE))
                .isEqualTo(ExitCode.GUEST_SAFE_AT_SOURCE);
    }

    private static ExitCode codeOfQuit(MigrationStatus status, RunState state) {
        return DestinationPolicy.pending(status, state).code();
    }

    private static GuestPlace pending(MigrationStatus status, RunState state) {
        Verdict verdict = DestinationPolicy.pending(status, state).verdict();
        assertThat(verdict.settled()).isFalse();
        assertThat(verdict.memory().state()).isEqualTo(MemoryState.UNCHECKED);
        return verdict.guest();
    }

    @Test
    void aSignalSaysWhatItDoesToTheGuest() {
        assertThat(DestinationPolicy.signalNotice(MigrationStatus.SETUP, RunState.INMIGRATE))
                .isEqualTo("no guest has come");
        assertThat(DestinationPolicy.signalNotice(MigrationStatus.ACTIVE, RunState.INMIGRATE))
                .isEqualTo("the guest has not arrived, and stays with its source");
        assertThat(DestinationPolicy.signalNotice(MigrationStatus.COMPLETED, RunState.RUNNING))
                .isEqualTo("the guest was here, running, and ends with this process");
        assertThat(
                        DestinationPolicy.signalNotice(
                                MigrationStatus.POSTCOPY_PAUSED, RunState.RUNNING))
                .endsWith("is lost with this process");
    }
}
