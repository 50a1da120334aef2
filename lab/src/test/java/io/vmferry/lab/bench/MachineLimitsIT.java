package io.vmferry.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The programs that show the machine's limits do their work; how fast is not tested. */
class MachineLimitsIT {

    @Test
    void eachLimitIsMeasuredAsOftenAsItIsAskedFor() throws Exception {
        try (BenchFiles files = BenchFiles.create()) {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
            List<Figure> limits =
                    MachineLimits.measure(
                            new BenchContext(files, 2, 64, Optional.empty(), nowhere));
            assertThat(limits)
                    .extracting(Figure::name)
                    .containsExactly(
                            "limit-zero-scan-touched",
                            "limit-startup",
                            "limit-postcopy-downtime",
                            "limit-fault-latency",
                            "limit-fault-latency-p99");
            assertThat(limits)
                    .allSatisfy(limit -> {
                        assertThat(limit.samples().count()).isEqualTo(2);
                        assertThat(limit.samples().min()).isPositive().isFinite();
                        assertThat(limit.met()).isEmpty();
                    });
        }
    }
}
