package io.vmferry.lab.capture;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a recorded migration: the bytes of both directions, and what happened in which
 * order.
 */
final class Capture {

    /** An action of the capture. */
    sealed interface Action {

        /** The source sent so many bytes. */
        record Sent(int bytes) implements Action {}

        /** The total of bytes that had been sent back. */
        record CameBack(int totalBytes) implements Action {}

        /** The destination reported that it runs the guest. */
        record Runs() implements Action {}

        /** Somebody looked at a page at the destination, and waited for it if it was missing. */
        record Touched(long address) implements Action {}

        /** A read of the page, with its first bytes in hexadecimal. */
        record Read(long address, String content) implements Action {}
    }

    private static final String SENT = " > (\\d+) @\\d+ ";
    private static final String CAME_BACK = " < (\\d+) @(\\d+) ";
    private static final String RUNS = "dst state (postcopy-active)";
    private static final String TOUCHED = " touch 0x([0-9a-f]+)";
    private static final String SEEN = " touched 0x([0-9a-f]+) '[0-9a-f]+: ([^\\\\]*)";
    private static final String OVER = "( CUT | eof at )";

    private final byte[] toDestination;
    private final byte[] toSource;
    private final List<Action> steps;

    private Capture(byte[] toDestination, byte[] toSource, List<Action> steps) {
        this.toDestination = toDestination;
        this.toSource = toSource;
        this.steps = steps;
    }

    /** The bytes of the source. */
    byte[] toDestination() {
        return toDestination;
    }

    /** The bytes of the destination. */
    byte[] toSource() {
        return toSource;
    }

    List<Action> steps() {
        return steps;
    }

    /** Reads the first connection of a capture. */
    static Capture named(String name) throws IOException {
        return named(name, 0);
    }

    /** Reads a capture; skips the test if the capture is not there. */
    static Capture named(String name, int connection) throws IOException {
        Path folder = folder();
        assumeTrue(
                Files.isReadable(folder.resolve(name + ".timeline.txt")),
                () -> "no capture " + name + " in " + folder);
        List<Action> steps = new ArrayList<>();
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

    private static void step(String line, List<Action> steps) {
        Matcher found;
        if ((found = find(SENT, line)) != null) {
            steps.add(new Action.Sent(Integer.parseInt(found.group(1))));
        } else if ((found = find(CAME_BACK, line)) != null) {
            int before = Integer.parseInt(found.group(2));
            steps.add(new Action.CameBack(before + Integer.parseInt(found.group(1))));
        } else if (find(RUNS, line) != null) {
            steps.add(new Action.Runs());
        } else if ((found = find(SEEN, line)) != null) {
            String bytes = found.group(2).replaceAll("0x| ", "");
            steps.add(new Action.Read(address(found), bytes));
        } else if ((found = find(TOUCHED, line)) != null) {
            steps.add(new Action.Touched(address(found)));
        }
    }

    private static @Nullable Matcher find(String pattern, String line) {
        Matcher matcher = Pattern.compile(pattern).matcher(line);
        return matcher.find() ? matcher : null;
    }

    private static long address(Matcher found) {
        return Long.parseLong(found.group(1), 16);
    }

    private static Path folder() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("lab/pom.xml"))) {
            root = Objects.requireNonNull(root.getParent(), "Not started in the project");
        }
        return root.resolveSibling("shared").resolve("captures");
    }
}
