package io.vmferry.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.simulator.Outcome;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.protocol.status.Side;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class MatrixTableTest {

    private static CellResult result(String course, Side side, String fault, Outcome end) {
        Cell cell = new Cell(Course.of(course), side, FaultSpec.parse(fault), 7, false);
        return new CellResult(
                cell, true, Optional.of(end), Optional.of(end), 0, 12, 0, false, Optional.empty());
    }

    private static final MatrixTable TABLE =
            new MatrixTable(
                    new MatrixRun(
                            List.of(
                                    result(
                                            "precopy",
                                            Side.SOURCE,
                                            "header-sent:kill",
                                            Outcome.LOST),
                                    result(
                                            "postcopy",
                                            Side.SOURCE,
                                            "package-sent:blackhole",
                                            Outcome.MOVED),
                                    result(
                                            "postcopy",
                                            Side.DESTINATION,
                                            "package-loaded:kill",
                                            Outcome.SAFE_AT_SOURCE)),
                            List.of(),
                            7));

    @Test
    void columnsAreAsWideAsTheirContent() {
        assertThat(TABLE.summary(OptionalInt.empty()))
                .containsExactly(
                        "              kill blackhole",
                        "precopy",
                        "  source      x",
                        "postcopy",
                        "  source           m",
                        "  destination s");
    }

    @Test
    void pointsStandBelowTheirCourseAndSide() {
        assertThat(TABLE.points(OptionalInt.of(80)))
                .containsExactly(
                        "                      kill blackhole",
                        "precopy, source",
                        "  header-sent         x",
                        "postcopy, source",
                        "  package-sent             m",
                        "postcopy, destination",
                        "  package-loaded      s");
    }

    @Test
    void aTableThatIsTooWideGoesOnBelow() {
        assertThat(TABLE.summary(OptionalInt.of(23)))
                .containsExactly(
                        "              kill",
                        "precopy",
                        "  source      x",
                        "postcopy",
                        "  source",
                        "  destination s",
                        "",
                        "              blackhole",
                        "precopy",
                        "  source",
                        "postcopy",
                        "  source      m",
                        "  destination");
    }
}
