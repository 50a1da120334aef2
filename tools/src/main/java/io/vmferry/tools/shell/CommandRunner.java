package io.vmferry.tools.shell;

import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpReply;
import io.vmferry.tools.shell.Typed.TypingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;

/** Runs commands for scripts: prints results to one stream, errors to the other. */
record CommandRunner(Talk talk, Look look, BufferedReader in, PrintStream out, PrintStream err) {

    /** Instead of arguments: a JSON object on standard input. */
    private static final String FROM_INPUT = "-";

    /** Runs one command and prints what it returns. */
    QmpExit run(List<String> words, boolean outOfBand)
            throws TypingException, IOException, InterruptedException {
        return run(Typed.call(withInput(words), outOfBand), true);
    }

    /**
     * Runs one command.
     *
     * @param show whether to print what it returns
     */
    QmpExit run(QmpCall call, boolean show) throws IOException, InterruptedException {
        return show(call, talk.ask(call), show);
    }

    /** Waits for the settled verdict and prints it. */
    QmpExit awaitSettled(Duration patience) throws IOException, InterruptedException {
        return show(SettledWait.VERDICT, new SettledWait(talk, patience).await(), true);
    }

    private QmpExit show(QmpCall call, QmpReply reply, boolean show) throws InterruptedException {
        if (reply.refused()) {
            err.println(reply.errorClass() + ": " + reply.description() + meant(call, reply));
            return QmpExit.REFUSED;
        }
        if (show) {
            String result = look.result(call, reply.value());
            if (!result.isEmpty()) {
                out.println(result);
            }
        }
        return QmpExit.OK;
    }

    private String meant(QmpCall call, QmpReply refusal) throws InterruptedException {
        if (!ServerSchema.mayBeMistyped(refusal)) {
            return "";
        }
        try {
            return ServerSchema.of(talk).meant(call, refusal);
        } catch (IOException e) {
            // the refusal is what matters
            return "";
        }
    }

    /** Runs the lines of standard input until one is refused; events are not shown. */
    QmpExit runLines() throws TypingException, IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (text.isEmpty() && (line.isBlank() || line.strip().startsWith("#"))) {
                continue;
            }
            text.append(line).append('\n');
            Words words = Words.of(text.toString());
            if (!words.unfinished()) {
                text.setLength(0);
                QmpExit exit = run(Typed.call(words.texts(), false), true);
                if (exit != QmpExit.OK) {
                    return exit;
                }
            }
        }
        if (!text.isEmpty()) {
            throw new TypingException(
                    "The input ended within a quote or bracket: " + text.toString().strip());
        }
        return QmpExit.OK;
    }

    /** The words, with what standard input says in the place of {@code -}. */
    List<String> withInput(List<String> words) throws IOException {
        if (words.size() != 2 || !words.getLast().equals(FROM_INPUT)) {
            return words;
        }
        StringWriter text = new StringWriter();
        in.transferTo(text);
        return List.of(words.getFirst(), text.toString().strip());
    }
}
