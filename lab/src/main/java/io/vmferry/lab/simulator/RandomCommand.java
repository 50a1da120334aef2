package io.vmferry.lab.simulator;

import java.nio.charset.StandardCharsets;

/**
 * A command of a random client.
 *
 * @param id repeated by the reply; {@link #UNREADABLE} when the command has none that can be read
 * @param replies how many replies are due: one, or for garbage as many as there are mistakes
 */
record RandomCommand(int id, String name, String text, int replies, boolean outOfBand) {

    /** The id of garbage. */
    static final int UNREADABLE = -1;

    /** A command without arguments. */
    static RandomCommand plain(int id, String name) {
        return new RandomCommand(
                id, name, "{'execute': '%s', 'id': %d}".formatted(name, id), 1, false);
    }

    /** The bytes to send; those of garbage are sent as they are. */
    byte[] bytes() {
        return text.getBytes(
                id == UNREADABLE ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }
}
