package io.vmferry.lab.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process that a test starts and ends, with its output. */
public final class ChildProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;
    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s*(\\d+) kB$");

    private final Process process;
    private final Path stdout;
    private final Path stderr;

    private ChildProcess(Process process, Path stdout, Path stderr) {
        this.process = process;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** Starts a command; its output goes to files in {@code directory}. */
    public static ChildProcess start(Path directory, String name, List<String> command)
            throws IOException {
        return start(directory, name, Path.of(""), command);
    }

    /** Starts a command in a working directory; its output goes to files in {@code directory}. */
    public static ChildProcess start(
            Path directory, String name, Path workingDirectory, List<String> command)
            throws IOException {
        Path stdout = directory.resolve(name + ".out");
        Path stderr = directory.resolve(name + ".err");
        Process process =
                new ProcessBuilder(command)
                        .directory(workingDirectory.toAbsolutePath().toFile())
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile())
                        .start();
        return new ChildProcess(process, stdout, stderr);
    }

    /** Whether a program is on the PATH. */
    public static boolean installed(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name).toFile())
                .anyMatch(File::canExecute);
    }

    public Process process() {
        return process;
    }

    public String stdout() throws IOException {
        return Files.readString(stdout);
    }

    public String stderr() throws IOException {
        return Files.readString(stderr);
    }

    /** Waits for the end and returns the exit code. */
    public int exitCode() throws IOException, InterruptedException {
        return exitCode(PATIENCE_SECONDS);
    }

    /** Waits so long for the end and returns the exit code. */
    public int exitCode(long patienceSeconds) throws IOException, InterruptedException {
        if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
            throw new AssertionError(
                    "Still running after " + patienceSeconds + " s:\n" + stdout() + stderr());
        }
        return process.exitValue();
    }

    /** Waits until a file exists, such as the socket of a monitor. */
    public void awaitFile(Path file) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(file)) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "Ended with " + process.exitValue() + " before " + file + ":\n" + stderr());
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("No " + file + " within " + PATIENCE_SECONDS + " s");
            }
        }
    }

    /** Waits until a line of stdout matches, and returns the match. */
    public Matcher awaitLine(Pattern line) throws IOException, InterruptedException {
        return awaitLine(stdout, line);
    }

    /** Waits until a line of stderr, where the log goes, matches, and returns the match. */
    public Matcher awaitLogLine(Pattern line) throws IOException, InterruptedException {
        return awaitLine(stderr, line);
    }

    private Matcher awaitLine(Path output, Pattern line) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            boolean over = process.waitFor(5, TimeUnit.MILLISECONDS);
            Optional<Matcher> found =
                    Files.readString(output)
                            .lines()
                            .map(line::matcher)
                            .filter(Matcher::matches)
                            .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            if (over || System.nanoTime() > end) {
                throw new AssertionError(
                        "No line '%s' %s:\n%s%s"
                                .formatted(
                                        line,
                                        over
                                                ? "before the end with " + process.exitValue()
                                                : "within " + PATIENCE_SECONDS + " s",
                                        stdout(),
                                        stderr()));
            }
        }
    }

    /** The peak of resident memory, VmHWM of the kernel: everything, mapped files included. */
    public long peakResidentBytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        Matcher peak = PEAK.matcher(Files.readString(status));
        if (!peak.find()) {
            throw new AssertionError("No VmHWM in " + status);
        }
        return Long.parseLong(peak.group(1)) << 10;
    }

    /** Ends the process as SIGKILL does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        kill();
    }
}
