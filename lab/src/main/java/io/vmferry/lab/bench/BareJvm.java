package io.vmferry.lab.bench;

import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cold JVMs for programs that do a single thing, to show what the machine allows. */
final class BareJvm {

    /** Those of the daemons that matter to a short life. */
    static final List<String> DAEMON_OPTIONS =
            List.of(
                    "-Xms16m",
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "--enable-native-access=ALL-UNNAMED");

    private BareJvm() {}

    /** Starts the {@code main} of a class with the class path of this process. */
    static ChildProcess start(
            Path folder, String name, List<String> options, Class<?> program, Object... arguments)
            throws IOException {
        return ChildProcess.start(folder, name, command(options, program, arguments));
    }

    static List<String> command(List<String> options, Class<?> program, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return command;
    }
}
