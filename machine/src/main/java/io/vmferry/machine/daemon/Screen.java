package io.vmferry.machine.daemon;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a daemon prints.
 *
 * @param out for results
 * @param err for the log, errors and progress
 * @param terminal whether {@code err} is a terminal that understands control codes
 */
public record Screen(PrintStream out, PrintStream err, boolean terminal) {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int STDERR = 2;

    /** The streams of the process. */
    public static Screen ofProcess() {
        return new Screen(System.out, System.err, isTerminal(STDERR));
    }

    /**
     * Whether a descriptor of this process is a terminal that understands control codes. Linux
     * names what a descriptor is open on; a terminal is a device under /dev.
     */
    public static boolean isTerminal(int descriptor) {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            String open =
                    Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor)))
                            .toString();
            return open.startsWith("/dev/pts/")
                    || open.startsWith("/dev/tty")
                    || open.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** Prints a result at once. */
    public void print(String text) {
        out.println(text);
        out.flush();
    }
}
