package io.vmferry.tools.proxy;

import io.vmferry.protocol.Named;

/** What the proxy recognises in passing, by the name that fault plans use. */
public enum PlaceName implements Named {
    SHUT(Direction.RETURN_PATH, "SHUT; the argument is its value"),
    PONG(Direction.RETURN_PATH, "PONG; the argument is its value, as 0x42"),
    REQ_PAGES(
            Direction.RETURN_PATH,
            "REQ_PAGES or REQ_PAGES_ID: a page is asked for; the argument is its offset"),
    RECV_BITMAP(Direction.RETURN_PATH, "RECV_BITMAP with the bitmap; the argument is the block"),
    RESUME_ACK(Direction.RETURN_PATH, "RESUME_ACK"),
    SWITCHOVER_ACK(Direction.RETURN_PATH, "SWITCHOVER_ACK"),

    HEADER(Direction.STREAM, "the file header of a stream that begins"),
    CONFIGURATION(Direction.STREAM, "the configuration"),
    SECTION(Direction.STREAM, "the head of a START or FULL section; the argument is the device"),
    COMMAND(Direction.STREAM, "a command; the argument is its name, as POSTCOPY_RESUME"),
    PING(Direction.STREAM, "the command PING; the argument is its value, as 0x42"),
    PACKAGE(Direction.STREAM, "the package with the devices of a postcopy, whole"),
    EOF(Direction.STREAM, "the end of the stream");

    private final Direction direction;
    private final String meaning;

    PlaceName(Direction direction, String meaning) {
        this.direction = direction;
        this.meaning = meaning;
    }

    Direction direction() {
        return direction;
    }

    String meaning() {
        return meaning;
    }
}
