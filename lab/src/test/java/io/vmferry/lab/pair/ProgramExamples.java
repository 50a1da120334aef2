package io.vmferry.lab.pair;

import io.vmferry.lab.process.Nodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The examples of docs/test-double.md, as they are printed. */
final class ProgramExamples {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```[^\\n]*\\n(.*?)^```$");

    private ProgramExamples() {}

    /** The folder in which docs/test-double.md lies and its examples are run. */
    static Path root() {
        return Objects.requireNonNull(Nodes.scripts().getParent());
    }

    /**
     * The one example that begins so.
     *
     * @param tmp what stands in the place of {@code /tmp}
     */
    static String example(String begin, Path tmp) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(root().resolve("docs/test-double.md")));
        while (block.find()) {
            if (block.group(1).startsWith(begin)) {
                found.add(block.group(1));
            }
        }
        if (found.size() != 1) {
            throw new AssertionError("%d examples begin with '%s'".formatted(found.size(), begin));
        }
        return found.getFirst().replace("/tmp/", tmp + "/");
    }
}
