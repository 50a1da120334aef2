package io.vmferry.machine.monitor;

import io.vmferry.protocol.Worded;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a daemon on this machine for its run state, as the health check of a container: a reply
 * shows that the monitor is served and the command thread not stuck. A program of its own on
 * nothing but the JDK, because it is started every few seconds.
 */
public final class HealthCheck {

    /** How long a daemon on a busy machine may take to reply. */
    static final long PATIENCE_SECONDS = 8;

    private static final Pattern STATUS = Pattern.compile("\"status\": ?\"([^\"]+)\"");

    private HealthCheck() {}

    /**
     * Prints the run state and ends with 0, or the reason and 1.
     *
     * @param arguments the socket of a QMP monitor that is kept for this
     */
    public static void main(String[] arguments) {
        int code = 1;
        try {
            System.out.println(within(PATIENCE_SECONDS, () -> runState(Path.of(arguments[0]))));
            code = 0;
        } catch (IOException | InterruptedException e) {
            System.out.println(arguments[0] + ": " + e.getMessage());
        }
        // a thread that still waits for the reply holds nothing up
        Runtime.getRuntime().halt(code);
    }

    /** Limits a call by a thread, since a blocking socket has no timeout. */
    static String within(long seconds, Callable<String> question)
            throws IOException, InterruptedException {
        FutureTask<String> reply = new FutureTask<>(question);
        Thread.ofPlatform().daemon().start(reply);
        try {
            return reply.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("No reply within " + seconds + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(Worded.of(Objects.requireNonNull(e.getCause())), e);
        }
    }

    /**
     * The run state as {@code query-status} calls it.
     *
     * @throws IOException when no listener there, or something that is no monitor
     */
    static String runState(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            BufferedReader replies =
                    new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            ask(channel, "qmp_capabilities");
            ask(channel, "query-status");
            StringBuilder heard = new StringBuilder();
            for (String line = replies.readLine(); line != null; line = replies.readLine()) {
                Matcher status = STATUS.matcher(line);
                // an event may come in between
                if (line.contains("\"return\"") && status.find()) {
                    return status.group(1);
                }
                heard.append(line);
            }
            throw new IOException("Expected a run state, the monitor said: " + heard);
        }
    }

    private static void ask(SocketChannel channel, String command) throws IOException {
        ByteBuffer commands =
                StandardCharsets.UTF_8.encode("{\"execute\": \"%s\"}\n".formatted(command));
        while (commands.hasRemaining()) {
            channel.write(commands);
        }
    }
}
