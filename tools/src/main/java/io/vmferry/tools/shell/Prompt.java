package io.vmferry.tools.shell;

import io.vmferry.machine.terminal.TerminalColumns;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpNotice;
import io.vmferry.tools.qmp.QmpReply;
import io.vmferry.tools.shell.HelpText.LocalWord;
import io.vmferry.tools.shell.Typed.TypingException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/** The interactive prompt at a terminal. Events appear above the line that is typed. */
final class Prompt {

    private static final String PROMPT = "qmp> ";
    private static final String CONTINUED = "   > ";

    private final Talk talk;
    private final Look look;
    private final Duration interval;
    private final Terminal terminal;
    private final LineReader reader;
    private final ServerSchema introspection;
    private final ZoneId zone = ZoneId.systemDefault();
    private final Thread typist = Thread.currentThread();
    private volatile Optional<IOException> lost = Optional.empty();
    private Thread announcer = Thread.ofVirtual().unstarted(() -> {});
    private boolean listening = true;

    /**
     * Made by the thread that will wait for lines.
     *
     * @param interval of the figures of {@code watch}
     * @param history empty to keep none
     */
    Prompt(Talk talk, Look look, Duration interval, Terminal terminal, Optional<Path> history)
            throws IOException, InterruptedException {
        this.talk = talk;
        this.look = look;
        this.interval = interval;
        this.terminal = terminal;
        this.introspection = ServerSchema.of(talk);
        LineReaderBuilder builder =
                LineReaderBuilder.builder()
                        .appName("qmp")
                        .terminal(terminal)
                        .parser(new LineParser())
                        .completer(new Completions(introspection, LocalWord.words()))
                        .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUED)
                        // list what is possible, as bash does, instead of walking through it
                        .option(LineReader.Option.AUTO_MENU, false)
                        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                        .option(LineReader.Option.DISABLE_HIGHLIGHTER, true);
        history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        this.reader = builder.build();
    }

    /** Runs until the user leaves or the server ends the connection. */
    QmpExit talk() throws IOException, InterruptedException {
        talk.connection().whenEnded(this::serverEnded);
        announce();
        boolean left;
        try {
            left = takeLines();
        } finally {
            synchronized (this) {
                listening = false;
            }
            // a late interruption must not hit what follows
            Thread.interrupted();
        }
        silence();
        if (left) {
            return QmpExit.OK;
        }
        drain();
        say(Worded.of(lost.orElseThrow()));
        return QmpExit.NO_CONNECTION;
    }

    private synchronized void serverEnded(IOException reason) {
        lost = Optional.of(reason);
        if (listening) {
            typist.interrupt();
        }
    }

    /** Reads lines; returns whether the user left, and not the server. */
    private boolean takeLines() {
        while (lost.isEmpty()) {
            try {
                String line = reader.readLine(PROMPT);
                if (!take(Words.of(line).texts())) {
                    return true;
                }
            } catch (UserInterruptException e) {
                // ^C drops the line; the end of the server looks the same and ends the loop
            } catch (EndOfFileException e) {
                return true;
            } catch (TypingException e) {
                say(Worded.of(e));
            } catch (IOException e) {
                if (lost.isEmpty()) {
                    say(Worded.of(e));
                }
            } catch (InterruptedException e) {
                // only the end of the server interrupts
            }
        }
        return false;
    }

    private boolean take(List<String> words)
            throws TypingException, IOException, InterruptedException {
        if (words.isEmpty()) {
            return true;
        }
        Optional<LocalWord> local = Named.find(LocalWord.class, words.getFirst());
        if (local.isEmpty()) {
            QmpCall call = Typed.call(words, false);
            QmpReply reply = talk.ask(call);
            say(
                    reply.refused()
                            ? reply.errorClass()
                                    + ": "
                                    + reply.description()
                                    + introspection.meant(call, reply)
                            : look.result(call, reply.value()));
            return true;
        }
        switch (local.get()) {
            case HELP ->
                    say(
                            new HelpText(introspection, width(terminal))
                                    .of(words.subList(1, words.size())));
            case WATCH -> watch();
            case EXIT -> {
                return false;
            }
        }
        return true;
    }

    /** The columns of a terminal. */
    static int width(Terminal terminal) {
        // some terminals do not say
        return terminal.getColumns() > 0 ? terminal.getColumns() : TerminalColumns.told();
    }

    private void say(String text) {
        reader.printAbove(text);
    }

    // ---- events

    /** Starts to show events as they come. */
    private void announce() {
        announcer =
                Thread.ofVirtual()
                        .name("announcer")
                        .start(() -> {
                            try {
                                while (true) {
                                    say(talk.events().take());
                                }
                            } catch (InterruptedException e) {
                                // silenced
                            }
                        });
    }

    private void silence() throws InterruptedException {
        announcer.interrupt();
        announcer.join();
    }

    private void drain() {
        for (QmpNotice event = talk.events().poll(); event != null; event = talk.events().poll()) {
            say(event);
        }
    }

    private void say(QmpNotice event) {
        say(look.event(event, zone));
    }

    private void watch() throws IOException, InterruptedException {
        silence();
        Watch watch =
                new Watch(
                        talk,
                        interval,
                        WatchView.people(
                                terminal.writer(), Optional.of(() -> width(terminal)), zone));
        Terminal.SignalHandler before =
                terminal.handle(Terminal.Signal.INT, signal -> watch.stop());
        try {
            if (watch.follow().isEmpty()) {
                say("");
            }
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            announce();
        }
    }
}
