package io.vmferry.machine.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalOutputTest {

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final TerminalOutput terminal = new TerminalOutput(screen, StandardCharsets.UTF_8);
    private final PrintStream log = new PrintStream(terminal, true, StandardCharsets.UTF_8);

    /** What has been written, with names for the control codes. */
    private String written() {
        return screen.toString(StandardCharsets.UTF_8)
                .replace("\r\u001b[K", "<clear>")
                .replace("\u001b[?7l", "<")
                .replace("\u001b[?7h", ">");
    }

    @Test
    void progressIsRewrittenInItsLine() throws IOException {
        terminal.progress("1 %");
        terminal.progress("2 %");
        assertThat(written()).isEqualTo("<1 %><clear><2 %>");
    }

    @Test
    void aLineOfTheLogStandsAboveTheProgress() throws IOException {
        terminal.progress("1 %");
        log.println("INFO connected");
        terminal.progress("2 %");
        assertThat(written()).isEqualTo("<1 %><clear>INFO connected\n<2 %>");
    }

    /** As a fault that kills does, right after it has said so. */
    @Test
    void aProcessThatEndsAfterALineLeavesNoProgressBehind() throws IOException {
        terminal.progress("1 %");
        log.println("WARN killed");
        assertThat(written()).isEqualTo("<1 %><clear>WARN killed\n");
    }

    @Test
    void theProgressWaitsForTheEndOfALine() throws IOException {
        terminal.progress("1 %");
        log.print("half");
        terminal.progress("2 %");
        log.println(" a line");
        terminal.progress("3 %");
        assertThat(written()).isEqualTo("<1 %><clear>half a line\n<3 %>");
    }

    @Test
    void anotherStreamOfTheTerminalIsAboveToo() throws IOException {
        terminal.progress("1 %");
        terminal.above(() -> screen.writeBytes("result\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(written()).isEqualTo("<1 %><clear>result\n<1 %>");
    }

    @Test
    void progressThatHasEndedDoesNotComeBack() throws IOException {
        terminal.progress("1 %");
        terminal.endProgress();
        log.println("the end");
        terminal.progress("2 %");
        assertThat(written()).isEqualTo("<1 %><clear>the end\n");
    }

    /** Without progress, too, a terminal shows the Ctrl-C that has ended it. */
    @Test
    void theEndOfProgressRemovesWhatStandsInItsLine() throws IOException {
        log.println("one");
        terminal.endProgress();
        log.print("half");
        terminal.endProgress();
        assertThat(written()).isEqualTo("one\n<clear>half");
    }

    @Test
    void withoutProgressNothingIsAdded() throws IOException {
        log.println("one");
        terminal.progress("1 %");
        terminal.progress("");
        log.println("two");
        assertThat(written()).isEqualTo("one\n<1 %><clear>two\n");
    }
}
