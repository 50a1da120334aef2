package io.vmferry.lab.docker;

import java.util.List;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ExecInContainerPattern;

/** The result of the health check that is configured in a node's image. */
record Health(long exitCode, String output) {

    static Health check(ContainerNode node) throws Exception {
        List<String> check =
                node.docker()
                        .inspectContainerCmd(node.id())
                        .exec()
                        .getConfig()
                        .getHealthcheck()
                        .getTest();
        // the first word says that no shell is wanted
        String[] command = check.subList(1, check.size()).toArray(String[]::new);
        ExecResult result =
                ExecInContainerPattern.execInContainer(
                        node.docker(),
                        node.docker().inspectContainerCmd(node.id()).exec(),
                        command);
        return new Health(result.getExitCode(), result.getStdout().strip());
    }
}
