package io.vmferry.machine.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.objects.RuleList.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleListTest {

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=laptop|CN=laptop|true",
                "CN=*|CN=laptop|true",
                "*|''|true",
                "CN=l?ptop|CN=laptop|true",
                "CN=l?ptop|CN=lptop|false",
                "*.example|CN=a.b.example|true",
                "*a*b*c|xxaybzc|true",
                "*a*b*c|xxaybz|false",
                "a**|a|true"
            })
    void aPatternStandsForWhatItMatches(String pattern, String identity, boolean matches) {
        RuleList rules = new RuleList(List.of(new Rule(pattern, true, true)), false);
        assertThat(rules.allows(identity)).isEqualTo(matches);
    }

    @Test
    void theFirstRuleThatMatchesDecides() {
        RuleList rules =
                new RuleList(
                        List.of(new Rule("CN=bad", false, false), new Rule("CN=*", true, true)),
                        false);
        assertThat(rules.allows("CN=bad")).isFalse();
        assertThat(rules.allows("CN=good")).isTrue();
        assertThat(rules.allows("O=other")).isFalse();
        assertThat(new RuleList(List.of(), true).allows("anybody")).isTrue();
    }

    private void write(Path file, String rules) throws IOException {
        Path next = directory.resolve("next");
        Files.writeString(next, rules);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aFileIsReadAgainWhenItChanges() throws Exception {
        Path file = directory.resolve("rules.json");
        write(file, "{\"rules\": [{\"match\": \"CN=a\", \"policy\": \"allow\"}]}");
        Semaphore read = new Semaphore(0);
        try (RuleFile rules = RuleFile.open(file.toString(), true, read::release)) {
            assertThat(rules.allows("CN=a")).isTrue();
            assertThat(rules.allows("CN=b")).isFalse();
            write(file, "{\"policy\": \"allow\"}");
            assertThat(read.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            assertThat(rules.allows("CN=b")).isTrue();
            write(file, "[1]");
            assertThat(read.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            assertThat(rules.allows("CN=a")).isFalse();
        }
    }
}
