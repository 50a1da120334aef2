package io.vmferry.machine.fault;

import io.vmferry.machine.control.PointCount;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How often each thing has happened since the start of the process, by its name and, as long as
 * there are few, by its argument. Belongs to one thread.
 *
 * @param <N> the names of what happens
 */
final class OccurrenceCounts<N> {

    /** Limit of the arguments of one name; with more of them, only the name is counted. */
    static final int MAX_ARGUMENTS = 256;

    private static final class Tally {
        long all;

        /** Null from when there were too many arguments. */
        @Nullable Map<String, Long> byArgument = new HashMap<>();
    }

    private final Map<N, Tally> tallies = new HashMap<>();

    /**
     * Counts something that happens.
     *
     * @param about its argument, asked for only while there are few
     */
    void count(N happening, Supplier<String> about) {
        Tally tally = tallies.computeIfAbsent(happening, _ -> new Tally());
        tally.all++;
        Map<String, Long> byArgument = tally.byArgument;
        if (byArgument != null) {
            byArgument.merge(about.get(), 1L, Long::sum);
            if (byArgument.size() > MAX_ARGUMENTS) {
                tally.byArgument = null;
            }
        }
    }

    /**
     * Counts something that happens whose arguments are not counted any more.
     *
     * @return false when they are, so that nothing was counted
     */
    boolean countByName(N happening) {
        Tally tally = tallies.get(happening);
        if (tally == null || tally.byArgument != null) {
            return false;
        }
        tally.all++;
        return true;
    }

    /** How often it has happened; empty when there were too many arguments to tell. */
    OptionalLong of(Occurrence<N> what) {
        Tally tally = tallies.get(what.name());
        if (tally == null) {
            return OptionalLong.of(0);
        }
        if (what.argument().isEmpty()) {
            return OptionalLong.of(tally.all);
        }
        Map<String, Long> byArgument = tally.byArgument;
        return byArgument == null
                ? OptionalLong.empty()
                : OptionalLong.of(matching(byArgument, what.argument().get()));
    }

    private static long matching(Map<String, Long> byArgument, String wanted) {
        return byArgument.entrySet().stream()
                .filter(seen -> ArgumentText.matches(wanted, seen.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** All names that have happened, sorted by their text. */
    List<PointCount> all(Function<N, String> text) {
        return tallies.entrySet().stream()
                .map(entry -> new PointCount(text.apply(entry.getKey()), entry.getValue().all))
                .sorted(Comparator.comparing(PointCount::point))
                .toList();
    }
}
