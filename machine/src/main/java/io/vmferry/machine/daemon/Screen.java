package io.vmferry.machine.daemon;

import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import io.vmferry.machine.terminal.Progress;
import io.vmferry.machine.terminal.TerminalColumns;
import io.vmferry.machine.terminal.TerminalOutput;
import io.vmferry.machine.terminal.WrappedText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Where a daemon prints.
 *
 * @param out for results
 * @param err for the log, errors and progress
 * @param columns the width of {@code out}, if that is a terminal
 * @param terminal what {@code err} writes to, if that is a terminal that understands control codes
 * @param together whether {@code out} and {@code err} go to one place, so that who reads the log
 *     reads the results as well
 */
public record Screen(
        PrintStream out,
        Optional<IntSupplier> columns,
        PrintStream err,
        Optional<TerminalOutput> terminal,
        boolean together) {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** What a terminal shows of Ctrl-C, which would begin a new line behind a full one. */
    private static final int ROOM_FOR_INTERRUPT = "^C".length();

    private static final int STDOUT = 1;
    static final int STDERR = 2;

    /** A screen without a terminal. */
    public static Screen plain(PrintStream out, PrintStream err) {
        return new Screen(out, Optional.empty(), err, Optional.empty(), false);
    }

    /**
     * The streams of the process. Must be called before the first line of the log, which a terminal
     * shows above the progress.
     */
    public static Screen ofProcess() {
        Optional<IntSupplier> columns = columnsOf(System.out);
        if (!isTerminal(STDERR)) {
            return new Screen(System.out, columns, System.err, Optional.empty(), sameTarget());
        }
        TerminalOutput terminal =
                new TerminalOutput(new FileOutputStream(FileDescriptor.err), System.err.charset());
        PrintStream err = new PrintStream(terminal, true, System.err.charset());
        System.setErr(err);
        return new Screen(System.out, columns, err, Optional.of(terminal), sameTarget());
    }

    /** The width of a standard stream of this process, if it is a terminal; empty for any other. */
    public static Optional<IntSupplier> columnsOf(PrintStream stream) {
        int descriptor =
                stream.equals(System.out) ? STDOUT : stream.equals(System.err) ? STDERR : -1;
        return descriptor >= 0 && isTerminal(descriptor)
                ? Optional.of(() -> TerminalColumns.of(descriptor))
                : Optional.empty();
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
            String open = target(descriptor);
            return open.startsWith("/dev/pts/")
                    || open.startsWith("/dev/tty")
                    || open.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether stdout and stderr are one terminal, pipe or file. */
    private static boolean sameTarget() {
        try {
            return target(STDOUT).equals(target(STDERR));
        } catch (IOException e) {
            return false;
        }
    }

    private static String target(int descriptor) throws IOException {
        return Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor))).toString();
    }

    /** Prints a result for people at once, as wide as a terminal is now. */
    public void printText(String text) {
        print(columns.isPresent() ? WrappedText.fit(text, columns.get().getAsInt()) : text);
    }

    /** Prints a result at once. */
    public void print(String text) {
        Runnable printing =
                () -> {
                    out.println(text);
                    out.flush();
                };
        terminal.ifPresentOrElse(shown -> shown.above(printing), printing);
    }

    /** Prints an error in one line of the log's format, as wide as a terminal is now. */
    void complain(LogFormat format, String line) {
        boolean wrapped = format == LogFormat.TEXT && terminal.isPresent();
        NodeMain.complaint(format, err)
                .accept(wrapped ? WrappedText.fit(line, TerminalColumns.of(STDERR)) : line);
    }

    /** Shows progress in the last line of the terminal, as wide as that is now. */
    void show(TerminalOutput shown, Progress progress) {
        try {
            shown.progress(progress.fit(TerminalColumns.of(STDERR) - ROOM_FOR_INTERRUPT));
        } catch (IOException e) {
            // the terminal is gone; the migration goes on without it
        }
    }

    /** Removes the progress; nothing more is shown of it. */
    void endProgress() {
        terminal.ifPresent(shown -> {
            try {
                shown.endProgress();
            } catch (IOException e) {
                // the terminal is gone, and the progress with it
            }
        });
    }

    /** Removes the progress. */
    void clear() {
        terminal.ifPresent(shown -> {
            try {
                shown.progress("");
            } catch (IOException e) {
                // the terminal is gone, and the progress with it
            }
        });
    }
}
