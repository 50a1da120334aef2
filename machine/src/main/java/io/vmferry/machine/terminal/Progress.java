package io.vmferry.machine.terminal;

import io.vmferry.machine.text.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The progress of something: cells that stand in one line as far as they fit.
 *
 * @param cells in the order of the line; the first one is always shown
 * @param share of the whole that is done, for the bar; empty where it is unknown
 */
public record Progress(List<ProgressCell> cells, OptionalDouble share) {

    private static final int NARROW = 60;
    private static final int SHORTEST_BAR = 10;
    private static final int LONGEST_BAR = 40;
    private static final int FRAME = 2;

    /**
     * One thing to know.
     *
     * @param rank the lower, the sooner it is shown where there is little room
     */
    public record ProgressCell(String text, int rank) {}

    /** The rank of the bar among the cells. */
    public static final int BAR_RANK = 50;

    /** Copies the cells. */
    public Progress {
        cells = List.copyOf(cells);
    }

    /** The line, of at most so many columns unless the first cell alone is longer. */
    public String fit(int columns) {
        String gap = columns < NARROW ? " " : "  ";
        List<ProgressCell> chosen = new ArrayList<>(List.of(cells.getFirst()));
        int room = columns - cells.getFirst().text().length();
        boolean bar = false;
        List<ProgressCell> others = new ArrayList<>(cells.subList(1, cells.size()));
        if (share.isPresent()) {
            others.add(new ProgressCell("x".repeat(SHORTEST_BAR), BAR_RANK));
        }
        others.sort(Comparator.comparingInt(ProgressCell::rank));
        for (ProgressCell cell : others) {
            int needed = gap.length() + cell.text().length();
            if (needed <= room) {
                room -= needed;
                bar |= cell.rank() == BAR_RANK;
                chosen.add(cell);
            }
        }
        String shown =
                cells.stream()
                        .filter(chosen::contains)
                        .map(ProgressCell::text)
                        .collect(Collectors.joining(gap));
        return bar ? withBar(shown, gap, Math.min(SHORTEST_BAR + room, LONGEST_BAR)) : shown;
    }

    /** Puts the bar behind the first cell. */
    private String withBar(String shown, String gap, int width) {
        int at = cells.getFirst().text().length();
        return shown.substring(0, at)
                + gap
                + Figures.bar(share.orElseThrow(), width - FRAME)
                + shown.substring(at);
    }

    /** Everything in one line, for a log. */
    public String all() {
        return cells.stream().map(ProgressCell::text).collect(Collectors.joining(", "));
    }
}
