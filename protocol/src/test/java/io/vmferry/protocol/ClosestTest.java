package io.vmferry.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosestTest {

    private static final List<String> OPTIONS = List.of("--memory", "--machine", "--migrate");

    @ParameterizedTest
    @CsvSource({"--memroy,--memory", "--Memory,--memory", "--migrat,--migrate", "-memory,--memory"})
    void aTypingErrorFindsItsWord(String typed, String meant) {
        assertThat(Closest.to(typed, OPTIONS)).contains(meant);
        assertThat(Closest.question(typed, OPTIONS)).isEqualTo(", did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @CsvSource({
        "qemu-12, qemu-11.1",
        "qemu-10.1, qemu-10.0",
        "QEMU-3, qemu-7.2",
        "qmeu-10.2, qemu-10.2",
        "qemu, ''"
    })
    void ofNumbersTheNearestIsMeant(String typed, String meant) {
        List<String> versions =
                List.of("qemu-7.2", "qemu-8.2", "qemu-10.0", "qemu-10.2", "qemu-11.1");
        assertThat(Closest.to(typed, versions).orElse("")).isEqualTo(meant);
    }

    @Test
    void anotherWordFindsNone() {
        assertThat(Closest.question("--frobnicate", OPTIONS)).isEmpty();
        assertThat(Closest.to("", OPTIONS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"abc,abc,0", "abc,acb,1", "abc,abxc,1", "abc,ab,1", "abc,xbc,1", "abc,xyz,3"})
    void theDistanceCountsErrors(String from, String to, int errors) {
        assertThat(Closest.distance(from, to)).isEqualTo(errors);
    }
}
