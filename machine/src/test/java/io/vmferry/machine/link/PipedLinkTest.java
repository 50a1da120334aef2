package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.net.SocketFamily;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pipes as links: one way, and the end of the file is the end of the stream. */
class PipedLinkTest {

    private TestLoop test = new TestLoop(true);
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

    private Link out(Descriptor descriptor) {
        return await(test.connect(Descriptors.named("out", descriptor, false)));
    }

    private Link in(Descriptor descriptor) throws Exception {
        var accepted = new CompletableFuture<Link>();
        test.listen(Descriptors.named("in", descriptor, false), accepted::complete);
        return await(accepted);
    }

    @Test
    void carriesEveryByteInOrderAndThenTheEnd() throws Exception {
        byte[] sent = new byte[6 << 20];
        new SplittableRandom(7).nextBytes(sent);
        Descriptors.Pipe pipe = Descriptors.pipe();
        Link near = out(pipe.writing());
        Link far = in(pipe.reading());
        var receiver = new RecordingListener();
        var drained = new CompletableFuture<Void>();
        test.run(() -> {
            far.attach(receiver);
            new Sender(near, sent, 7, drained).start();
        });

        await(drained);
        test.run(near::close);
        assertThat(await(receiver.closed)).isEmpty();
        assertThat(Arrays.equals(receiver.bytes.toByteArray(), sent)).as("seed 7").isTrue();
        assertThat(near.oneWay()).isTrue();
        assertThat(far.oneWay()).isTrue();
        test.run(far::close);
        assertThat(test.unexpected).isEmpty();
    }

    @Test
    void holdsInputWhileReadingIsOff() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        Link near = out(pipe.writing());
        Link far = in(pipe.reading());
        var receiver = new RecordingListener();
        test.run(() -> {
            far.attach(receiver);
            far.reading(false);
            near.write(Unpooled.copiedBuffer("later", UTF_8));
            near.close();
        });
        test.settle();
        assertThat(test.on(receiver.bytes::size)).isZero();
        assertThat(receiver.closed).isNotDone();

        test.run(() -> far.reading(true));
        assertThat(await(receiver.closed)).isEmpty();
        assertThat(receiver.bytes.toString(UTF_8)).isEqualTo("later");
        test.run(far::abort);
    }

    @Test
    void isNotWritableWhileNobodyReads() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        Link near = out(pipe.writing());
        var again = new CompletableFuture<Void>();
        var listener = new RecordingListener();
        listener.onWritable = () -> again.complete(null);
        test.run(() -> {
            near.attach(listener);
            for (int chunk = 0; chunk < 8; chunk++) {
                near.write(Unpooled.directBuffer().writeZero(1 << 20));
            }
            near.flush();
        });
        assertThat(test.on(near::writable)).isFalse();
        Link far = in(pipe.reading());
        test.run(() -> far.attach(new RecordingListener()));
        await(again);
        test.run(() -> {
            near.abort();
            far.abort();
        });
    }

    @Test
    void aReaderThatIsGoneBreaksItAtTheNextByte() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        pipe.reading().close();
        Link near = out(pipe.writing());
        var listener = new RecordingListener();
        test.run(() -> {
            near.attach(listener);
            near.write(Unpooled.copiedBuffer("x", UTF_8));
            near.flush();
        });
        assertThat(await(listener.closed).orElseThrow()).hasMessage("Broken pipe");
        var drained = new CompletableFuture<Void>();
        test.run(() -> near.whenDrained(() -> drained.complete(null)));
        test.settle();
        assertThat(drained).isNotDone();
        // nothing is left to be sent
        test.run(near::close);
    }

    /** Who is told of the break does not close what has closed itself, as with a socket. */
    @Test
    void aBreakClosesIt() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        pipe.reading().close();
        Link near = out(pipe.writing());
        var listener = new RecordingListener();
        test.run(() -> {
            near.attach(listener);
            near.write(Unpooled.copiedBuffer("a", UTF_8));
            near.flush();
        });
        assertThat(await(listener.closed)).isPresent();
        assertThat(Descriptors.open("pipe:")).isEqualTo(pipesBefore);
    }

    /** Its descriptors are those of a program that has failed, which no end of a stream awaits. */
    @Test
    void outputThatCannotLeaveAfterTheEndDoesNotKeepItOpen() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        Link near = out(pipe.writing());
        test.run(() -> {
            near.attach(new RecordingListener());
            near.write(Unpooled.directBuffer().writeZero(8 << 20));
            near.flush();
            near.close();
        });
        pipe.reading().close();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (Descriptors.open("pipe:") != pipesBefore && System.nanoTime() < end) {
            test.settle();
        }
        assertThat(Descriptors.open("pipe:")).isEqualTo(pipesBefore);
    }

    @Test
    void theWrongEndForOutputFailsAtTheFirstByte() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        Link near = out(pipe.reading());
        var listener = new RecordingListener();
        test.run(() -> {
            near.attach(listener);
            near.write(Unpooled.copiedBuffer("x", UTF_8));
        });
        assertThat(await(listener.closed).orElseThrow()).hasMessage("Bad file descriptor");
        test.run(near::abort);
        pipe.writing().close();
    }

    @Test
    void theWrongEndForInputHasEndedAtOnce() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        Link far = in(pipe.writing());
        var listener = new RecordingListener();
        test.run(() -> far.attach(listener));
        assertThat(await(listener.closed).orElseThrow()).hasMessage("Bad file descriptor");
        test.run(far::abort);
        pipe.reading().close();
    }

    @Test
    void whatIsAbandonedBeforeItsOutputHasLeftIsClosedAllTheSame() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        Link near = out(pipe.writing());
        test.run(() -> {
            near.write(Unpooled.directBuffer().writeZero(4 << 20));
            near.flush();
            near.abort();
        });
        pipe.reading().close();
        assertThat(test.unexpected).isEmpty();
    }
}
