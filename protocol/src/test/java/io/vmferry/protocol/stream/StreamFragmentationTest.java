package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The result depends on the bytes alone, not on how they are fragmented; damaged bytes are refused
 * by name.
 */
class StreamFragmentationTest {

    static List<byte[]> streams() {
        return List.of(SampleStreams.precopy(), SampleStreams.postcopy());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyPiecesGiveTheSame(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (byte[] stream : streams()) {
            List<String> whole = SampleDestination.outcome(stream);
            for (int i = 0; i < 25; i++) {
                assertThat(SampleDestination.outcomeInPieces(stream, random.split()))
                        .as("seed %d, round %d", seed, i)
                        .isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void anyPiecesOfADamagedStreamGiveTheSame(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (byte[] stream : streams()) {
            for (int i = 0; i < 100; i++) {
                byte[] damaged = stream.clone();
                int at = random.nextInt(damaged.length);
                damaged[at] ^= (byte) (1 + random.nextInt(255));
                assertThat(SampleDestination.outcomeInPieces(damaged, random.split()))
                        .as("seed %d, round %d, damage at byte %d", seed, i, at)
                        .isEqualTo(SampleDestination.outcome(damaged));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aCutAnywhereBeforeEofIsTruncation(byte[] stream) {
        List<String> whole = SampleDestination.outcome(stream);
        for (int length : SampleStreams.places(stream)) {
            byte[] cut = Arrays.copyOf(stream, length);
            List<String> log = SampleDestination.outcome(cut);
            boolean expected =
                    log.contains("EOF")
                            ? log.equals(whole.subList(0, log.size()))
                            : log.getLast().startsWith("TRUNCATED ")
                                    && log.getLast()
                                            .contains(
                                                    String.format(
                                                            Locale.ROOT, "(at byte %,d", length));
            if (!expected) {
                fail("Cut at %d: %s".formatted(length, log.getLast()));
            }
        }
    }

    @Test
    void aChangedByteIsRefusedByNameOrChangesWhatIsRead() {
        Map<String, Integer> outcomes = new TreeMap<>();
        for (byte[] stream : streams()) {
            for (int at : SampleStreams.places(stream)) {
                for (int change : new int[] {0x01, 0x20, 0xFF}) {
                    byte[] damaged = stream.clone();
                    damaged[at] ^= (byte) change;
                    // any exception other than StreamException fails the test
                    List<String> log = SampleDestination.outcome(damaged);
                    outcomes.merge(log.getLast().replaceAll(" .*", ""), 1, Integer::sum);
                }
            }
        }
        assertThat(outcomes)
                .containsKeys(
                        "BAD_MAGIC",
                        "UNSUPPORTED_VERSION",
                        "CONFIGURATION_MISSING",
                        "MACHINE_MISMATCH",
                        "UNKNOWN_SUBSECTION",
                        "UNKNOWN_SECTION_TYPE",
                        "UNKNOWN_SECTION",
                        "UNKNOWN_SECTION_ID",
                        "FOOTER_MISMATCH",
                        "UNKNOWN_COMMAND",
                        "COMMAND_LENGTH",
                        "RAM_FLAGS",
                        "RAM_OFFSET",
                        "RAM_UNKNOWN_BLOCK",
                        "RAM_SIZE_MISMATCH",
                        "TRUNCATED",
                        "EOF",
                        "description");
    }
}
