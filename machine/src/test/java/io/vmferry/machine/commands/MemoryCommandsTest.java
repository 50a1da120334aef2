package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.guest.HeldVcpus;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.memory.RamImage;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.protocol.profile.Profile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryCommandsTest {

    @TempDir private Path directory;

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 8192)));
    private final List<Runnable> worker = new ArrayList<>();
    private Asked guest;

    @BeforeEach
    void build() {
        CommandTable.Builder table = CommandTable.builder(Profile.DEFAULT);
        new MemoryCommands(ram, new MemoryAccess(ram, 0, new HeldVcpus()), worker::add)
                .addTo(table);
        guest = new Asked(table);
    }

    @AfterEach
    void unmap() {
        ram.close();
    }

    private List<String> save(String range, Path file) {
        List<String> replies = guest.ask("pmemsave", "{" + range + ",'filename':'" + file + "'}");
        worker.forEach(Runnable::run);
        return replies;
    }

    @Test
    void savesARangeOnTheWorker() throws Exception {
        ram.blocks().getFirst().segment().set(ValueLayout.JAVA_BYTE, 4097, (byte) 7);
        ram.blocks().getFirst().populated().set(1);
        Path file = directory.resolve("ram");
        assertThat(guest.ask("pmemsave", "{'val':4096,'size':3,'filename':'" + file + "'}"))
                .isEmpty();
        assertThat(file).doesNotExist();
        worker.forEach(Runnable::run);
        assertThat(Files.readAllBytes(file)).containsExactly(0, 7, 0);
    }

    @Test
    void aFifoIsRefusedRatherThanWaitedFor() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        assertThat(save("'val':0,'size':8192", fifo))
                .containsExactly(
                        "error: Could not open '%s': It is a FIFO, which may block for ever: a file is expected"
                                .formatted(fifo));
        assertThatThrownBy(() -> RamImage.load(ram, fifo))
                .hasMessageStartingWith("Cannot load memory image " + fifo + ": It is a FIFO");
    }

    @Test
    void whatNoThreadIsLeftForIsRefused() {
        CommandTable.Builder table = CommandTable.builder(Profile.DEFAULT);
        new MemoryCommands(
                        ram,
                        new MemoryAccess(ram, 0, new HeldVcpus()),
                        task -> {
                            throw new RejectedExecutionException("8 tasks run already");
                        })
                .addTo(table);
        guest = new Asked(table);
        assertThat(save("'val':0,'size':1", directory.resolve("ram")))
                .containsExactly("error: 8 tasks run already");
    }

    @Test
    void whatCannotBeSavedIsOneLine() {
        Path nowhere = directory.resolve("none/ram");
        assertThat(save("'val':0,'size':8192", nowhere))
                .containsExactly(
                        "error: Could not open '" + nowhere + "': No such file or directory");
        assertThat(save("'val':4096,'size':4097", directory.resolve("ram")))
                .containsExactly(
                        "error: Cannot save 4097 bytes of memory at address 4096: the guest has"
                                + " 8192 bytes");
        assertThat(save("'val':0,'size':-1", directory.resolve("ram")))
                .singleElement()
                .asString()
                .startsWith("error: Cannot save -1 bytes");
        assertThat(guest.ask("pmemsave", "{'val':0,'size':1,'filename':'a\\u0000b'}"))
                .singleElement()
                .asString()
                .startsWith("error: Could not open");
    }
}
