package io.vmferry.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostcopyRunTest {

    @Test
    void theVerdictTellsHowLongVcpusWaited() {
        String verdict =
                """
                migration completed: the guest runs here
                  faults     812 pages waited for: median 83 us, 99 % within 1.25 ms, longest 3.07 s
                  oracle     Memory is what the guest last wrote\
                """;
        assertThat(PostcopyRun.Faults.of(verdict)).isEqualTo(new PostcopyRun.Faults(812, 83, 1250));
        assertThat(PostcopyRun.Faults.of("migration completed: the guest runs here"))
                .isEqualTo(PostcopyRun.Faults.NONE);
    }
}
