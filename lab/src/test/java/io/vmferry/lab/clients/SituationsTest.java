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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        "0,'vmferry: unknown',NONE",
        "137,,NONE",
        "255,,STAYED"
    })
    void theLastLineReportsOrElseTheExitCode(
            int code, @Nullable String line, ReportedEnd reported) {
        assertThat(ReportedEnd.of(code, line == null ? "" : line)).isEqualTo(reported);
    }

    @Test
    void whatCannotBeUnderstoodIsSaid() {
        assertThat(ReportedEnd.complaint(137, "")).contains("was ended by signal 9");
        assertThat(ReportedEnd.complaint(0, "vmferry: gone")).isPresent();
        assertThat(ReportedEnd.complaint(3, "vmferry: paused, as it seems")).isEmpty();
    }

    @Test
    void aScriptGivesAnInterpreterItsName(@TempDir Path directory) throws Exception {
        Path script = Files.createFile(directory.resolve("client.py"));
        assertThat(Client.nameOf(List.of("python3", script.toString()))).isEqualTo("client.py");
        assertThat(Client.nameOf(List.of("/bin/client", "-v"))).isEqualTo("client");
    }

    @Test
    void aFailureIsAllThatCanBeSaidOfAGuestThatNobodyCouldKeep() {
        assertThat(ReportedEnd.STAYED.agrees(GuestEnd.LOST, Set.of(GuestEnd.LOST))).isTrue();
        assertThat(ReportedEnd.STAYED.agrees(GuestEnd.LOST, Set.of(GuestEnd.MOVED))).isFalse();
        assertThat(ReportedEnd.NONE.agrees(GuestEnd.SAFE, Set.of(GuestEnd.SAFE))).isFalse();
    }
}
