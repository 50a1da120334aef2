package io.vmferry.protocol.failure;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The table of lease question × lease answer → consequence. Every question and answer has exactly
 * one row.
 */
public final class LeaseTable {

    /**
     * One row.
     *
     * @param reason why, for documentation
     */
    public record LeaseRow(
            LeaseQuestion question,
            LeaseAnswer answer,
            LeaseConsequence consequence,
            String reason) {}

    private static final String NEWEST =
            "whoever owned the lease before, the arrived guest is the newest";
    private static final String RUNS_ELSEWHERE = "the owner of the lease may run the guest";

    private static final List<LeaseRow> ROWS =
            List.of(
                    row(
                            LeaseQuestion.SOURCE_SETTLES,
                            LeaseAnswer.OURS,
                            LeaseConsequence.FAIL_AND_KEEP,
                            "a destination takes the lease before it answers, so it has not run"),
                    row(
                            LeaseQuestion.SOURCE_SETTLES,
                            LeaseAnswer.OURS_AFTER_OTHERS,
                            LeaseConsequence.FAIL_AND_STAY_STOPPED,
                            "the guest may have run at the destination, and is lost with it"),
                    row(
                            LeaseQuestion.SOURCE_SETTLES,
                            LeaseAnswer.HELD_ELSEWHERE,
                            LeaseConsequence.PAUSE,
                            "the guest is taken to run there, and its missing pages are here"),
                    row(
                            LeaseQuestion.SOURCE_SETTLES,
                            LeaseAnswer.UNUSABLE,
                            LeaseConsequence.PAUSE_AND_ASK_AGAIN,
                            "the guest may run there, so its pages are kept"),
                    row(
                            LeaseQuestion.SOURCE_TAKES_BACK,
                            LeaseAnswer.OURS,
                            LeaseConsequence.RUN,
                            "no other node can have run it"),
                    row(
                            LeaseQuestion.SOURCE_TAKES_BACK,
                            LeaseAnswer.OURS_AFTER_OTHERS,
                            LeaseConsequence.STAY_STOPPED,
                            "what ran elsewhere meanwhile is newer"),
                    row(
                            LeaseQuestion.SOURCE_TAKES_BACK,
                            LeaseAnswer.HELD_ELSEWHERE,
                            LeaseConsequence.STAY_STOPPED,
                            RUNS_ELSEWHERE),
                    row(
                            LeaseQuestion.SOURCE_TAKES_BACK,
                            LeaseAnswer.UNUSABLE,
                            LeaseConsequence.ASK_AGAIN,
                            "it may be ours once the lease can be read"),
                    row(
                            LeaseQuestion.DESTINATION_ANSWERS,
                            LeaseAnswer.OURS,
                            LeaseConsequence.RUN,
                            "the source learns of it only now"),
                    row(
                            LeaseQuestion.DESTINATION_ANSWERS,
                            LeaseAnswer.OURS_AFTER_OTHERS,
                            LeaseConsequence.RUN,
                            NEWEST),
                    row(
                            LeaseQuestion.DESTINATION_ANSWERS,
                            LeaseAnswer.HELD_ELSEWHERE,
                            LeaseConsequence.FAIL_AND_KEEP,
                            RUNS_ELSEWHERE),
                    row(
                            LeaseQuestion.DESTINATION_ANSWERS,
                            LeaseAnswer.UNUSABLE,
                            LeaseConsequence.FAIL_AND_KEEP,
                            "the source has not heard that the guest is here, and keeps it"),
                    row(
                            LeaseQuestion.DESTINATION_RUNS,
                            LeaseAnswer.OURS,
                            LeaseConsequence.RUN,
                            "the source has left it to us"),
                    row(
                            LeaseQuestion.DESTINATION_RUNS,
                            LeaseAnswer.OURS_AFTER_OTHERS,
                            LeaseConsequence.RUN,
                            NEWEST),
                    row(
                            LeaseQuestion.DESTINATION_RUNS,
                            LeaseAnswer.HELD_ELSEWHERE,
                            LeaseConsequence.STAY_STOPPED,
                            RUNS_ELSEWHERE),
                    row(
                            LeaseQuestion.DESTINATION_RUNS,
                            LeaseAnswer.UNUSABLE,
                            LeaseConsequence.STAY_STOPPED,
                            "the source will not run it again, so it is kept here"),
                    row(
                            LeaseQuestion.DESTINATION_ARRIVED,
                            LeaseAnswer.OURS,
                            LeaseConsequence.RUN,
                            "the source has given it up"),
                    row(
                            LeaseQuestion.DESTINATION_ARRIVED,
                            LeaseAnswer.OURS_AFTER_OTHERS,
                            LeaseConsequence.RUN,
                            NEWEST),
                    row(
                            LeaseQuestion.DESTINATION_ARRIVED,
                            LeaseAnswer.HELD_ELSEWHERE,
                            LeaseConsequence.STAY_STOPPED,
                            RUNS_ELSEWHERE),
                    row(
                            LeaseQuestion.DESTINATION_ARRIVED,
                            LeaseAnswer.UNUSABLE,
                            LeaseConsequence.FAIL_AND_KEEP,
                            "the source can continue with it"),
                    row(
                            LeaseQuestion.DESTINATION_ARRIVED_UNHEARD,
                            LeaseAnswer.OURS,
                            LeaseConsequence.RUN,
                            "the source has given it up"),
                    row(
                            LeaseQuestion.DESTINATION_ARRIVED_UNHEARD,
                            LeaseAnswer.OURS_AFTER_OTHERS,
                            LeaseConsequence.RUN,
                            NEWEST),
                    row(
                            LeaseQuestion.DESTINATION_ARRIVED_UNHEARD,
                            LeaseAnswer.HELD_ELSEWHERE,
                            LeaseConsequence.STAY_STOPPED,
                            RUNS_ELSEWHERE),
                    row(
                            LeaseQuestion.DESTINATION_ARRIVED_UNHEARD,
                            LeaseAnswer.UNUSABLE,
                            LeaseConsequence.STAY_STOPPED,
                            "the source takes the guest to be here, so it is kept"));

