package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.net.SocketFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs as links: their standard input and output, their failures and their end. */
class ProgramLinkTest {

    @TempDir Path directory;

    private final TestLoop test = new TestLoop(true);
    private long pipesBefore;

    @BeforeEach
    void count() throws Exception {
        assumeTrue(test.loop.family() == SocketFamily.EPOLL, "needs epoll");
        pipesBefore = Descriptors.open("pipe:");
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        test.settle();
        assertThat(Descriptors.open("pipe:")).as("pipes before and after").isEqualTo(pipesBefore);
        test.close();
    }

    private Link shell(String command) {
        return await(test.connect(MigrationAddress.Exec.shell(command)));
    }

    /** The one process that has been started for a link. */
    private static ProcessHandle child(String mark) {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(mark))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatGoesInComesOut() {
        Link link = shell("cat");
        var listener = new RecordingListener(5);
        test.run(() -> {
            link.attach(listener);
            link.write(Unpooled.copiedBuffer("hello", UTF_8));
            link.flush();
        });
        await(listener.enough());
        assertThat(test.on(() -> listener.bytes.toString(UTF_8))).isEqualTo("hello");
        assertThat(link.oneWay()).isFalse();
        test.run(link::close);
    }

    @Test
    void theEndOfTheOutputIsTheEndOfTheStream() throws Exception {
        var accepted = new CompletableFuture<Link>();
        test.listen(
                new MigrationAddress.Exec(List.of("/bin/sh", "-c", "echo stream")),
                accepted::complete);
        Link link = await(accepted);
        var listener = new RecordingListener();
        test.run(() -> link.attach(listener));
        assertThat(await(listener.closed)).isEmpty();
        assertThat(listener.bytes.toString(UTF_8)).isEqualTo("stream\n");
        test.run(link::close);
    }

    /** A program that does not read answers, as {@code cat FILE}, still has a stream to give. */
    @Test
    void answersThatNobodyReadsDoNotEndTheStream() throws Exception {
        var accepted = new CompletableFuture<Link>();
        test.listen(
                MigrationAddress.Exec.shell("exec <&-; echo begun; exec seq 100000"),
                accepted::complete);
        Link link = await(accepted);
        var listener = new RecordingListener("begun".length());
        test.run(() -> link.attach(listener));
        await(listener.enough());
        var again = new CompletableFuture<Void>();
        test.run(() -> {
            listener.onWritable = () -> again.complete(null);
            link.write(Unpooled.directBuffer().writeZero(2 << 20));
            assertThat(link.writable()).isFalse();
            link.flush();
        });
        await(again);
        assertThat(test.on(link::writable)).isTrue();
        assertThat(await(listener.closed)).isEmpty();
        assertThat(listener.bytes.toString(UTF_8)).endsWith("99999\n100000\n");
        test.run(link::close);
    }

