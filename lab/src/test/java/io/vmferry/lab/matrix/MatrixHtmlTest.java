package io.vmferry.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.simulator.Outcome;
import io.vmferry.machine.commandline.Invocation;
import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.Side;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MatrixHtmlTest {

    private static final Map<String, String> FACTS = Map.of("Seed", "7");

    private static CellResult result(String fault, Outcome last, int recoveries) {
        Cell cell = new Cell(Course.of("postcopy"), Side.SOURCE, FaultSpec.parse(fault), 7, false);
        return new CellResult(
                cell,
                true,
                Optional.of(last),
                Optional.of(last),
                0,
                12,
                recoveries,
                false,
                Optional.empty());
    }

    private static String page(CellResult... results) {
        return MatrixHtml.text(new MatrixRun(List.of(results), List.of(), 7), FACTS);
    }

    private static JsonNode data(String page) throws Exception {
        String json =
                page.replaceFirst("(?s).*<script type=\"application/json\" id=\"data\">", "")
                        .replaceFirst("(?s)</script>.*", "");
        return new ObjectMapper().readTree(json);
    }

    @Test
    void aCellHasTheColourOfItsWorstOutcome() {
        assertThat(
                        page(
                                result("package-sent:close", Outcome.MOVED, 0),
                                result("package-sent#2:close", Outcome.LOST, 0),
                                result("package-sent#2:close(main)", Outcome.SAFE_AT_SOURCE, 0)))
                .contains(
                        "<tr id=\"simulated/postcopy/source/package-sent\">",
                        "<td class=\"lost\">xsm</tr>");
    }

    @Test
    void onlyActionsThatWereInjectedAreColumns() {
        assertThat(page(result("package-sent:close", Outcome.MOVED, 0)))
                .contains("#action-close\">")
                .doesNotContain("#action-kill\">", "#action-sigkill\">");
    }

    @Test
    void theHeadSaysWhatWasRunAndHowItEnded() {
        assertThat(
                        page(
                                result("package-sent:close", Outcome.MOVED, 0),
                                result("package-sent:kill", Outcome.LOST, 0)))
                .contains(
                        "<dt>Seed<dd>7</div>",
                        "2 simulated cells, each one fault",
                        "<a href=\"#simulated/postcopy\">postcopy</a>",
                        "<td class=\"number\">1<td>lost with the process that owned it\n");
    }

    @Test
    void theDetailsHaveWhatIsNeededToRepeatACell() throws Exception {
        JsonNode data =
                data(
                        page(
                                result("package-sent#2:close(main)", Outcome.MOVED, 2),
                                result("byte(main)@1%:close", Outcome.MOVED, 0)));
        assertThat(data.at("/command").asText()).isEqualTo(Invocation.asTyped(Cell.COMMAND));
        assertThat(data.get("cells").get("simulated/postcopy/source/package-sent"))
                .hasToString("[[2,0,0,12]]");
        assertThat(data.get("cells").has("simulated/postcopy/source/byte(main)@1pct")).isTrue();
        assertThat(data.at("/faults/0").asText()).isEqualTo("close(main)");
        assertThat(data.at("/sentences/0/text").asText())
                .isEqualTo("paused, recovered, moved (2 recoveries); %d ms from the fault to rest");
    }

    @Test
    void everyPlaceAndActionIsExplained() throws Exception {
        String page = page(result("package-sent:close", Outcome.MOVED, 0));
        JsonNode data = data(page);
        assertThat(PointName.values())
                .filteredOn(name -> name != PointName.FAULT_INJECTED)
                .allSatisfy(name -> {
                    assertThat(data.get("points").has(name.text())).isTrue();
                    assertThat(page).contains("<div id=\"point-%s\">".formatted(name));
                });
        assertThat(FaultActionKind.of(FaultHost.NODE))
                .allSatisfy(kind ->
                        assertThat(page).contains("<div id=\"action-%s\">".formatted(kind.text())));
    }

    @Test
    void aBrokenRuleIsShownAsItIs() throws Exception {
        Cell cell =
                new Cell(
                        Course.of("postcopy"),
                        Side.SOURCE,
                        FaultSpec.parse("package-sent:close"),
                        8,
                        false);
        String page = page(CellResult.broken(cell, "100 % </script> of it"));
        assertThat(page).contains("<td class=\"broken\">!").doesNotContain("% </script>");
        assertThat(data(page).at("/sentences/0/text").asText()).isEqualTo("100 % </script> of it");
        assertThat(data(page).at("/cells").findValues("simulated/postcopy/source/package-sent"))
                .hasToString("[[[1,0,0,0,8]]]");
    }

    @Test
    void nothingIsFetchedFromAnywhere() {
        assertThat(page(result("package-sent:close", Outcome.MOVED, 0)))
                .doesNotContain("http:", "https:", " src=", "@import", "url(", " title=");
    }
}
