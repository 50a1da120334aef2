package io.vmferry.machine.fault;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.status.Side;
import java.util.Optional;

/** Names of places beside the protocol points' own: shorter ones, and ones that take a while. */
public enum Shorthand implements Named {
    REQ_PAGES(
            "a page is asked for: page-requested at a source, req-pages-sent at a destination",
            false),
    DEVICE_SAVE("a device saves its state; @50% is half of its save-time", true),
    DEVICE_LOAD("a device loads its state; @50% is half of its load-time", true);

    private final String meaning;
    private final boolean lasting;

    Shorthand(String meaning, boolean lasting) {
        this.meaning = meaning;
        this.lasting = lasting;
    }

    /** What happens there, in a few words. */
    public String meaning() {
        return meaning;
    }

    /** The protocol point that a side reaches there; empty when that side does not. */
    public Optional<PointName<?>> point(Side side) {
        boolean source = side == Side.SOURCE;
        return switch (this) {
            case REQ_PAGES ->
                    Optional.of(source ? PointName.PAGE_REQUESTED : PointName.REQ_PAGES_SENT);
            case DEVICE_SAVE ->
                    source ? Optional.of(PointName.DEVICE_SAVE_STARTED) : Optional.empty();
            case DEVICE_LOAD ->
                    source ? Optional.empty() : Optional.of(PointName.DEVICE_LOAD_STARTED);
        };
    }

    /** Whether it takes a while, so that a percentage of it makes sense. */
    public boolean lasting() {
        return lasting;
    }
}
