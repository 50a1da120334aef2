package io.vmferry.machine.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;

/**
 * The output to a terminal whose last line shows progress: whatever is written appears above that
 * line. Callable from any thread.
 */
public final class TerminalOutput extends OutputStream {

    /** Disables wrapping: a wrapped line could not be rewritten. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";
    private static final String CLEAR = "\r\u001b[K";

    private final OutputStream out;
    private final Charset charset;
    private String progress = "";
    private boolean shown;
    private boolean midLine;
    private boolean ended;

    /**
     * No progress is shown yet.
     *
     * @param charset of the progress line
     */
    public TerminalOutput(OutputStream out, Charset charset) {
        this.out = out;
        this.charset = charset;
    }

    /** Replaces the progress line; an empty one is not shown. */
    public synchronized void progress(String line) throws IOException {
        hide();
        progress = ended ? "" : line;
        show();
        out.flush();
    }

    /**
     * Removes the progress line for good, and what stands in its place: a terminal shows {@code ^C}
     * also where there is no progress.
     */
    public synchronized void endProgress() throws IOException {
        ended = true;
        shown = !midLine;
        progress("");
    }

    /** Runs what writes to the same terminal by another stream. */
    public synchronized void above(Runnable writing) {
        try {
            hide();
            out.flush();
            writing.run();
            show();
            out.flush();
        } catch (IOException e) {
            // the terminal is gone; what is written elsewhere has been written
        }
    }

    @Override
    public synchronized void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /**
     * Writes above the progress line, which comes back with the next progress: a process that is
     * killed right after this leaves the cursor at the beginning of a line.
     */
    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return;
        }
        hide();
        out.write(bytes, from, length);
        midLine = bytes[from + length - 1] != '\n';
    }

    @Override
    public synchronized void flush() throws IOException {
        out.flush();
    }

    private void hide() throws IOException {
        if (shown) {
            shown = false;
            out.write(CLEAR.getBytes(charset));
        }
    }

    private void show() throws IOException {
        if (!progress.isEmpty() && !midLine) {
            shown = true;
            out.write((NO_WRAP + progress + WRAP).getBytes(charset));
        }
    }
}
