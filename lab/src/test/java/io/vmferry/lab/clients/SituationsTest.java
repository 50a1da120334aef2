package io.vmferry.lab.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.fault.FaultPlan;
import io.vmferry.protocol.status.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SituationsTest {

    private static Stream<Situation> all() {
        return Situations.all().stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void aSituationCanBeBroughtAbout(Situation situation) {
        assertThat(situation.meaning()).isNotEmpty();
        assertThat(situation.ends()).isNotEmpty();
        assertThat(situation.steps(100, Path.of("folder"))).hasSameSizeAs(situation.steps());
        FaultPlan.parse(Side.SOURCE, faults(situation.source()));
        FaultPlan.parse(Side.DESTINATION, faults(situation.destination()));
    }

    private static List<String> faults(List<String> options) {
        List<String> filled = Situation.filled(options, 100);
        List<String> faults = new ArrayList<>();
        for (int i = 0; i + 1 < filled.size(); i++) {
            if (filled.get(i).equals("--fault")) {
                faults.add(filled.get(i + 1));
            }
        }
        return faults;
    }

    @Test
    void theDocumentNamesEverySituation() throws Exception {
        String document = Files.readString(Path.of("../docs/clients.md"));
        assertThat(all().map(situation -> "`" + situation.name() + "`"))
                .allSatisfy(name -> assertThat(document).contains(name));
    }

    @ParameterizedTest
    @CsvSource({
        "0,done,MOVED",
        "3,'vmferry: moved',MOVED",
        "1,done,STAYED",
        "1,'vmferry: paused, as it seems',PAUSED",
        "0,'vmferry: lost',LOST",
        "0,'vmferry: unknown',MOVED"
    })
    void theLastLineReportsOrElseTheExitCode(int code, String line, ReportedEnd reported) {
        assertThat(ReportedEnd.of(code, line)).isEqualTo(reported);
    }

    @Test
    void aFailureIsAllThatCanBeSaidOfAGuestThatNobodyCouldKeep() {
        assertThat(ReportedEnd.STAYED.agrees(GuestEnd.LOST, Set.of(GuestEnd.LOST))).isTrue();
        assertThat(ReportedEnd.STAYED.agrees(GuestEnd.LOST, Set.of(GuestEnd.MOVED))).isFalse();
        assertThat(ReportedEnd.NONE.agrees(GuestEnd.SAFE, Set.of(GuestEnd.SAFE))).isFalse();
    }
}
