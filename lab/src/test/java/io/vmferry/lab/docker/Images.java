package io.vmferry.lab.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.DockerClientFactory;

/** The images of both nodes, built as a person builds them but with a tag of the tests' own. */
final class Images implements AutoCloseable {

    /** The name prefix of all the tests' images. */
    static final String TAG = "it-" + ProcessHandle.current().pid();

    /** Enough for a machine that is busy with other tests. */
    private static final long BUILD_SECONDS = 300;

    private Images() {}

    static String source() {
        return "vmferry/source-node:" + TAG;
    }

    static String destination() {
        return "vmferry/dest-node:" + TAG;
    }

    /** Runs {@code scripts/docker/build}. */
    static Images build() {
        try {
            Path output = Files.createTempDirectory("vmferry-images");
            String script = Nodes.scripts().resolve("docker/build").toString();
            try (ChildProcess build =
                    ChildProcess.start(output, "build", List.of(script, "--tag", TAG))) {
                if (build.exitCode(BUILD_SECONDS) != 0) {
                    throw new AssertionError(script + ":\n" + build.stdout() + build.stderr());
                }
            }
            for (String name : List.of("build.out", "build.err", "")) {
                Files.delete(output.resolve(name));
            }
            return new Images();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        var client = DockerClientFactory.instance().client();
        for (String image : List.of(source(), destination(), "vmferry/base:" + TAG)) {
            try {
                client.removeImageCmd(image).withForce(true).exec();
            } catch (NotFoundException e) {
                // never came to be
            }
        }
    }
}
