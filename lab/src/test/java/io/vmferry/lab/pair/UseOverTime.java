package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ProcessUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** The resources of one process during a soak, from the end of its warm-up on. */
final class UseOverTime {

    /** Connections that come and go are counted at any moment. */
    private static final int MAX_MORE_DESCRIPTORS = 8;

    private static final int MAX_MORE_THREADS = 4;
    private static final long MAX_MORE_BYTES = 16L << 20;

    private final String name;
    private final long pid;
    private final long guestBytes;
    private final List<ProcessUse> seen = new ArrayList<>();

    UseOverTime(String name, long pid, long guestBytes) {
        this.name = name;
        this.pid = pid;
        this.guestBytes = guestBytes;
    }

    void measure() throws IOException {
        seen.add(ProcessUse.of(pid, guestBytes));
    }

    /** Compares the last quarter with the first: one moment says little. */
    void assertFlat() {
        assertThat(growth(ProcessUse::descriptors))
                .as("more descriptors: %s", this)
                .isLessThanOrEqualTo(MAX_MORE_DESCRIPTORS);
        assertThat(growth(ProcessUse::threads))
                .as("more threads: %s", this)
                .isLessThanOrEqualTo(MAX_MORE_THREADS);
        assertThat(growth(ProcessUse::residentBytes))
                .as("more memory: %s", this)
                .isLessThanOrEqualTo(MAX_MORE_BYTES);
    }

    private long growth(ToLongFunction<ProcessUse> value) {
        int quarter = (seen.size() + 3) / 4;
        List<ProcessUse> last = seen.subList(seen.size() - quarter, seen.size());
        return max(last, value) - max(seen.subList(0, quarter), value);
    }

    private static long max(List<ProcessUse> some, ToLongFunction<ProcessUse> value) {
        return some.stream().mapToLong(value).max().orElseThrow();
    }

    private String range(ToLongFunction<ProcessUse> value, int shift) {
        return "%d to %d"
                .formatted(
                        seen.stream().mapToLong(value).min().orElseThrow() >> shift,
                        max(seen, value) >> shift);
    }

    @Override
    public String toString() {
        return "%s used %s descriptors, %s threads, %s MiB"
                .formatted(
                        name,
                        range(ProcessUse::descriptors, 0),
                        range(ProcessUse::threads, 0),
                        range(ProcessUse::residentBytes, 20));
    }
}
