package io.vmferry.lab.comparison;

import io.vmferry.protocol.profile.Profile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A difference that stays: a real QEMU varies there from run to run, or ours is kinder on purpose.
 */
enum KnownDifference {
    /** The text of an error is ours: it says what was expected, what was seen, and where. */
    EXPLAINED_FAILURE {
        @Override
        boolean covers(Difference difference) {
            return isAnotherText(difference);
        }
    };

    private static final Pattern ERROR =
            Pattern.compile("\"error-desc\":\"(?:[^\"\\\\]|\\\\.)*\"|(?<=failed) \\([^\r\n]*\\)");

    /** Where the text is the answer to what a client has said. */
    private static final Pattern OF_THE_CLIENT =
            Pattern.compile(
                    "source (addresses|postcopy-paused-channels)|destination (address|bound).*");

    abstract boolean covers(Difference difference);

    private static boolean isAnotherText(Difference difference) {
        return difference.vmferry() != null
                && !OF_THE_CLIENT.matcher(difference.situation()).matches()
                && ERROR.matcher(difference.qemu())
                        .replaceAll("ERROR")
                        .equals(ERROR.matcher(difference.vmferry()).replaceAll("ERROR"));
    }

    /** Those that are neither listed here nor in a situation that is still open. */
    static List<Difference> unlisted(Profile profile, List<Difference> found) throws IOException {
        Set<String> open = open(profile);
        return found.stream()
                .filter(difference -> !open.contains(difference.situation()))
                .filter(KnownDifference::isUnknown)
                .toList();
    }

    static boolean isUnknown(Difference difference) {
        for (KnownDifference known : values()) {
            if (known.covers(difference)) {
                return false;
            }
        }
        return true;
    }

    private static Set<String> open(Profile profile) throws IOException {
        String prefix = profile.qmpName() + " ";
        try (InputStream in = KnownDifference.class.getResourceAsStream("open.txt");
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> line.startsWith(prefix))
                    .map(line -> line.substring(prefix.length()))
                    .collect(Collectors.toSet());
        }
    }
}
