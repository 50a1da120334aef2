package io.vmferry.lab.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real QEMU with machine {@code none}: RAM in one block called {@code ram}, no vCPU, a monitor on
 * a UNIX socket that runs commands as soon as the QEMU is said to be started.
 */
public final class Qemu {

    static final String PROGRAM = "qemu-system-x86_64";

    private Qemu() {}

    /** Whether a QEMU is installed on this machine. */
    public static boolean installed() {
        return ChildProcess.installed(PROGRAM);
    }

    /** A guest whose RAM begins with the content of a file; the file itself is not written. */
    public static ChildProcess withImage(
            Path directory, String name, int mebibytes, Path image, String... arguments)
            throws IOException, InterruptedException {
        return start(directory, name, mebibytes, imageBackend(mebibytes, image), arguments);
    }

    /**
     * As {@link #withImage}, and all of the RAM is allocated and filled before the monitor opens.
     */
    public static ChildProcess withTouchedImage(
            Path directory, String name, int mebibytes, Path image, String... arguments)
            throws IOException, InterruptedException {
        String backend = imageBackend(mebibytes, image) + ",prealloc=on";
        return start(directory, name, mebibytes, backend, arguments);
    }

    /** A guest with empty RAM. */
    public static ChildProcess empty(
            Path directory, String name, int mebibytes, String... arguments)
            throws IOException, InterruptedException {
        return start(directory, name, mebibytes, emptyBackend(mebibytes), arguments);
    }

    /** The monitor's socket of a guest. */
    public static Path monitor(Path directory, String name) {
        return directory.resolve(name + ".qmp");
    }

    private static ChildProcess start(
            Path directory, String name, int mebibytes, String backend, String... arguments)
            throws IOException, InterruptedException {
        Path monitor = monitor(directory, name);
        List<String> command = command(PROGRAM, mebibytes, backend, monitor, arguments);
        return start(directory, name, command, monitor);
    }

    /** Starts a QEMU, which runs commands when this returns. */
    static ChildProcess start(Path directory, String name, List<String> command, Path monitor)
            throws IOException, InterruptedException {
        ChildProcess qemu = ChildProcess.start(directory, name, command);
        try {
            QmpClient.awaitCommands(qemu, monitor);
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            qemu.close();
            throw e;
        }
        return qemu;
    }

    static String imageBackend(int mebibytes, Path image) {
        return "memory-backend-file,id=ram,size=%dM,mem-path=%s,share=off"
                .formatted(mebibytes, image);
    }

    /** RAM that is a file: it holds what anybody stores there. */
    static String sharedBackend(int mebibytes, Path memory) {
        return "memory-backend-file,id=ram,size=%dM,mem-path=%s,share=on"
                .formatted(mebibytes, memory);
    }

    static String emptyBackend(int mebibytes) {
        return "memory-backend-ram,id=ram,size=%dM".formatted(mebibytes);
    }

    /** The command line of a guest. */
    static List<String> command(
            String program, int mebibytes, String backend, Path monitor, String... arguments) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(program, "-M", "none,memory-backend=ram", "-object", backend));
        command.addAll(List.of("-m", mebibytes + "M", "-display", "none", "-nodefaults", "-qmp"));
        command.add("unix:" + monitor + ",server=on,wait=off");
        command.addAll(List.of(arguments));
        return command;
    }
}
