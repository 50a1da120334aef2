package io.vmferry.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.verdict.GuestPlace;
import io.vmferry.machine.verdict.Verdict;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SourcePolicyTest {

    private static final String LOST = "lease L is lost, its files were replaced";

    private static ProcessDecision ended(RunState state, Optional<String> refusal) {
        return new SourcePolicy(false, true).ended(figures(false), state, refusal);
    }

    private static OutgoingFigures figures(boolean handedOver) {
        OutgoingFigures.RamFigures ram =
                new OutgoingFigures.RamFigures(
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        List.of(),
                        OutgoingFigures.XbzrleFigures.NONE);
        return new OutgoingFigures(
                MigrationStatus.FAILED,
                0,
                0,
                handedOver ? 1 : 0,
                Map.of(),
                0,
                0,
                ram,
                0,
                OptionalLong.empty(),
                0,
                handedOver,
                Optional.of("cut"));
    }

    @Test
    void aGuestThatRunsOnIsSafe() {
        ProcessDecision decision = ended(RunState.RUNNING, Optional.empty());
        assertThat(decision.code()).isEqualTo(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.verdict().fate()).isEqualTo("the guest runs on here");
    }

    @Test
    void aGuestThatWasPausedBeforeIsSafe() {
        ProcessDecision decision = ended(RunState.PAUSED, Optional.empty());
        assertThat(decision.code()).isEqualTo(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.verdict().fate()).isEqualTo("the guest is here, paused as before");
    }

    @Test
    void aGuestWhoseLeaseWasLostIsNotSafe() {
        ProcessDecision decision = ended(RunState.PAUSED, Optional.of(LOST));
        assertThat(decision.code()).isEqualTo(ExitCode.GUEST_LOST);
        assertThat(decision.verdict().fate()).isEqualTo("the guest is here, paused, " + LOST);
    }

    @Test
    void aGuestThatStaysStoppedSaysWhy() {
        ProcessDecision decision =
                ended(RunState.FINISH_MIGRATE, Optional.of("lease L is held by pid 7 x"));
        assertThat(decision.code()).isEqualTo(ExitCode.GUEST_LOST);
        assertThat(decision.verdict().fate())
                .isEqualTo("the guest is stopped and cannot run here, lease L is held by pid 7 x");
    }

    @Test
    void aGuestDoesNotRunOnWhereItsProcessEnds() {
        ProcessDecision decision =
                new SourcePolicy(true, true)
                        .ended(figures(false), RunState.RUNNING, Optional.empty());
        assertThat(decision.exitCode()).hasValue(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.verdict().guest()).isEqualTo(GuestPlace.ENDS_HERE);
        assertThat(decision.verdict().fate())
                .isEqualTo("the guest has not moved, and ends with this process");
    }

    @Test
    void aProcessThatGoesOnKeepsTheCodeForItsQuit() {
        ProcessDecision decision = ended(RunState.RUNNING, Optional.empty());
        assertThat(decision.exitCode()).isEmpty();
        assertThat(decision.code()).isEqualTo(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.verdict().guest()).isEqualTo(GuestPlace.RUNS_HERE);
    }

    /** Without all that it needs the destination cannot have run the guest. */
    @Test
    void aMissingLeaseMattersOnceTheGuestWasHandedOver() {
        SourcePolicy policy = new SourcePolicy(false, false);
        assertThat(warnings(policy, false)).isEmpty();
        assertThat(warnings(policy, true)).singleElement().asString().contains("--lease");
    }

    private static List<String> warnings(SourcePolicy policy, boolean handedOver) {
        return policy.ended(figures(handedOver), RunState.RUNNING, Optional.empty())
                .verdict()
                .warnings();
    }

    @Test
    void aPausedGuestIsWhereTheLeaseSays() {
        assertThat(paused(LeaseStatus.UNKNOWN)).isEqualTo(GuestPlace.UNKNOWN);
        assertThat(paused(LeaseStatus.UNCLAIMED)).isEqualTo(GuestPlace.UNKNOWN);
        assertThat(paused(LeaseStatus.HELD_ELSEWHERE)).isEqualTo(GuestPlace.PEER);
        assertThat(paused(LeaseStatus.ABANDONED)).isEqualTo(GuestPlace.NOWHERE);
    }

    @Test
    void aProcessThatEndsWithAPauseTellsOfThePagesThatEndWithIt() {
        assertThat(
                        new SourcePolicy(true, true)
                                .paused(
                                        figures(true),
                                        LeaseStatus.HELD_ELSEWHERE,
                                        new ScriptedLease(),
                                        false)
                                .verdict()
                                .warnings())
                .containsExactly(
                        "The pages that were not sent yet are lost when this process ends");
    }

    private static GuestPlace paused(LeaseStatus where) {
        ProcessDecision decision =
                new SourcePolicy(true, true)
                        .paused(figures(true), where, new ScriptedLease(), false);
        assertThat(decision.exitCode()).hasValue(ExitCode.GUEST_LOST);
        return decision.verdict().guest();
    }

    @Test
    void aMigrationThatCouldNotBeginLeavesTheGuest() {
        ProcessDecision decision =
                new SourcePolicy(false, true).rejected("no such device", RunState.RUNNING);
        assertThat(decision.complaint()).hasValue("Cannot migrate: no such device");
        assertThat(decision.verdict().guest()).isEqualTo(GuestPlace.RUNS_HERE);
        assertThat(decision.verdict().reason()).hasValue("no such device");
    }

    @Test
    void aVerdictThatIsNotReachedSaysWhereTheGuestIs() {
        assertThat(pending(MigrationStatus.ACTIVE, GuestOwner.SOURCE, RunState.RUNNING))
                .isEqualTo(GuestPlace.RUNS_HERE);
        assertThat(pending(MigrationStatus.NONE, GuestOwner.SOURCE, RunState.PRELAUNCH))
                .isEqualTo(GuestPlace.STOPPED_HERE);
        assertThat(pending(MigrationStatus.FAILED, GuestOwner.SETTLED, RunState.PAUSED))
                .isEqualTo(GuestPlace.STOPPED_HERE);
        assertThat(stopped(MigrationStatus.POSTCOPY_DEVICE, GuestOwner.UNDECIDED))
                .isEqualTo(GuestPlace.UNKNOWN);
        assertThat(stopped(MigrationStatus.DEVICE, GuestOwner.UNDECIDED))
                .isEqualTo(GuestPlace.UNKNOWN);
        assertThat(stopped(MigrationStatus.POSTCOPY_ACTIVE, GuestOwner.DESTINATION))
                .isEqualTo(GuestPlace.PEER);
        assertThat(stopped(MigrationStatus.COMPLETED, GuestOwner.SETTLED))
                .isEqualTo(GuestPlace.PEER);
    }

    /** Some versions are in postcopy-active from the stop of the guest on. */
    @Test
    void aGuestThatIsNotHandedOverIsHereInPostcopyToo() {
        assertThat(stopped(MigrationStatus.POSTCOPY_ACTIVE, GuestOwner.SOURCE))
                .isEqualTo(GuestPlace.STOPPED_HERE);
        assertThat(notice(MigrationStatus.POSTCOPY_ACTIVE, GuestOwner.SOURCE))
                .isEqualTo(
                        "the guest was here, finish-migrate, and ends with this process; the"
                                + " destination does not get it");
    }

    @Test
    void aDestinationThatIsNotHeardMayHaveLostTheGuest() {
        assertThat(stopped(MigrationStatus.POSTCOPY_PAUSED, GuestOwner.SETTLED))
                .isEqualTo(GuestPlace.UNKNOWN);
        assertThat(stopped(MigrationStatus.POSTCOPY_RECOVER_SETUP, GuestOwner.DESTINATION))
                .isEqualTo(GuestPlace.UNKNOWN);
        assertThat(stopped(MigrationStatus.POSTCOPY_RECOVER, GuestOwner.DESTINATION))
                .isEqualTo(GuestPlace.UNKNOWN);
    }

    @Test
    void aQuitLosesAGuestThatNeedsPagesFromHere() {
        assertThat(codeOfQuit(MigrationStatus.POSTCOPY_ACTIVE, GuestOwner.DESTINATION))
                .isEqualTo(ExitCode.GUEST_LOST);
        assertThat(codeOfQuit(MigrationStatus.POSTCOPY_RECOVER, GuestOwner.DESTINATION))
                .isEqualTo(ExitCode.GUEST_LOST);
        assertThat(codeOfQuit(MigrationStatus.POSTCOPY_PAUSED, GuestOwner.SETTLED))
                .isEqualTo(ExitCode.GUEST_LOST);
        assertThat(codeOfQuit(MigrationStatus.POSTCOPY_ACTIVE, GuestOwner.SOURCE))
                .isEqualTo(ExitCode.OK);
        assertThat(codeOfQuit(MigrationStatus.ACTIVE, GuestOwner.SOURCE)).isEqualTo(ExitCode.OK);
        assertThat(codeOfQuit(MigrationStatus.COMPLETED, GuestOwner.SETTLED))
                .isEqualTo(ExitCode.OK);
    }

    private static ExitCode codeOfQuit(MigrationStatus status, GuestOwner owner) {
        return SourcePolicy.pending(status, owner, RunState.FINISH_MIGRATE).code();
    }

    private static GuestPlace stopped(MigrationStatus status, GuestOwner owner) {
        return pending(status, owner, RunState.FINISH_MIGRATE);
    }

    @Test
    void aGuestThatIsSavedInAFileIsHere() {
        Path file = Path.of("/tmp/guest");
        ProcessDecision stays =
                new SourcePolicy(false, true).saved(figures(true), RunState.POSTMIGRATE, file);
        assertThat(stays.exitCode()).isEmpty();
        assertThat(stays.code()).isEqualTo(ExitCode.OK);
        assertThat(stays.verdict().guest()).isEqualTo(GuestPlace.STOPPED_HERE);
        assertThat(stays.verdict().fate())
                .isEqualTo("the guest is here, postmigrate, and saved in /tmp/guest");
        assertThat(stays.verdict().memory().text()).isEqualTo("The guest's memory is still here");
        ProcessDecision ends =
                new SourcePolicy(true, true).saved(figures(true), RunState.POSTMIGRATE, file);
        assertThat(ends.exitCode()).contains(ExitCode.OK);
        assertThat(ends.verdict().guest()).isEqualTo(GuestPlace.ENDS_HERE);
        assertThat(SourcePolicy.savedNotice(RunState.POSTMIGRATE, file))
                .isEqualTo(
                        "the guest was here, postmigrate, and ends with this process; it is saved"
                                + " in /tmp/guest");
    }

    private static GuestPlace pending(MigrationStatus status, GuestOwner owner, RunState state) {
        Verdict verdict = SourcePolicy.pending(status, owner, state).verdict();
        assertThat(verdict.settled()).isFalse();
        return verdict.guest();
    }

    @Test
    void aSignalSaysWhatItDoesToTheGuest() {
        assertThat(
                        SourcePolicy.signalNotice(
                                MigrationStatus.NONE, GuestOwner.SOURCE, RunState.RUNNING))
                .isEqualTo("the guest ran here and ends with this process");
        assertThat(
                        SourcePolicy.signalNotice(
                                MigrationStatus.ACTIVE, GuestOwner.SOURCE, RunState.RUNNING))
                .endsWith("ends with this process; the destination does not get it");
        assertThat(
                        SourcePolicy.signalNotice(
                                MigrationStatus.FAILED, GuestOwner.SETTLED, RunState.PAUSED))
                .isEqualTo("the guest was here, paused, and ends with this process");
        assertThat(notice(MigrationStatus.COMPLETED, GuestOwner.SETTLED))
                .isEqualTo("the guest has moved and is the destination's");
        assertThat(notice(MigrationStatus.POSTCOPY_ACTIVE, GuestOwner.DESTINATION))
                .contains("at the destination")
                .contains("without the memory");
        assertThat(notice(MigrationStatus.POSTCOPY_DEVICE, GuestOwner.UNDECIDED))
                .startsWith("the guest was handed over, without the memory");
        assertThat(notice(MigrationStatus.DEVICE, GuestOwner.UNDECIDED))
                .endsWith("if that has received all of it");
    }

    private static String notice(MigrationStatus status, GuestOwner owner) {
        return SourcePolicy.signalNotice(status, owner, RunState.FINISH_MIGRATE);
    }
}
