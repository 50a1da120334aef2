package io.vmferry.machine.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientDescriptorsTest {

    @TempDir Path directory;

    private final NamedDescriptors names = new NamedDescriptors();
    private final ClientDescriptors client = new ClientDescriptors(names);
    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "content");
    }

    @AfterEach
    void nothingIsLeft() {
        client.close();
        names.close();
        assertThat(TestDescriptors.openOn(file)).as("descriptors left").isZero();
    }

    private Descriptor open() {
        return TestDescriptors.open(file, Descriptor.O_RDONLY);
    }

    @Test
    void whatCameLastReplacesWhatCameBefore() throws IOException {
        client.receive(List.of(open(), open()));
        Descriptor last = open();
        client.receive(List.of(last, open()));
        assertThat(TestDescriptors.openOn(file)).isEqualTo(2);
        assertThat(client.next()).isSameAs(last);
        assertThat(TestDescriptors.openOn(file)).isEqualTo(1);
        assertThatThrownBy(client::next).hasMessage("No file descriptor supplied via SCM_RIGHTS");
        last.close();
    }

    @Test
    void whatComesAfterTheEndIsClosed() {
        client.close();
        client.receive(List.of(open()));
        assertThat(TestDescriptors.openOn(file)).isZero();
    }

    @Test
    void whoTakesANameOwnsItsDescriptor() throws IOException {
        names.put("a", open());
        Descriptor taken = client.take("a");
        assertThat(TestDescriptors.read(taken)).isEqualTo("content");
        taken.close();
        assertThatThrownBy(() -> client.take("a"))
                .hasMessage("File descriptor named 'a' has not been found");
    }

    @Test
    void aMonitorHasNoMoreNamesThanTheLimit() throws IOException {
        for (int i = 0; i < NamedDescriptors.LIMIT; i++) {
            names.put("name" + i, open());
        }
        assertThatThrownBy(() -> names.put("another", open()))
                .hasMessage("1024 descriptors have a name already, which is the limit");
        names.put("name0", open());
        assertThat(TestDescriptors.openOn(file)).isEqualTo(NamedDescriptors.LIMIT);
    }

    @Test
    void nobodyHasNothing() {
        assertThatThrownBy(() -> ClientDescriptors.none().takeOrInherit("a"))
                .hasMessage("File descriptor named 'a' has not been found");
    }
}