    @Test
    void anOrderlyEndWaitsForNobodyAndLosesNothing() throws Exception {
        Path copy = directory.resolve("copy");
        Path done = directory.resolve("done");
        Link link = shell("cat > %s; mv %s %s".formatted(copy, copy, done));
        Optional<ProcessHandle> child = Optional.of(child(done.toString()));
        test.run(() -> {
            link.write(Unpooled.directBuffer().writeZero(3 << 20));
            link.close();
        });
        child.get().onExit().get(TestLoop.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(Files.size(done)).isEqualTo(3 << 20);
    }

    @Test
    void aProgramThatHangsIsEndedWithItsLink() throws Exception {
        Link link = shell("exec sleep 1000.125");
        ProcessHandle child = child("1000.125");
        test.run(link::abort);
        child.onExit().get(TestLoop.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void aProgramThatIgnoresTheRequestIsKilled() throws Exception {
        Link link = shell("trap '' TERM; echo trapped; while :; do sleep 0.0625; done");
        ProcessHandle child = child("0.0625");
        var listener = new RecordingListener("trapped".length());
        test.run(() -> link.attach(listener));
        await(listener.enough());
        test.run(link::abort);
        child.onExit().get(TestLoop.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void aProgramMayCloseItsOutputAndReadOn() throws Exception {
        Path copy = directory.resolve("copy");
        Link link = shell("exec cat > " + copy);
        var listener = new RecordingListener();
        var drained = new CompletableFuture<Void>();
        test.run(() -> {
            link.attach(listener);
            link.reading(false);
            link.write(Unpooled.copiedBuffer("more", UTF_8));
            link.whenDrained(() -> drained.complete(null));
        });
        await(drained);
        assertThat(link.endsSeparately()).isTrue();
        assertThat(listener.closed).isNotDone();
        test.run(link::close);
    }

    @Test
    void outputThatFailsAfterTheInputHasEndedIsReported() {
        Link link = shell("exec >&-; exec head -c 1 >/dev/null");
        var ended = new RecordingListener();
        test.run(() -> link.attach(ended));
        assertThat(await(ended.closed)).isEmpty();
        var failed = new RecordingListener();
        test.run(() -> {
            link.attach(failed);
            link.write(Unpooled.wrappedBuffer(new byte[1 << 20]));
            link.flush();
        });
        assertThat(await(failed.closed)).isPresent();
        test.run(link::abort);
    }

    @Test
    void aProgramThatEndsEndsItsLink() {
        Link link = shell("exit 3");
        var listener = new RecordingListener();
        test.run(() -> link.attach(listener));
        assertThat(await(listener.closed)).isEmpty();
        test.run(link::abort);
    }

    @ParameterizedTest
    @CsvSource({"nosuch", "/nosuch", "''"})
    void aProgramThatIsNotThereIsNamed(String program) {
        var address = new MigrationAddress.Exec(List.of(program));
        String message =
                "Failed to execute child process \u201c%s\u201d (No such file or directory)"
                        .formatted(program);
        assertThatThrownBy(() -> test.connect(address).get()).cause().hasMessage(message);
        assertThatThrownBy(() -> test.listen(address, link -> {})).hasMessage(message);
    }

    @Test
    void allAreEndedWithTheProcess() throws Exception {
        Link link = shell("exec sleep 1000.25");
        ProcessHandle child = child("1000.25");
        test.transport.endPrograms();
        child.onExit().get(TestLoop.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(child.isAlive()).isFalse();
        test.run(link::abort);
    }

    @Test
    void whatAProgramHasStartedEndsWithTheProcessToo() throws Exception {
        Link link = shell("trap '' TERM; sleep 1000.375 & echo begun; wait");
        var listener = new RecordingListener("begun".length());
        test.run(() -> link.attach(listener));
        await(listener.enough());
        ProcessHandle program = child("1000.375");
        List<ProcessHandle> started = program.descendants().toList();
        assertThat(started).isNotEmpty();
        // a link that is closed does not hide its program
        test.run(link::abort);
        test.transport.endPrograms();
        test.transport.awaitPrograms();
        for (ProcessHandle ended : started) {
            ended.onExit().get(TestLoop.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        program.onExit().get(TestLoop.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void theEndOfTheProcessWaitsForAProgramThatHasTheWholeStream() throws Exception {
        Path copy = directory.resolve("copy");
        Path done = directory.resolve("done");
        Link link = shell("cat > %s; sleep 0.25; mv %s %s".formatted(copy, copy, done));
        test.run(() -> {
            link.write(Unpooled.directBuffer().writeZero(1 << 20));
            link.close();
        });
        ProcessHandle program = child(done.toString());
        while (Files.notExists(copy) || Files.size(copy) < 1 << 20) {
            test.settle();
        }
        test.settle();
        test.transport.endPrograms();
        test.transport.awaitPrograms();
        assertThat(program.isAlive()).isFalse();
        assertThat(Files.size(done)).isEqualTo(1 << 20);
    }
}
