package io.vmferry.lab.comparison;

import io.vmferry.protocol.profile.Profile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The steps of situations in which a version may differ; {@code open.txt} says why. */
final class OpenSituations {

    private static final String VARIES = "# varies:";
    private static final String STEPS = ": ";

    /**
     * A line of the file: a situation and, behind a colon, what the steps contain that may differ;
     * without a colon all may.
     *
     * @param always whether they are expected to differ in each run
     */
    private record Line(String situation, Optional<String> steps, boolean always) {

        static Line of(String text, boolean always) {
            int colon = text.indexOf(STEPS);
            return colon < 0
                    ? new Line(text, Optional.empty(), always)
                    : new Line(
                            text.substring(0, colon),
                            Optional.of(text.substring(colon + STEPS.length())),
                            always);
        }

        boolean lists(Difference difference) {
            return difference.situation().equals(situation)
                    && steps.map(difference.step()::contains).orElse(true);
        }
    }

    private final List<Line> lines;

    private OpenSituations(List<Line> lines) {
        this.lines = lines;
    }

    /** Those that are listed for a version. */
    static OpenSituations of(Profile profile) throws IOException {
        List<Line> listed = new ArrayList<>();
        String prefix = profile.qmpName() + " ";
        boolean always = true;
        try (InputStream in = OpenSituations.class.getResourceAsStream("open.txt");
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#")) {
                    always = !line.startsWith(VARIES);
                } else if (line.startsWith(prefix)) {
                    listed.add(Line.of(line.substring(prefix.length()), always));
                }
            }
        }
        return new OpenSituations(listed);
    }

    boolean lists(Difference difference) {
        return lines.stream().anyMatch(line -> line.lists(difference));
    }

    /** Those that are listed as always different, but did not differ. */
    List<String> withoutNeed(List<Difference> found) {
        return lines.stream()
                .filter(line -> line.always() && found.stream().noneMatch(line::lists))
                .map(Line::toString)
                .toList();
    }
}
