package io.vmferry.lab.comparison;

import io.vmferry.protocol.profile.Profile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The situations of {@code open.txt} in which a version may differ; that file says why. */
final class OpenSituations {

    private static final String VARIES = "# varies:";

    private final Set<String> always = new TreeSet<>();
    private final Set<String> sometimes = new HashSet<>();

    private OpenSituations() {}

    /** Those that are listed for a version. */
    static OpenSituations of(Profile profile) throws IOException {
        OpenSituations open = new OpenSituations();
        String prefix = profile.qmpName() + " ";
        Set<String> section = open.always;
        try (InputStream in = OpenSituations.class.getResourceAsStream("open.txt");
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#")) {
                    section = line.startsWith(VARIES) ? open.sometimes : open.always;
                } else if (line.startsWith(prefix)) {
                    section.add(line.substring(prefix.length()));
                }
            }
        }
        return open;
    }

    boolean lists(Difference difference) {
        return always.contains(difference.situation())
                || sometimes.contains(difference.situation());
    }

    /** Those that are listed as always different, but did not differ. */
    Set<String> withoutNeed(List<Difference> found) {
        Set<String> differing =
                found.stream().map(Difference::situation).collect(Collectors.toSet());
        Set<String> unneeded = new TreeSet<>(always);
        unneeded.removeAll(differing);
        return unneeded;
    }
}
