package io.vmferry.lab.simulator;

import java.nio.charset.StandardCharsets;

/**
 * A request of a random client.
 *
 * @param id repeated by the reply; {@link #UNREADABLE} when the request has none that can be read
 * @param replies how many replies are due: one, or for garbage as many as there are mistakes
 */
record RandomRequest(int id, String command, String text, int replies, boolean outOfBand) {

    /** The id of garbage. */
    static final int UNREADABLE = -1;

    /** A request without arguments. */
    static RandomRequest plain(int id, String command) {
        return new RandomRequest(
                id, command, "{'execute': '%s', 'id': %d}".formatted(command, id), 1, false);
    }

    /** The bytes to send; those of garbage are sent as they are. */
    byte[] bytes() {
        return text.getBytes(
                id == UNREADABLE ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }
}
