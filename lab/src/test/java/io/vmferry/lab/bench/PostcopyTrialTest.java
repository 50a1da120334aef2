package io.vmferry.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostcopyTrialTest {

    @Test
    void theVerdictTellsHowLongVcpusWaited() {
        String verdict =
                """
                migration completed: the guest runs here
                  faults     812 pages waited for: median 83 us, 99 % within 1.25 ms, longest 3.07 s
                  oracle     Memory is what the guest last wrote\
                """;
        assertThat(PostcopyTrial.Faults.of(verdict))
                .isEqualTo(new PostcopyTrial.Faults(812, 83, 1250));
        assertThat(PostcopyTrial.Faults.of("migration completed: the guest runs here"))
                .isEqualTo(PostcopyTrial.Faults.NONE);
    }
}
