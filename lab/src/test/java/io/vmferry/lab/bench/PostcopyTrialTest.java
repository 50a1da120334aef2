package io.vmferry.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostcopyTrialTest {

    @Test
    void theVerdictTellsHowLongVcpusWaited() {
        String verdict =
                """
                migration completed: the guest runs here
                  faults     1,812 pages waited for: median 0.083 ms, 99 % within 1.25 ms, longest 3.07 s
                  oracle     Memory is what the guest last wrote\
                """;
        assertThat(PostcopyTrial.Faults.of(verdict))
                .isEqualTo(new PostcopyTrial.Faults(1812, 83, 1250));
        assertThat(PostcopyTrial.Faults.of("migration completed: the guest runs here"))
                .isEqualTo(PostcopyTrial.Faults.NONE);
    }
}
