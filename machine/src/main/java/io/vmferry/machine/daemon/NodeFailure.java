package io.vmferry.machine.daemon;

/** Why a daemon cannot start or go on: one line for a person, and how the process ends. */
public final class NodeFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    private NodeFailure(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The command line asks for something that does not exist or does not go together. */
    public static NodeFailure usage(String message) {
        return new NodeFailure(ExitCode.USAGE, message, null);
    }

    /** The command line is right, but the machine does not give what it asks for. */
    public static NodeFailure start(String message, Throwable cause) {
        return new NodeFailure(ExitCode.START_FAILED, message, cause);
    }

    /** How the process ends. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
