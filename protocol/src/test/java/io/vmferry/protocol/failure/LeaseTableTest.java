package io.vmferry.protocol.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.failure.LeaseTable.LeaseResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LeaseTableTest {

    @ParameterizedTest
    @EnumSource(LeaseQuestion.class)
    void everyQuestionAndResultHasOneRow(LeaseQuestion question) {
        for (LeaseResult result : LeaseResult.values()) {
            long rows =
                    LeaseTable.rows().stream()
                            .filter(row -> row.question() == question && row.result() == result)
                            .count();
            assertThat(rows).as("%s %s", question, result).isOne();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SOURCE_SETTLES,OURS,FAIL_AND_KEEP",
        "SOURCE_SETTLES,OURS_AFTER_OTHERS,FAIL_AND_STAY_STOPPED",
        "SOURCE_SETTLES,HELD_ELSEWHERE,PAUSE",
        "SOURCE_SETTLES,UNUSABLE,PAUSE_AND_ASK_AGAIN",
        "SOURCE_TAKES_BACK,OURS,RUN",
        "SOURCE_TAKES_BACK,OURS_AFTER_OTHERS,STAY_STOPPED",
        "SOURCE_TAKES_BACK,HELD_ELSEWHERE,STAY_STOPPED",
        "SOURCE_TAKES_BACK,UNUSABLE,ASK_AGAIN",
        "DESTINATION_ANSWERS,OURS,RUN",
        "DESTINATION_ANSWERS,OURS_AFTER_OTHERS,RUN",
        "DESTINATION_ANSWERS,HELD_ELSEWHERE,FAIL_AND_KEEP",
        "DESTINATION_ANSWERS,UNUSABLE,FAIL_AND_KEEP",
        "DESTINATION_RUNS,OURS,RUN",
        "DESTINATION_RUNS,OURS_AFTER_OTHERS,RUN",
        "DESTINATION_RUNS,HELD_ELSEWHERE,STAY_STOPPED",
        "DESTINATION_RUNS,UNUSABLE,STAY_STOPPED",
        "DESTINATION_ARRIVED,OURS,RUN",
        "DESTINATION_ARRIVED,OURS_AFTER_OTHERS,RUN",
        "DESTINATION_ARRIVED,HELD_ELSEWHERE,STAY_STOPPED",
        "DESTINATION_ARRIVED,UNUSABLE,FAIL_AND_KEEP",
        "DESTINATION_ARRIVED_UNHEARD,OURS,RUN",
        "DESTINATION_ARRIVED_UNHEARD,OURS_AFTER_OTHERS,RUN",
        "DESTINATION_ARRIVED_UNHEARD,HELD_ELSEWHERE,STAY_STOPPED",
        "DESTINATION_ARRIVED_UNHEARD,UNUSABLE,STAY_STOPPED",
    })
    void eachRowHasItsConsequence(
            LeaseQuestion question, LeaseResult result, LeaseConsequence consequence) {
        assertThat(LeaseTable.consequence(question, result)).isEqualTo(consequence);
    }

    @Test
    void nobodyRunsAGuestWhoseLeaseIsNotHeldHere() {
        assertThat(LeaseTable.rows())
                .filteredOn(row -> row.consequence() == LeaseConsequence.RUN)
                .extracting(LeaseTable.LeaseRow::result)
                .containsOnly(LeaseResult.OURS, LeaseResult.OURS_AFTER_OTHERS);
    }
}
