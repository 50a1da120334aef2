package io.vmferry.lab.clients;

import io.vmferry.lab.page.PageCode;
import io.vmferry.protocol.Named;

/** What has become of a guest; the worst first. */
enum GuestEnd implements Named, PageCode {
    TWICE("runs on both sides"),
    REVERTED("runs at the source again, without what it did at the destination"),
    LOST("lost: no process has it any more"),
    DAMAGED("runs at the destination with memory that is not its own"),
    STRANDED("is stopped or waits for pages, and nobody recovers it"),
    SAFE("runs at the source"),
    MOVED("runs at the destination, whole");

    private final String meaning;

    GuestEnd(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }

    @Override
    public String look() {
        return text();
    }

    @Override
    public String word() {
        return text();
    }
}
