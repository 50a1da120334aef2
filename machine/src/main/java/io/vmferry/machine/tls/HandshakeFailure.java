package io.vmferry.machine.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.io.EOFException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;

/** Puts the failure of a handshake into GnuTLS's words, where the reason is one that it knows. */
final class HandshakeFailure {

    static final String TERMINATED = "The TLS connection was non-properly terminated.";
    private static final String ALERT = "A TLS fatal alert has been received.";
    private static final String UNEXPECTED = "An unexpected TLS packet was received.";
    private static final String INSUFFICIENT = "Insufficient credentials for that request.";
    private static final String NO_CIPHER = "No supported cipher suites have been found.";

    private HandshakeFailure() {}

    /** One line about a failed handshake. */
    static TlsException worded(Throwable cause) {
        if (cause instanceof TlsFatalAlert && cause.getCause() instanceof TlsException worded) {
            return worded;
        }
        return cause instanceof TlsException done ? done : TlsException.handshake(reason(cause));
    }

    /** What a client without trusted authorities has for a server that shows a certificate. */
    static TlsFatalAlert insufficientCredentials() {
        return new TlsFatalAlert(
                AlertDescription.internal_error, TlsException.handshake(INSUFFICIENT));
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case NotSslRecordException _ -> UNEXPECTED;
            case ClosedChannelException _ -> TERMINATED;
            case EOFException _ -> TERMINATED;
            case TlsFatalAlertReceived alert -> ALERT + detail(alert.getMessage());
            case TlsFatalAlert alert -> alert(alert);
            case SSLHandshakeException e when received(e) -> ALERT + detail(e.getMessage());
            case SSLHandshakeException e when lacksCipher(e) -> NO_CIPHER;
            case SSLException e when e.getCause() instanceof ClosedChannelException -> TERMINATED;
            case SSLException e when e.getCause() instanceof SSLException inner -> reason(inner);
            default -> firstLine(cause);
        };
    }

    private static boolean received(SSLException e) {
        return text(e).contains("received fatal alert") || text(e).contains("_alert_");
    }

    private static boolean lacksCipher(SSLException e) {
        return text(e).contains("no cipher suites in common")
                || text(e).contains("no_shared_cipher");
    }

    private static String text(Throwable e) {
        return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    }

    private static String alert(TlsFatalAlert alert) {
        if (alert.getCause() instanceof NotSslRecordException) {
            return UNEXPECTED;
        }
        return firstLine(alert);
    }

    /** Which alert it was, after the sentence. */
    private static String detail(@Nullable String message) {
        int colon = message == null ? -1 : message.lastIndexOf(':');
        String name = message == null ? "" : message.substring(colon + 1).strip();
        return name.isEmpty() ? "" : " (" + name + ")";
    }

    private static String firstLine(Throwable cause) {
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }
}
