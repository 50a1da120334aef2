package io.vmferry.lab.matrix;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.commandline.Invocation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the page of the matrix makes the details of its cells of. Texts that many cells share stand
 * there once, since there are thousands of cells: {@code cells} has, for each row, arrays of the
 * ordinal of the place, the number of the fault, the number of the sentence, the milliseconds and,
 * if it is not the first one, the seed.
 */
final class MatrixData {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ORDINAL = Pattern.compile(".*#(\\d+)$");

    private final Map<String, Integer> faults = new LinkedHashMap<>();
    private final Map<Sentence, Integer> sentences = new LinkedHashMap<>();
    private final long seed;

    private record Sentence(OutcomeCode code, String text) {}

    private MatrixData(long seed) {
        this.seed = seed;
    }

    static ObjectNode of(MatrixRun run, List<MatrixGrid> grids) {
        return new MatrixData(run.seed()).json(grids);
    }

    private ObjectNode json(List<MatrixGrid> grids) {
        ObjectNode all = JSON.createObjectNode();
        all.put("command", Invocation.asTyped(Cell.COMMAND));
        all.put("seed", seed);
        ArrayNode outcomes = all.putArray("outcomes");
        for (OutcomeCode code : OutcomeCode.values()) {
            outcomes.addObject().put("code", code.text()).put("look", code.look());
        }
        texts(all.putObject("points"), MatrixMeanings.placesByName());
        texts(all.putObject("actions"), MatrixMeanings.actions());
        ObjectNode cells = JSON.createObjectNode();
        for (MatrixGrid grid : grids) {
            grid.rows()
                    .forEach((side, rows) ->
                            rows.forEach((place, results) -> {
                                ArrayNode row = cells.putArray(grid.id(side, place));
                                results.forEach(result -> add(row, result));
                            }));
        }
        faults.keySet().forEach(all.putArray("faults")::add);
        ArrayNode texts = all.putArray("sentences");
        sentences
                .keySet()
                .forEach(s -> texts.addObject().put("code", s.code().text()).put("text", s.text()));
        all.set("cells", cells);
        return all;
    }

    private static void texts(ObjectNode object, Map<String, String> texts) {
        texts.forEach(object::put);
    }

    private void add(ArrayNode row, CellResult result) {
        Cell cell = result.cell();
        ArrayNode one = row.addArray();
        Matcher ordinal = ORDINAL.matcher(cell.fault().where().toString());
        one.add(ordinal.matches() ? Integer.parseInt(ordinal.group(1)) : 1);
        one.add(number(faults, cell.fault().what().toString()));
        one.add(number(sentences, new Sentence(OutcomeCode.of(result), CellText.sentence(result))));
        one.add(result.restMillis());
        if (!cell.real() && cell.seed() != seed) {
            one.add(cell.seed());
        }
    }

    private static <T> int number(Map<T, Integer> numbers, T text) {
        return numbers.computeIfAbsent(text, t -> numbers.size());
    }
}
