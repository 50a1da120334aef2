package io.vmferry.lab.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measured values of one figure, in the order of the runs. Infinity stands for a run that did not
 * complete.
 */
record Samples(List<Double> values) {

    Samples {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("A figure needs at least one sample");
        }
        values = List.copyOf(values);
    }

    static Samples of(double... values) {
        return new Samples(Arrays.stream(values).boxed().toList());
    }

    /** Run by run: these divided by those. */
    Samples dividedBy(Samples divisors) {
        if (values.size() != divisors.values.size()) {
            throw new IllegalArgumentException(
                    "%d samples cannot be compared with %d, run by run"
                            .formatted(values.size(), divisors.values.size()));
        }
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            ratios.add(values.get(i) / divisors.values.get(i));
        }
        return new Samples(ratios);
    }

    int count() {
        return values.size();
    }

    double min() {
        return sorted()[0];
    }

    double max() {
        return sorted()[values.size() - 1];
    }

    /** The middle one, or the mean of the two in the middle. */
    double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private double[] sorted() {
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }
}
