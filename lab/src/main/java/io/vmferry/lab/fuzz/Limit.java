package io.vmferry.lab.fuzz;

import java.util.concurrent.TimeUnit;

/** The limit of a {@link Fuzzer}: a time or a number of inputs. */
record Limit(long inputs, long nanos) {

    static Limit ofSeconds(long seconds) {
        return new Limit(Long.MAX_VALUE, TimeUnit.SECONDS.toNanos(seconds));
    }

    static Limit ofInputs(long inputs) {
        return new Limit(inputs, Long.MAX_VALUE);
    }
}
