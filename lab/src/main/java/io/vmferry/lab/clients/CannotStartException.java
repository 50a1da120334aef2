package io.vmferry.lab.clients;

import java.io.IOException;

/** The client's command is no program that can be started. */
final class CannotStartException extends IOException {

    private static final long serialVersionUID = 1;

    CannotStartException(String program, String reason) {
        super("Cannot start '%s': %s".formatted(program, reason));
    }
}
