package io.vmferry.lab.docker;

import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;

/**
 * The Docker engine of this machine. It must be here, for the tests reach monitors by sockets in
 * folders that they share with containers, and look at network namespaces.
 */
final class ContainerEngine implements ExecutionCondition, BeforeAllCallback {

    private static final String UNIX = "unix://";
    private static final String USUAL = UNIX + "/var/run/docker.sock";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return obstacle()
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("a Docker engine answers"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // once for all classes; removed when the last test is over
        context.getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(ContainerEngine.class))
                .computeIfAbsent(Images.class, _ -> Images.build(), Images.class);
    }

    private static Optional<String> obstacle() {
        String host = Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse(USUAL);
        if (!host.startsWith(UNIX)) {
            return Optional.of("DOCKER_HOST=" + host + " is no engine on this machine");
        }
        Path socket = Path.of(host.substring(UNIX.length()));
        if (!Files.exists(socket)) {
            return Optional.of(
                    "no Docker engine at %s; as root, eval \"$(scripts/docker/engine start)\" starts one"
                            .formatted(socket));
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            if (!channel.isConnected()) {
                return Optional.of("no connection to " + socket);
            }
        } catch (IOException e) {
            return Optional.of("no Docker engine answers at " + socket + ": " + e.getMessage());
        }
        return ChildProcess.installed("docker")
                ? Optional.empty()
                : Optional.of("no docker on the PATH to build the images with");
    }
}