    private static final Map<LeaseQuestion, Map<LeaseAnswer, LeaseConsequence>> CELLS = cells();

    private LeaseTable() {}

    /** What a side does about an answer. */
    public static LeaseConsequence consequence(LeaseQuestion question, LeaseAnswer answer) {
        Map<LeaseAnswer, LeaseConsequence> row =
                Objects.requireNonNull(CELLS.get(question), question.name());
        return Objects.requireNonNull(row.get(answer), answer.name());
    }

    /** The rows in reading order. */
    public static List<LeaseRow> rows() {
        return ROWS;
    }

    private static Map<LeaseQuestion, Map<LeaseAnswer, LeaseConsequence>> cells() {
        Map<LeaseQuestion, Map<LeaseAnswer, LeaseConsequence>> cells =
                new EnumMap<>(LeaseQuestion.class);
        for (LeaseRow row : ROWS) {
            cells.computeIfAbsent(row.question(), _ -> new EnumMap<>(LeaseAnswer.class))
                    .put(row.answer(), row.consequence());
        }
        return cells;
    }

    private static LeaseRow row(
            LeaseQuestion question,
            LeaseAnswer answer,
            LeaseConsequence consequence,
            String reason) {
        return new LeaseRow(question, answer, consequence, reason);
    }

    /** The answers that a lease can give to a node that tries to take it. */
    public enum LeaseAnswer {
        OURS("ours"),
        OURS_AFTER_OTHERS("ours, after another node has had it"),
        HELD_ELSEWHERE("held elsewhere"),
        UNUSABLE("unusable");

        private final String meaning;

        LeaseAnswer(String meaning) {
            this.meaning = meaning;
        }

        /** The answer, for documentation. */
        public String meaning() {
            return meaning;
        }
    }
}
