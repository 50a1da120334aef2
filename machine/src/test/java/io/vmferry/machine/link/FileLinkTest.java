package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.descriptor.TestDescriptors;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLinkTest {

    @TempDir Path directory;

    private final TestLoop test = new TestLoop(true);

    @AfterEach
    void closeLoop() {
        test.close();
    }

    @Test
    void writesFromTheOffsetOnAndReadsItBack() throws Exception {
        byte[] content = new byte[(5 << 20) + 123];
        new SplittableRandom(3).nextBytes(content);
        Path path = directory.resolve("stream");
        Files.writeString(path, "headerOLD CONTENT");
        var address = new MigrationAddress.File(path, 6);

        write(await(test.connect(address)), content);
        byte[] whole = Files.readAllBytes(path);
        assertThat(new String(whole, 0, 6, java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("header");
        assertThat(Arrays.equals(whole, 6, whole.length, content, 0, content.length))
                .as("seed 3")
                .isTrue();

        var accepted = new CompletableFuture<Link>();
        test.listen(address, accepted::complete);
        Link reader = await(accepted);
        var receiver = new RecordingListener();
        test.run(() -> {
            reader.attach(receiver);
            reader.reading(false);
        });
        test.settle();
        assertThat(test.on(receiver.bytes::size)).isZero();

        test.run(() -> reader.reading(true));
        assertThat(await(receiver.closed)).isEmpty();
        assertThat(Arrays.equals(receiver.bytes.toByteArray(), content)).as("seed 3").isTrue();
    }

    @Test
    void asksTheWriterToWaitWhileTheDiskLags() {
        Link link = await(test.connect(new MigrationAddress.File(directory.resolve("f"), 0)));
        var again = new CompletableFuture<Void>();
        test.run(() -> {
            var listener = new RecordingListener();
            listener.onWritable = () -> again.complete(null);
            link.attach(listener);
            link.write(Unpooled.wrappedBuffer(new byte[1 << 20]));
            assertThat(link.writable()).isFalse();
        });
        await(again);
        assertThat(test.on(link::writable)).isTrue();
        test.run(link::abort);
    }

    @Test
    void aFullDiskIsOneShortLine() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "needs /dev/full");
        Link link = await(test.connect(new MigrationAddress.File(full, 0)));
        var listener = new RecordingListener();
        var drained = new CompletableFuture<Void>();
        test.run(() -> {
            link.attach(listener);
            link.write(Unpooled.wrappedBuffer(new byte[100]));
            link.whenDrained(() -> drained.complete(null));
        });
        assertThat(await(listener.closed).orElseThrow()).hasMessage("No space left on device");
        assertThat(drained).isNotDone();
        assertThat(test.on(link::writable)).isFalse();
    }

    @Test
    void aMemberOfADescriptorSetIsWrittenAndReadFromTheOffsetOn() throws Exception {
        Path path = Files.writeString(directory.resolve("f"), "header and more");
        var sets = new DescriptorSets(Profile.DEFAULT, test.loop, () -> true);
        var transport = new NettyTransport(test.loop, sets, false);
        var address = new MigrationAddress.File(Path.of("/dev/fdset/3"), 6);
        Descriptor writing = TestDescriptors.open(path, Descriptor.O_WRONLY);
        test.on(() -> sets.add(writing, OptionalLong.of(3), Optional.empty()));
        var connected = new CompletableFuture<Link>();
        transport.connect(address, connected::complete, connected::completeExceptionally);
        Link link = await(connected);
        var drained = new CompletableFuture<Void>();
        test.run(() -> {
            link.write(Unpooled.copiedBuffer("abc", UTF_8));
            link.whenDrained(() -> drained.complete(null));
        });
        await(drained);
        test.run(link::close);
        assertThat(Files.readString(path)).isEqualTo("headerabc");

        var refused = new CompletableFuture<Link>();
        transport.listen(address, refused::complete, _ -> {}, refused::completeExceptionally);
        assertThatThrownBy(refused::get)
                .cause()
                .hasMessage("Failed to find file descriptor with matching flags=0x0");

        Descriptor reading = TestDescriptors.open(path, Descriptor.O_RDONLY);
        test.on(() -> sets.add(reading, OptionalLong.of(3), Optional.empty()));
        var accepted = new CompletableFuture<Link>();
        transport.listen(address, accepted::complete, _ -> {}, accepted::completeExceptionally);
        Link reader = await(accepted);
        var receiver = new RecordingListener();
        test.run(() -> reader.attach(receiver));
        assertThat(await(receiver.closed)).isEmpty();
        assertThat(receiver.bytes.toString(UTF_8)).isEqualTo("abc");
        test.on(() -> {
            sets.remove(3, OptionalLong.empty());
            return true;
        });
    }

    /** A set for a test, of one member. */
    private NettyTransport withSet(Descriptor member) {
        var sets = new DescriptorSets(Profile.DEFAULT, test.loop, () -> true);
        test.on(() -> sets.add(member, OptionalLong.of(1), Optional.empty()));
        return new NettyTransport(test.loop, sets, false);
    }

    private static MigrationAddress set(long offset) {
        return new MigrationAddress.File(Path.of("/dev/fdset/1"), offset);
    }

    @Test
    void aMemberThatIsNoFileIsRefusedInQemusWords() {
        var out = withSet(TestDescriptors.open(Path.of("/dev/null"), Descriptor.O_WRONLY));
        var refused = new CompletableFuture<Link>();
        out.connect(set(16), refused::complete, refused::completeExceptionally);
        assertThatThrownBy(refused::get)
                .cause()
                .hasMessage("failed to truncate migration file to offset 10: Invalid argument");

        List<Descriptor> pipe = TestDescriptors.pipe();
        var in = withSet(pipe.getFirst());
        var seeking = new CompletableFuture<Link>();
        in.listen(set(16), seeking::complete, _ -> {}, seeking::completeExceptionally);
        assertThatThrownBy(seeking::get)
                .cause()
                .hasMessage("Unable to seek to offset 16 whence 0 in file: Illegal seek");
        pipe.forEach(Descriptor::close);
    }

    @Test
    void aPipeThatIsAMemberIsReadFromItsBeginning() throws Exception {
        List<Descriptor> pipe = TestDescriptors.pipe();
        TestDescriptors.write(pipe.getLast(), "through");
        pipe.getLast().close();
        var accepted = new CompletableFuture<Link>();
        withSet(pipe.getFirst())
                .listen(set(0), accepted::complete, _ -> {}, accepted::completeExceptionally);
        Link reader = await(accepted);
        var receiver = new RecordingListener();
        test.run(() -> reader.attach(receiver));
        assertThat(await(receiver.closed)).isEmpty();
        assertThat(receiver.bytes.toString(UTF_8)).isEqualTo("through");
        pipe.getFirst().close();
    }

    @Test
    void anAbortEndsAWaitForATerminal() throws Exception {
        Path terminal = Path.of("/dev/ptmx");
        assumeTrue(Files.exists(terminal), "needs /dev/ptmx");
        var accepted = new CompletableFuture<Link>();
        test.listen(
                Descriptors.named("in", TestDescriptors.open(terminal, Descriptor.O_RDWR), true),
                accepted::complete);
        Link reader = await(accepted);
        Link writer =
                await(
                        test.connect(
                                Descriptors.named(
                                        "out",
                                        TestDescriptors.open(terminal, Descriptor.O_RDWR),
                                        true)));
        assertThat(TestDescriptors.openOn(terminal)).isEqualTo(2);
        assertThat(reader.readsFile()).as("it is not taken for a pipe").isTrue();
        test.run(() -> {
            reader.attach(new RecordingListener());
            writer.write(Unpooled.directBuffer().writeZero(1 << 20));
            reader.abort();
            writer.abort();
        });
        long end = System.nanoTime() + TestLoop.PATIENCE.toNanos();
        while (TestDescriptors.openOn(terminal) > 0 && System.nanoTime() < end) {
            test.settle();
        }
        assertThat(TestDescriptors.openOn(terminal)).isZero();
    }

    /** As QEMU, whose process then ends by what it has read. */
    @Test
    void aDirectoryAndADeviceAreReadWhereThatIsWanted() throws Exception {
        var sets = new DescriptorSets(Profile.DEFAULT, test.loop, () -> true);
        var transport = new NettyTransport(test.loop, sets, true);
        assertThat(endOf(transport, directory).orElseThrow()).hasMessage("Is a directory");
        assertThat(endOf(transport, Path.of("/dev/null"))).isEmpty();

        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        var refused = new CompletableFuture<Link>();
        transport.listen(
                new MigrationAddress.File(fifo, 0),
                refused::complete,
                _ -> {},
                refused::completeExceptionally);
        assertThatThrownBy(refused::get).cause().hasMessageContaining("FIFO");
    }

    private Optional<IOException> endOf(NettyTransport transport, Path path) {
        var accepted = new CompletableFuture<Link>();
        transport.listen(
                new MigrationAddress.File(path, 0),
                accepted::complete,
                _ -> {},
                accepted::completeExceptionally);
        Link reader = await(accepted);
        var receiver = new RecordingListener();
        test.run(() -> reader.attach(receiver));
        return await(receiver.closed);
    }

    @Test
    void saysWhatIsWrongWithThePath() {
        var missing = new MigrationAddress.File(directory.resolve("missing"), 0);
        assertThatThrownBy(() -> test.listen(missing, link -> {}))
                .hasMessage("Could not open '" + missing.path() + "': No such file or directory");

        var noDirectory = new MigrationAddress.File(directory.resolve("no/where"), 0);
        assertThatThrownBy(() -> test.connect(noDirectory).get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessage(
                        "Could not create '" + noDirectory.path() + "': No such file or directory");

        var folder = new MigrationAddress.File(directory, 0);
        assertThatThrownBy(() -> test.listen(folder, link -> {}))
                .hasMessage("Could not open '" + folder.path() + "': Not a regular file");
        assertThatThrownBy(() -> test.connect(folder).get())
                .cause()
                .hasMessage("Could not create '" + folder.path() + "': Is a directory");
    }

    private void write(Link link, byte[] content) {
        var drained = new CompletableFuture<Void>();
        test.run(() -> {
            for (int at = 0; at < content.length; at += 100_000) {
                int size = Math.min(100_000, content.length - at);
                link.write(Unpooled.wrappedBuffer(content, at, size));
            }
            link.whenDrained(() -> drained.complete(null));
        });
        await(drained);
        test.run(link::close);
    }

    /** More than the kernel can count to in a file is refused when the file is open already. */
    @Test
    void aFileThatHasNoSuchOffsetIsClosed() throws Exception {
        Path path = Files.writeString(directory.resolve("stream"), "content");
        var address = new MigrationAddress.File(path, Long.MAX_VALUE);
        var sets = new DescriptorSets(Profile.QEMU_11_1, Runnable::run, () -> true);
        assertThatThrownBy(() -> OpenedFiles.toRead(sets, address, false))
                .hasMessageContaining("Invalid argument");
        assertThatThrownBy(() -> OpenedFiles.toWrite(sets, address))
                .hasMessageContaining("Invalid argument");
        assertThat(TestDescriptors.openOn(path)).isZero();
    }
}
