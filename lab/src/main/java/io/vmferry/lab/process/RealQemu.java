package io.vmferry.lab.process;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A QEMU program of a known version: this machine's own, or one that {@code scripts/real-qemu} has
 * installed.
 */
public record RealQemu(String program) {

    private static final Pattern VERSION =
            Pattern.compile("QEMU emulator version (\\d+\\.\\d+)\\.(\\d+).*");

    /** The QEMU of a profile's version, if it is installed. */
    public static Optional<RealQemu> of(Profile profile) throws IOException, InterruptedException {
        return of(profile.text().substring("qemu-".length()));
    }

    /**
     * The QEMU of a version, if it is installed.
     *
     * @param version {@code 11.1}, or {@code 11} for any of that number
     */
    public static Optional<RealQemu> of(String version) throws IOException, InterruptedException {
        if (ChildProcess.installed(Qemu.PROGRAM) && isVersion(Qemu.PROGRAM, version)) {
            return Optional.of(new RealQemu(Qemu.PROGRAM));
        }
        String script = Nodes.scripts().resolve("real-qemu").toString();
        Optional<String> program = output(script, version.split("\\.")[0], "--cached");
        if (program.isEmpty() || !isVersion(program.get(), version)) {
            return Optional.empty();
        }
        return Optional.of(new RealQemu(program.get()));
    }

    private static boolean isVersion(String program, String version)
            throws IOException, InterruptedException {
        return version(program)
                .filter(found -> (found + ".").startsWith(version + "."))
                .isPresent();
    }

    /** Its version, as {@code 11.1.3}. */
    public String version() throws IOException, InterruptedException {
        return version(program)
                .orElseThrow(() -> new IOException(program + " does not tell its version"));
    }

    /** The profile of its version, if there is one. */
    public Optional<Profile> profile() throws IOException, InterruptedException {
        String version = version();
        return Named.find(Profile.class, "qemu-" + version.substring(0, version.lastIndexOf('.')));
    }

    private static Optional<String> version(String program)
            throws IOException, InterruptedException {
        return output(program, "--version")
                .map(VERSION::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1) + "." + found.group(2));
    }

    /** The first line that a command prints if it succeeds. */
    private static Optional<String> output(String... command)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? text.lines().findFirst() : Optional.empty();
    }

    /** A guest of machine {@code none} whose RAM is a file, which others may store to as well. */
    public ChildProcess startOn(
            Path directory, int mebibytes, Path monitor, Path memory, String... arguments)
            throws IOException, InterruptedException {
        String backend = Qemu.sharedBackend(mebibytes, memory);
        List<String> command = Qemu.command(program, mebibytes, backend, monitor, arguments);
        return Qemu.start(directory, "qemu", command, monitor);
    }

    /**
     * A guest of machine {@code none}.
     *
     * @param image what RAM begins with; without one it is empty, and postcopy can come to it
     */
    public ChildProcess start(
            Path directory, int mebibytes, Path monitor, Optional<Path> image, String... arguments)
            throws IOException, InterruptedException {
        String backend =
                image.map(file -> Qemu.imageBackend(mebibytes, file))
                        .orElseGet(() -> Qemu.emptyBackend(mebibytes));
        List<String> command = Qemu.command(program, mebibytes, backend, monitor, arguments);
        return Qemu.start(directory, "qemu", command, monitor);
    }
}
