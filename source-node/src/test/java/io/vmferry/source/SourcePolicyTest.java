package io.vmferry.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ProcessDecision;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SourcePolicyTest {

    private static final String LOST = "lease L is lost, its files were replaced";

    private static ProcessDecision ended(RunState state, Optional<String> refusal) {
        OutgoingFigures.RamFigures ram =
                new OutgoingFigures.RamFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        OutgoingFigures figures =
                new OutgoingFigures(
                        MigrationStatus.FAILED,
                        0,
                        0,
                        0,
                        Map.of(),
                        0,
                        ram,
                        0,
                        OptionalLong.empty(),
                        0,
                        Optional.of("cut"));
        return new SourcePolicy(true).ended(figures, state, refusal);
    }

    @Test
    void aGuestThatRunsOnIsSafe() {
        ProcessDecision decision = ended(RunState.RUNNING, Optional.empty());
        assertThat(decision.exitCode()).hasValue(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.result().orElseThrow()).contains("the guest runs on here");
    }

    @Test
    void aGuestThatWasPausedBeforeIsSafe() {
        ProcessDecision decision = ended(RunState.PAUSED, Optional.empty());
        assertThat(decision.exitCode()).hasValue(ExitCode.GUEST_SAFE_AT_SOURCE);
        assertThat(decision.result().orElseThrow()).contains("the guest is here, paused as before");
    }

    @Test
    void aGuestWhoseLeaseWasLostIsNotSafe() {
        ProcessDecision decision = ended(RunState.PAUSED, Optional.of(LOST));
        assertThat(decision.exitCode()).hasValue(ExitCode.GUEST_LOST);
        assertThat(decision.result().orElseThrow()).contains("the guest is here, paused, " + LOST);
    }

    @Test
    void aGuestThatStaysStoppedSaysWhy() {
        ProcessDecision decision =
                ended(RunState.FINISH_MIGRATE, Optional.of("lease L is held by pid 7 x"));
        assertThat(decision.exitCode()).hasValue(ExitCode.GUEST_LOST);
        assertThat(decision.result().orElseThrow())
                .contains("the guest is stopped and cannot run here, lease L is held by pid 7 x");
    }
}
