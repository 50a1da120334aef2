package io.vmferry.lab.capture;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection of a recorded migration: the bytes of both directions, and what happened in which
 * order.
 */
final class Capture {

    /** What happened next. */
    sealed interface Step {

        /** The source sent so many bytes. */
        record Sent(int bytes) implements Step {}

        /** So many bytes had come back in all. */
        record CameBack(int totalBytes) implements Step {}

        /** The destination reported that it runs the guest. */
        record Runs() implements Step {}

        /** Somebody looked at a page at the destination, and waited for it if it was missing. */
        record Touched(long address) implements Step {}

        /** Whoever had looked at it saw these first bytes, in hexadecimal. */
        record Seen(long address, String content) implements Step {}
    }

    private static final String SENT = " > (\\d+) @\\d+ ";
    private static final String CAME_BACK = " < (\\d+) @(\\d+) ";
    private static final String RUNS = "dst state (postcopy-active)";
    private static final String TOUCHED = " touch 0x([0-9a-f]+)";
    private static final String SEEN = " touched 0x([0-9a-f]+) '[0-9a-f]+: ([^\\\\]*)";
    private static final String OVER = "( CUT | eof at )";

    private final byte[] toDestination;
    private final byte[] toSource;
    private final List<Step> steps;

    private Capture(byte[] toDestination, byte[] toSource, List<Step> steps) {
        this.toDestination = toDestination;
        this.toSource = toSource;
        this.steps = steps;
    }

    /** What the source sent. */
    byte[] toDestination() {
        return toDestination;
    }

    /** What came back. */
    byte[] toSource() {
        return toSource;
    }

    List<Step> steps() {
        return steps;
    }

    /** Reads the first connection of a capture. */
    static Capture named(String name) throws IOException {
        return named(name, 0);
    }

    /** Reads a capture; a test that wants one which is not here is skipped. */
    static Capture named(String name, int connection) throws IOException {
        Path folder = folder();
        assumeTrue(
                Files.isReadable(folder.resolve(name + ".timeline.txt")),
                () -> "no capture " + name + " in " + folder);
        List<Step> steps = new ArrayList<>();
        boolean open = false;
        for (String line : Files.readAllLines(folder.resolve(name + ".timeline.txt"))) {
            open |= line.endsWith(" conn " + connection + " open");
            if (open && find(OVER, line) != null) {
                break;
            }
            if (open) {
                step(line, steps);
            }
        }
        return new Capture(
                Files.readAllBytes(folder.resolve(name + ".c" + connection + ".src2dst.bin")),
                Files.readAllBytes(folder.resolve(name + ".c" + connection + ".dst2src.bin")),
                steps);
    }

    private static void step(String line, List<Step> steps) {
        Matcher found;
        if ((found = find(SENT, line)) != null) {
            steps.add(new Step.Sent(Integer.parseInt(found.group(1))));
        } else if ((found = find(CAME_BACK, line)) != null) {
            int before = Integer.parseInt(found.group(2));
            steps.add(new Step.CameBack(before + Integer.parseInt(found.group(1))));
        } else if (find(RUNS, line) != null) {
            steps.add(new Step.Runs());
        } else if ((found = find(SEEN, line)) != null) {
            String bytes = found.group(2).replaceAll("0x| ", "");
            steps.add(new Step.Seen(address(found), bytes));
        } else if ((found = find(TOUCHED, line)) != null) {
            steps.add(new Step.Touched(address(found)));
        }
    }

    private static Matcher find(String pattern, String line) {
        Matcher matcher = Pattern.compile(pattern).matcher(line);
        return matcher.find() ? matcher : null;
    }

    private static long address(Matcher found) {
        return Long.parseLong(found.group(1), 16);
    }

    private static Path folder() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("lab/pom.xml"))) {
            root = root.getParent();
        }
        return root.resolveSibling("shared").resolve("captures");
    }
}
