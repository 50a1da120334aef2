package io.vmferry.machine.hmp;

import java.util.List;
import java.util.function.Consumer;

/**
 * One HMP command: how it is called, what it is for, and what it does.
 *
 * @param name all names, with bars between them
 */
record HmpCommand(String name, String parameters, String help, Handler handler) {

    /** Reads the rest of a line, then prints once. */
    @FunctionalInterface
    interface Handler {
        void run(HmpLine line, Consumer<String> print) throws HmpSyntaxException;
    }

    boolean isCalled(String word) {
        return List.of(name.split("\\|")).contains(word);
    }

    String usage() {
        return "%s %s -- %s\n".formatted(name, parameters, help);
    }
}
