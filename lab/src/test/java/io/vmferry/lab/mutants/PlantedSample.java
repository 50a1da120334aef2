package io.vmferry.lab.mutants;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Code into which tests plant edits; each test loads it again. */
public class PlantedSample implements LongSupplier {

    private final List<Long> seen = new ArrayList<>();
    private long total = 1;

    /** Two calls that add, one in a lambda, a field that is read and written, a number. */
    @Override
    public long getAsLong() {
        add(10);
        Runnable later = () -> add(20);
        later.run();
        if (isLarge(total)) {
            total += 1000;
        }
        return total;
    }

    private void add(long number) {
        seen.add(number);
        total += number;
    }

    private boolean isLarge(long number) {
        return number > 50;
    }
}
