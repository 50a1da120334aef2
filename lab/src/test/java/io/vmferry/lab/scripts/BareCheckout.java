package io.vmferry.lab.scripts;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A checkout that is not built, on a machine that has the usual tools, but no Java and no Maven.
 */
final class BareCheckout {

    private static final List<String> TOOLS =
            List.of(
                    "basename",
                    "bash",
                    "cat",
                    "chmod",
                    "curl",
                    "cut",
                    "dirname",
                    "env",
                    "flock",
                    "grep",
                    "gzip",
                    "head",
                    "mkdir",
                    "mktemp",
                    "mv",
                    "readlink",
                    "rm",
                    "rmdir",
                    "sed",
                    "sh",
                    "sha256sum",
                    "sort",
                    "tail",
                    "tar",
                    "tr",
                    "uname",
                    "wget");

    private final Path place;
    private final Path bin;
    private int runs;

    /** What a run of a script has left. */
    record Ended(int exitCode, String stdout, String stderr) {}

    BareCheckout(Path place) throws IOException {
        this.place = place;
        bin = Files.createDirectories(place.resolve("bin"));
        for (String tool : TOOLS) {
            for (Path folder : List.of(Path.of("/usr/bin"), Path.of("/bin"))) {
                if (Files.isExecutable(folder.resolve(tool)) && !Files.exists(bin.resolve(tool))) {
                    program(tool, "exec %s \"$@\"".formatted(folder.resolve(tool)));
                }
            }
        }
        Path here = Objects.requireNonNull(Nodes.scripts().getParent());
        copy(here, "scripts/lib");
        copy(here, ".mvn/wrapper");
        copy(here, "mvnw");
    }

    private void copy(Path here, String name) throws IOException {
        Path from = here.resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = root().resolve(here.relativize(file));
                Files.createDirectories(Objects.requireNonNull(to.getParent()));
                Files.copy(file, to);
            }
        }
    }

    /** The folder of the checkout. */
    Path root() {
        return place.resolve("checkout");
    }

    /** Makes a program of the PATH, a script of the shell. */
    void program(String name, String script) throws IOException {
        executable(bin.resolve(name), script);
    }

    /** Makes a folder that says of itself to be a JDK of some release. */
    Path jdk(String name, int release) throws IOException {
        Path home = Files.createDirectories(place.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        executable(home.resolve("bin/java"), "exit 0");
        executable(home.resolve("bin/javac"), "exit 0");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + release + ".0.1\"\n");
        return home;
    }

    private static void executable(Path file, String script) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, "#!/bin/sh\n" + script + "\n", StandardOpenOption.CREATE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Packs a folder as a distribution is packed: with one folder above its files. */
    Path packed(Path folder) throws IOException, InterruptedException {
        Path archive = place.resolve(folder.getFileName() + ".tar.gz");
        ChildProcess tar =
                ChildProcess.start(
                        place,
                        "tar",
                        List.of(
                                "tar",
                                "-czf",
                                archive.toString(),
                                "-C",
                                place.toString(),
                                folder.getFileName().toString()));
        try (tar) {
            if (tar.exitCode() != 0) {
                throw new IOException(tar.stderr());
            }
        }
        return archive;
    }

    /** Runs a line of the shell after the functions of the scripts are there. */
    Ended run(String line, Map<String, String> variables) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "-i", "PATH=" + bin));
        command.add("HOME=" + place.resolve("home"));
        variables.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(
                List.of(
                        "bash",
                        "-euo",
                        "pipefail",
                        "-c",
                        """
                        source "$0/scripts/lib/common.sh"
                        # not those of the machine that tests
                        java_places=("$jdk_place")
                        %s
                        """
                                .formatted(line),
                        root().toString()));
        try (ChildProcess shell = ChildProcess.start(place, "run" + runs++, command)) {
            return new Ended(shell.exitCode(), shell.stdout(), shell.stderr());
        }
    }
}
