package io.vmferry.dest.incoming.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.channel.ChannelBeginning;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table by which connections are recognised, row by row. */
class RecognitionTest {

    @ParameterizedTest
    @CsvSource({
        "SILENT, WAIT WAIT WAIT WAIT WAIT WAIT",
        "MAGIC, MAIN MAIN SECOND_MAIN SECOND_MAIN SECOND_MAIN RECOVERY_AT_ONCE",
        "PREAMBLE, RETURN_PATH RETURN_PATH RETURN_PATH RETURN_PATH RETURN_PATH RETURN_PATH",
        "BAD_PREAMBLE, NO_SOURCE NO_SOURCE NO_CHANNEL NO_CHANNEL NO_CHANNEL RECOVERY_AT_ONCE",
        "COMMAND, NO_SOURCE LEFT NO_CHANNEL LEFT RECOVERY RECOVERY",
        "BEGUN_RECOVERY, SECOND_RECOVERY LEFT SECOND_RECOVERY LEFT RECOVERY RECOVERY",
        "OTHER, NO_SOURCE LEFT NO_CHANNEL LEFT NO_CHANNEL RECOVERY_AT_ONCE"
    })
    void aRow(Recognition.Shown shown, String verdicts) {
        List<Recognition.Classification> row =
                Arrays.stream(Recognition.Awaited.values())
                        .map(awaited -> Recognition.verdict(shown, awaited))
                        .toList();
        assertThat(row)
                .isEqualTo(
                        Arrays.stream(verdicts.split(" "))
                                .map(Recognition.Classification::valueOf)
                                .toList());
    }

    @ParameterizedTest
    @EnumSource(Recognition.Awaited.class)
    void whatShowsNothingIsAConnectionThatMayBeLeft(Recognition.Awaited awaited) {
        for (Recognition.Shown shown : Recognition.Shown.values()) {
            if (Recognition.verdict(shown, awaited) == Recognition.Classification.LEFT) {
                assertThat(shown.mayBePreempt()).as("%s", shown).isTrue();
            }
        }
    }

    @Test
    void onlyACommandChangesItsMeaningOnceItHasBegun() {
        for (ChannelBeginning beginning : ChannelBeginning.values()) {
            Recognition.Shown first = Recognition.Shown.of(beginning, false);
            Recognition.Shown begun = Recognition.Shown.of(beginning, true);
            assertThat(begun)
                    .isEqualTo(
                            first == Recognition.Shown.COMMAND
                                    ? Recognition.Shown.BEGUN_RECOVERY
                                    : first);
        }
    }
}
