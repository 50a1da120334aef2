package io.vmferry.lab.matrix;

/** The results of cells in words for people. */
final class CellText {

    private static final String MILLIS = "%d";

    private CellText() {}

    /** One cell on one line; with the command that repeats it when it broke a rule. */
    static String line(CellResult result) {
        if (result.broken().isPresent()) {
            String how = result.broken().get();
            return "BROKEN %s%n  %s"
                    .formatted(how.lines().findFirst().orElse(how), result.cell().command());
        }
        return result.cell()
                + ": "
                + sentence(result).replace(MILLIS, Long.toString(result.restMillis()));
    }

    /**
     * The result alone, which few cells do not share with others, with {@code %d} for the
     * milliseconds.
     */
    static String sentence(CellResult result) {
        if (result.broken().isPresent()) {
            return result.broken().get();
        }
        String meaning = OutcomeCode.of(result).meaning();
        return result.struck()
                ? "%s%s; %s ms from the fault to rest%s"
                        .formatted(
                                meaning,
                                recoveries(result.recoveries()),
                                MILLIS,
                                result.waited() ? ", after the user cancelled or paused it" : "")
                : meaning;
    }

    private static String recoveries(int times) {
        return switch (times) {
            case 0 -> "";
            case 1 -> " (1 recovery)";
            default -> " (%d recoveries)".formatted(times);
        };
    }
}
