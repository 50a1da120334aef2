package io.vmferry.tools.proxy;

import java.util.Arrays;
import java.util.Optional;

/** What the proxy recognises in passing, by the name that fault plans use. */
enum PlaceName {
    SHUT(Direction.RETURN_PATH, "shut", "SHUT; the argument is its value"),
    PONG(Direction.RETURN_PATH, "pong", "PONG; the argument is its value, as 0x42"),
    REQ_PAGES(
            Direction.RETURN_PATH,
            "req-pages",
            "REQ_PAGES or REQ_PAGES_ID: a page is asked for; the argument is its offset"),
    RECV_BITMAP(
            Direction.RETURN_PATH,
            "recv-bitmap",
            "RECV_BITMAP with the bitmap; the argument is the block"),
    RESUME_ACK(Direction.RETURN_PATH, "resume-ack", "RESUME_ACK"),
    SWITCHOVER_ACK(Direction.RETURN_PATH, "switchover-ack", "SWITCHOVER_ACK"),

    HEADER(Direction.STREAM, "header", "the file header of a stream that begins"),
    CONFIGURATION(Direction.STREAM, "configuration", "the configuration"),
    SECTION(
            Direction.STREAM,
            "section",
            "the head of a START or FULL section; the argument is the device"),
    COMMAND(Direction.STREAM, "command", "a command; the argument is its name, as POSTCOPY_RESUME"),
    PACKAGE(Direction.STREAM, "package", "the package with the devices of a postcopy, whole"),
    EOF(Direction.STREAM, "eof", "the end of the stream");

    private final Direction direction;
    private final String text;
    private final String meaning;

    PlaceName(Direction direction, String text, String meaning) {
        this.direction = direction;
        this.text = text;
        this.meaning = meaning;
    }

    Direction direction() {
        return direction;
    }

    String text() {
        return text;
    }

    String meaning() {
        return meaning;
    }

    static Optional<PlaceName> ofText(String text) {
        return Arrays.stream(values()).filter(name -> name.text.equals(text)).findFirst();
    }
}
