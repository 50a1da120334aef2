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

/** The steps of dialogues in which a version may differ; {@code open.txt} says why. */
final class OpenDialogues {

    private static final String ALWAYS = "# always:";
    private static final String VARIES = "# varies:";
    private static final String ON = " on ";
    private static final String STEPS = ": ";

    /**
     * A line of the file.
     *
     * @param steps what the steps contain that may differ; empty when all may
     * @param always whether they are expected to differ in each run
     */
    private record Line(
            String dialogue, List<String> versions, List<String> steps, boolean always) {

        static Line of(String text, boolean always) {
            int colon = text.indexOf(STEPS);
            String place = colon < 0 ? text : text.substring(0, colon);
            String steps = colon < 0 ? "" : text.substring(colon + STEPS.length());
            int on = place.indexOf(ON);
            return new Line(
                    place.substring(0, on),
                    List.of(place.substring(on + ON.length()).split(" ")),
                    steps.isEmpty() ? List.of() : List.of(steps.split(" \\| ")),
                    always);
        }

        boolean concerns(Profile profile) {
            return versions.stream().anyMatch(version -> profile.text().equals("qemu-" + version));
        }

        boolean lists(Difference difference) {
            return difference.dialogue().equals(dialogue)
                    && (steps.isEmpty() || steps.stream().anyMatch(difference.step()::contains));
        }
    }

    private final List<Line> lines;

    private OpenDialogues(List<Line> lines) {
        this.lines = lines;
    }

    /** The dialogues that are listed for a version. */
    static OpenDialogues of(Profile profile) throws IOException {
        List<Line> listed = new ArrayList<>();
        boolean always = true;
        try (InputStream in = OpenDialogues.class.getResourceAsStream("open.txt");
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#")) {
                    always = line.startsWith(ALWAYS) || (always && !line.startsWith(VARIES));
                } else if (!line.isBlank()) {
                    listed.add(Line.of(line, always));
                }
            }
        }
        return new OpenDialogues(listed.stream().filter(line -> line.concerns(profile)).toList());
    }

    boolean lists(Difference difference) {
        return lines.stream().anyMatch(line -> line.lists(difference));
    }

    /** The dialogues that are listed. */
    List<String> dialogues() {
        return lines.stream().map(Line::dialogue).toList();
    }

    /** The dialogues that are listed as always different, but did not differ. */
    List<String> withoutNeed(List<Difference> found) {
        return lines.stream()
                .filter(line -> line.always() && found.stream().noneMatch(line::lists))
                .map(Line::toString)
                .toList();
    }
}
