package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.verdict.GuestPlace;
import io.vmferry.machine.verdict.MemoryState;
import io.vmferry.machine.verdict.Verdict;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessDecisionTest {

    private static ProcessDecision decision(MigrationStatus status, ExitCode code) {
        return ProcessDecision.result(
                Verdict.ofDestination(
                        status,
                        true,
                        GuestPlace.ENDS_HERE,
                        "the guest has arrived",
                        Optional.empty(),
                        "not checked"),
                List.of(),
                code,
                true);
    }

    @Test
    void aGuestWhoseVcpuFoundAWrongPageIsDamaged() {
        ProcessDecision arrived = decision(MigrationStatus.COMPLETED, ExitCode.OK);
        ProcessDecision found = arrived.contradicted(1);
        assertThat(found.exitCode()).contains(ExitCode.GUEST_DAMAGED);
        assertThat(found.verdict().memory().state()).isEqualTo(MemoryState.WRONG);
        assertThat(arrived.contradicted(0)).isEqualTo(arrived);
    }

    @Test
    void wrongMemoryCountsMoreThanWhoMayRunButNotMoreThanALoss() {
        assertThat(decision(MigrationStatus.COMPLETED, ExitCode.GUEST_LOST).contradicted(1).code())
                .isEqualTo(ExitCode.GUEST_DAMAGED);
        assertThat(
                        decision(MigrationStatus.POSTCOPY_PAUSED, ExitCode.GUEST_LOST)
                                .contradicted(1)
                                .code())
                .isEqualTo(ExitCode.GUEST_LOST);
    }
}
