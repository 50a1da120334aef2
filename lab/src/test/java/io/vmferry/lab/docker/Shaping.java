package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Traffic control of a container's network, from outside: the images have no tc. */
final class Shaping {

    private static final Pattern NOT_OFFERED =
            Pattern.compile("kind is unknown|not permitted|[Pp]ermission denied");

    private Shaping() {}

    /**
     * Sets the queueing discipline of a node's packets; skips the test where that is not possible.
     *
     * @param discipline in the syntax of tc, {@code netem delay 20ms}
     */
    static void apply(ContainerNode node, String discipline) throws Exception {
        for (String program : List.of("tc", "nsenter")) {
            assumeTrue(ChildProcess.installed(program), program + " is not installed");
        }
        List<String> command = new ArrayList<>();
        command.addAll(List.of("nsenter", "--net=/proc/" + node.pid() + "/ns/net"));
        command.addAll(List.of("tc", "qdisc", "add", "dev", "eth0", "root"));
        command.addAll(List.of(discipline.split(" ", -1)));
        Path output = Files.createTempDirectory("vmferry-tc");
        try (ChildProcess tc = ChildProcess.start(output, "tc", command)) {
            int code = tc.exitCode();
            String reason = tc.stderr().strip();
            assumeFalse(
                    NOT_OFFERED.matcher(reason).find(),
                    "this kernel, or its rights, do not offer '%s': %s"
                            .formatted(discipline, reason));
            assertThat(code).as(reason).isZero();
        } finally {
            Files.deleteIfExists(output.resolve("tc.out"));
            Files.deleteIfExists(output.resolve("tc.err"));
            Files.delete(output);
        }
    }
}
