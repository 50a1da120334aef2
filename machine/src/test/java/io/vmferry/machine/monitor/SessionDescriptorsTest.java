package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors wait their turn between the commands of a session. */
class SessionDescriptorsTest {

    @TempDir Path directory;

    private final List<Integer> taken = new ArrayList<>();
    private Path file;
    private TestSession test;

    @BeforeEach
    void open() throws IOException {
        file = Files.writeString(directory.resolve("file"), "content");
        test =
                TestSession.negotiated(
                        TestSession.idleCommands()
                                .add(
                                        "take",
                                        (arguments, reply) -> {
                                            try (Descriptor next =
                                                    reply.client().descriptors().next()) {
                                                taken.add(next.number());
                                            } catch (IOException e) {
                                                taken.add(-1);
                                            }
                                            reply.success();
                                        })
                                .build());
    }

    @AfterEach
    void nothingIsLeft() {
        test.session.closed();
        assertThat(TestDescriptors.openOn(file)).as("descriptors left").isZero();
    }

    private int receive() {
        Descriptor descriptor = TestDescriptors.open(file, Descriptor.O_RDONLY);
        int number = descriptor.number();
        test.session.received(List.of(descriptor));
        return number;
    }

    @Test
    void aCommandThatWaitsGetsWhatCameBeforeIt() {
        test.send("{'execute':'take'}");
        int second = receive();
        test.send("{'execute':'take'}");
        int third = receive();
        test.send("{'execute':'take'}");
        test.settle();
        assertThat(taken).containsExactly(-1, second, third);
    }

    @Test
    void whatNoCommandCanWantAnyMoreIsClosedAtOnce() {
        test.send("{'execute':'query-name'}");
        receive();
        receive();
        receive();
        assertThat(TestDescriptors.openOn(file)).isEqualTo(1);
        test.settle();
        assertThat(TestDescriptors.openOn(file)).isEqualTo(1);
    }

    @Test
    void aSessionThatEndsClosesWhatWaits() {
        receive();
        test.send("{'execute':'query-name'}");
        receive();
        test.send("{'execute':'take'}");
        receive();
        test.session.closed();
        receive();
        assertThat(TestDescriptors.openOn(file)).isZero();
        test.settle();
        assertThat(taken).isEmpty();
    }
}
