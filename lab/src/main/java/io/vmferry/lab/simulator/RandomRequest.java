package io.vmferry.lab.simulator;

import java.nio.charset.StandardCharsets;

/**
 * What a random client says in one go.
 *
 * @param id what the reply must repeat; {@link #UNREADABLE} when it has none that can be read
 * @param answers how many replies are due: one, or for garbage as many as there are mistakes
 */
record RandomRequest(int id, String command, String text, int answers, boolean outOfBand) {

    /** In the place of an id. */
    static final int UNREADABLE = -1;

    /** A request without arguments. */
    static RandomRequest plain(int id, String command) {
        return new RandomRequest(
                id, command, "{'execute': '%s', 'id': %d}".formatted(command, id), 1, false);
    }

    /** The bytes to send; those of garbage stand for themselves. */
    byte[] bytes() {
        return text.getBytes(
                id == UNREADABLE ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }
}
