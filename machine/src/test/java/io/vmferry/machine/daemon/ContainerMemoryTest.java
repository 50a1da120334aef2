package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContainerMemoryTest {

    private static final long GUEST = 256L << 20;

    @Test
    void theGuestAndTheNodeHaveToFit() {
        long enough = (256L + 1 + 128) << 20;
        assertThat(ContainerMemory.fits(GUEST, enough)).isTrue();
        assertThat(ContainerMemory.fits(GUEST, enough - 1)).isFalse();
        assertThat(ContainerMemory.fits(4096, 4096)).isFalse();
        assertThat(ContainerMemory.fits(32L << 40, Long.MAX_VALUE)).isTrue();
    }

    @Test
    void theRefusalSaysTheSizesAndWhatToDo() {
        assertThat(ContainerMemory.refusal(GUEST, 64 << 20))
                .isEqualTo(
                        "A guest of 256 MiB needs 385 MiB with what vmferry takes, and the memory"
                                + " limit here is 64 MiB (cgroup): raise the limit (docker run"
                                + " --memory 385m), give a smaller --memory, or add"
                                + " --memory-overcommit for a guest that touches little of its RAM");
    }

    @Test
    void theWarningNamesTheExitCode() {
        assertThat(ContainerMemory.warning(GUEST, 300 << 20))
                .contains("is 300 MiB", "has 256", "exit code 137");
    }
}
