package io.vmferry.tools.proxy;

/** Which way bytes go. */
enum Direction {
    STREAM("stream", "->"),
    RETURN_PATH("return-path", "<-");

    private final String text;
    private final String arrow;

    Direction(String text, String arrow) {
        this.text = text;
        this.arrow = arrow;
    }

    String text() {
        return text;
    }

    String arrow() {
        return arrow;
    }
}
