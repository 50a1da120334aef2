package io.vmferry.protocol.failure;

import static io.vmferry.protocol.failure.LeaseConsequence.ASK_AGAIN;
import static io.vmferry.protocol.failure.LeaseConsequence.FAIL_AND_KEEP;
import static io.vmferry.protocol.failure.LeaseConsequence.FAIL_AND_STAY_STOPPED;
import static io.vmferry.protocol.failure.LeaseConsequence.PAUSE;
import static io.vmferry.protocol.failure.LeaseConsequence.PAUSE_AND_ASK_AGAIN;
import static io.vmferry.protocol.failure.LeaseConsequence.RUN;
import static io.vmferry.protocol.failure.LeaseConsequence.STAY_STOPPED;
import static io.vmferry.protocol.failure.LeaseQuestion.DESTINATION_ANSWERS;
import static io.vmferry.protocol.failure.LeaseQuestion.DESTINATION_ARRIVED;
import static io.vmferry.protocol.failure.LeaseQuestion.DESTINATION_ARRIVED_UNHEARD;
import static io.vmferry.protocol.failure.LeaseQuestion.DESTINATION_RUNS;
import static io.vmferry.protocol.failure.LeaseQuestion.SOURCE_SETTLES;
import static io.vmferry.protocol.failure.LeaseQuestion.SOURCE_TAKES_BACK;
import static io.vmferry.protocol.failure.LeaseTable.LeaseResult.HELD_ELSEWHERE;
import static io.vmferry.protocol.failure.LeaseTable.LeaseResult.OURS;
import static io.vmferry.protocol.failure.LeaseTable.LeaseResult.OURS_AFTER_OTHERS;
import static io.vmferry.protocol.failure.LeaseTable.LeaseResult.UNUSABLE;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The table of lease question × result → consequence. Every question and result has exactly one
 * row.
 */
public final class LeaseTable {

    /**
     * One row.
     *
     * @param reason why, for documentation
     */
    public record LeaseRow(
            LeaseQuestion question,
            LeaseResult result,
            LeaseConsequence consequence,
            String reason) {}

    /** A row that lacks its reason. */
    private interface LeaseRowStart {
        LeaseRow because(String reason);
    }

    private static final String NEWEST =
            "whoever held the lease before, the arrived guest is the newest";
    private static final String RUNS_ELSEWHERE = "whoever holds the lease may run the guest";

    private static final List<LeaseRow> ROWS =
            List.of(
                    row(SOURCE_SETTLES, OURS, FAIL_AND_KEEP)
                            .because(
                                    "a destination takes the lease before it answers, so it has not run"),
                    row(SOURCE_SETTLES, OURS_AFTER_OTHERS, FAIL_AND_STAY_STOPPED)
                            .because(
                                    "the guest may have run at the destination, and is lost with it"),
                    row(SOURCE_SETTLES, HELD_ELSEWHERE, PAUSE)
                            .because(
                                    "the guest is taken to run there, and its missing pages are here"),
                    row(SOURCE_SETTLES, UNUSABLE, PAUSE_AND_ASK_AGAIN)
                            .because("the guest may run there, so its pages are kept"),
                    row(SOURCE_TAKES_BACK, OURS, RUN).because("no other node can have run it"),
                    row(SOURCE_TAKES_BACK, OURS_AFTER_OTHERS, STAY_STOPPED)
                            .because("what ran elsewhere meanwhile is newer"),
                    row(SOURCE_TAKES_BACK, HELD_ELSEWHERE, STAY_STOPPED).because(RUNS_ELSEWHERE),
                    row(SOURCE_TAKES_BACK, UNUSABLE, ASK_AGAIN)
                            .because("it may be ours once the lease can be read"),
                    row(DESTINATION_ANSWERS, OURS, RUN).because("the source learns of it only now"),
                    row(DESTINATION_ANSWERS, OURS_AFTER_OTHERS, RUN).because(NEWEST),
                    row(DESTINATION_ANSWERS, HELD_ELSEWHERE, FAIL_AND_KEEP).because(RUNS_ELSEWHERE),
                    row(DESTINATION_ANSWERS, UNUSABLE, FAIL_AND_KEEP)
                            .because(
                                    "the source has not heard that the guest is here, and keeps it"),
                    row(DESTINATION_RUNS, OURS, RUN).because("the source has left it to us"),
                    row(DESTINATION_RUNS, OURS_AFTER_OTHERS, RUN).because(NEWEST),
                    row(DESTINATION_RUNS, HELD_ELSEWHERE, STAY_STOPPED).because(RUNS_ELSEWHERE),
                    row(DESTINATION_RUNS, UNUSABLE, STAY_STOPPED)
                            .because("the source will not run it again, so it is kept here"),
                    row(DESTINATION_ARRIVED, OURS, RUN).because("the source has given it up"),
                    row(DESTINATION_ARRIVED, OURS_AFTER_OTHERS, RUN).because(NEWEST),
                    row(DESTINATION_ARRIVED, HELD_ELSEWHERE, STAY_STOPPED).because(RUNS_ELSEWHERE),
                    row(DESTINATION_ARRIVED, UNUSABLE, FAIL_AND_KEEP)
                            .because("the source can continue with it"),
                    row(DESTINATION_ARRIVED_UNHEARD, OURS, RUN)
                            .because("the source has given it up"),
                    row(DESTINATION_ARRIVED_UNHEARD, OURS_AFTER_OTHERS, RUN).because(NEWEST),
                    row(DESTINATION_ARRIVED_UNHEARD, HELD_ELSEWHERE, STAY_STOPPED)
                            .because(RUNS_ELSEWHERE),
                    row(DESTINATION_ARRIVED_UNHEARD, UNUSABLE, STAY_STOPPED)
                            .because("the source takes the guest to be here, so it is kept"));

    private static final Map<LeaseQuestion, Map<LeaseResult, LeaseConsequence>> CELLS = cells();

    private LeaseTable() {}

    /** What a side does about a result. */
    public static LeaseConsequence consequence(LeaseQuestion question, LeaseResult result) {
        Map<LeaseResult, LeaseConsequence> row =
                Objects.requireNonNull(CELLS.get(question), question.name());
        return Objects.requireNonNull(row.get(result), result.name());
    }

    /** The rows in reading order. */
    public static List<LeaseRow> rows() {
        return ROWS;
    }

    private static Map<LeaseQuestion, Map<LeaseResult, LeaseConsequence>> cells() {
        Map<LeaseQuestion, Map<LeaseResult, LeaseConsequence>> cells =
                new EnumMap<>(LeaseQuestion.class);
        for (LeaseRow row : ROWS) {
            cells.computeIfAbsent(row.question(), _ -> new EnumMap<>(LeaseResult.class))
                    .put(row.result(), row.consequence());
        }
        return cells;
    }

    private static LeaseRowStart row(
            LeaseQuestion question, LeaseResult result, LeaseConsequence consequence) {
        return reason -> new LeaseRow(question, result, consequence, reason);
    }

    /** The results of an attempt to take the lease. */
    public enum LeaseResult {
        OURS("ours"),
        OURS_AFTER_OTHERS("ours, after another node has had it"),
        HELD_ELSEWHERE("held elsewhere"),
        UNUSABLE("unusable");

        private final String meaning;

        LeaseResult(String meaning) {
            this.meaning = meaning;
        }

        /** The result, for documentation. */
        public String meaning() {
            return meaning;
        }
    }
}
