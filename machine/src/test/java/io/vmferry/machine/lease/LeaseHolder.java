package io.vmferry.machine.lease;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that uses a lease on commands of the test. */
final class LeaseHolder implements AutoCloseable {

    /** The file that the other process has locked without the guard. */
    @SuppressWarnings("NullAway.Init") // set by main
    private static FileChannel channel;

    private final Process process;
    private final BufferedReader responses;

    private LeaseHolder(Process process) {
        this.process = process;
        this.responses = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts the process, which does not hold the lease yet. */
    static LeaseHolder on(Path path) throws IOException {
        return new LeaseHolder(
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LeaseHolder.class.getName(),
                                path.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /** The program of the other process: responds to each line of input with one line. */
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        FileLease lease = FileLease.on(path, "holder");
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(
                    switch (line) {
                        case "take" -> lease.take().toString();
                        case "check" -> lease.check().orElse("held");
                        case "look" -> lease.look().toString();
                        case "lock the file alone" -> lockAlone(path);
                        default -> throw new IllegalArgumentException(line);
                    });
        }
    }

    /** Locks the file without the guard until the process ends. */
    private static String lockAlone(Path path) throws IOException {
        channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return channel.tryLock() == null ? "busy" : "locked";
    }

    /** Sends a command to the process and returns its response. */
    String ask(String what) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append(what).append('\n').flush();
        return responses.readLine();
    }

    long pid() {
        return process.pid();
    }

    /** Kills the process and waits until it has exited, so that its files are closed. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
