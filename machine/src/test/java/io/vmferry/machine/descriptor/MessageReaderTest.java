package io.vmferry.machine.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.descriptor.MessageReader.ReadResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageReaderTest {

    @TempDir Path directory;

    private final List<Descriptor> sockets = TestDescriptors.socketPair();
    private final MessageReader reader = new MessageReader(sockets.getFirst().number(), 64);
    private final Descriptor peer = sockets.getLast();
    private final List<String> heard = new ArrayList<>();
    private final List<Descriptor> received = new ArrayList<>();
    private final MessageReader.MessageSink sink =
            new MessageReader.MessageSink() {
                @Override
                public void bytes(ByteBuffer bytes) {
                    heard.add(StandardCharsets.US_ASCII.decode(bytes).toString());
                }

                @Override
                public void descriptors(List<Descriptor> descriptors) {
                    heard.add("descriptors: " + descriptors.size());
                    received.addAll(descriptors);
                }
            };
    private Path file;
    private Descriptor sent;

    @BeforeEach
    void openFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "content");
        sent = TestDescriptors.open(file, Descriptor.O_RDONLY);
    }

    @AfterEach
    void nothingIsLeft() {
        sockets.forEach(Descriptor::close);
        received.forEach(Descriptor::close);
        sent.close();
        assertThat(TestDescriptors.openOn(file)).as("descriptors left").isZero();
    }

    private ReadResult read() throws DescriptorException {
        return reader.read(sink);
    }

    private void send(String text, int descriptors) throws DescriptorException {
        TestDescriptors.send(peer, text, Collections.nCopies(descriptors, sent));
    }

    @Test
    void nothingIsWaitedFor() throws IOException {
        assertThat(read()).isEqualTo(ReadResult.NOTHING);
        peer.close();
        assertThat(read()).isEqualTo(ReadResult.END);
        assertThat(heard).isEmpty();
    }

    @Test
    void bytesComeAsTheyAre() throws IOException {
        send("one", 0);
        send("two", 0);
        assertThat(read()).isEqualTo(ReadResult.SOMETHING);
        assertThat(heard).containsExactly("onetwo");
        assertThat(read()).isEqualTo(ReadResult.NOTHING);
    }

    @Test
    void descriptorsComeBeforeTheByteThatTheyWereSentWith() throws IOException {
        send("first", 0);
        send("second", 1);
        send("third", 2);
        send("fourth", 0);
        while (read() == ReadResult.SOMETHING) {
            assertThat(heard).isNotEmpty();
        }
        assertThat(String.join("|", heard))
                .isEqualTo("first|descriptors: 1|s|econd|descriptors: 2|t|hirdfourth");
    }

    @Test
    void aMessageThatIsLongerThanAReadHasItsDescriptorsAtItsBeginning() throws IOException {
        send("x".repeat(100), 1);
        while (read() == ReadResult.SOMETHING) {
            assertThat(heard).isNotEmpty();
        }
        assertThat(heard).startsWith("descriptors: 1", "x");
        assertThat(String.join("", heard.subList(1, heard.size()))).isEqualTo("x".repeat(100));
    }

    @Test
    void moreThanTheLimitAreClosed() throws IOException {
        send("x", MessageReader.MAX_DESCRIPTORS + 4);
        assertThat(read()).isEqualTo(ReadResult.SOMETHING);
        assertThat(heard).containsExactly("descriptors: 16", "x");
        assertThat(TestDescriptors.openOn(file)).isEqualTo(1 + MessageReader.MAX_DESCRIPTORS);
    }

    /** An inherited monitor may have been told to ask for them. */
    @Test
    void credentialsOfTheSenderAreIgnored() throws IOException {
        TestDescriptors.askForCredentials(sockets.getFirst());
        send("first", 0);
        send("second", MessageReader.MAX_DESCRIPTORS + 4);
        send("third", 0);
        long before = TestDescriptors.openOn(file);
        while (read() == ReadResult.SOMETHING) {
            assertThat(heard).isNotEmpty();
        }
        assertThat(String.join("", heard)).isEqualTo("firstdescriptors: 16secondthird");
        assertThat(TestDescriptors.openOn(file)).isEqualTo(before + 16);
        assertThat(TestDescriptors.openOnProcesses()).isZero();
    }

    @Test
    void whatComesCanBeReadAndWaitsForInput() throws IOException {
        List<Descriptor> pipe = TestDescriptors.pipe();
        pipe.getFirst().blocking(false);
        TestDescriptors.send(peer, "x", List.of(pipe.getFirst()));
        assertThat(read()).isEqualTo(ReadResult.SOMETHING);
        TestDescriptors.write(pipe.getLast(), "through");
        assertThat(received.getFirst().flags() & Descriptor.O_NONBLOCK).isZero();
        assertThat(TestDescriptors.read(received.getFirst())).isEqualTo("through");
        pipe.forEach(Descriptor::close);
    }

    @Test
    void aBrokenConnectionIsReportedInTheKernelsWords() {
        MessageReader closed = new MessageReader(Integer.MAX_VALUE, 64);
        assertThatThrownBy(() -> closed.read(sink)).hasMessage("Bad file descriptor");
    }
}
