package io.vmferry.source.outgoing.channel;

import io.vmferry.protocol.stream.Command;
import java.util.function.LongSupplier;

/** The PINGs of a source by their values, and what is known from their PONGs. */
public final class Pings {

    /** The value of the first PING: "the main channel is up". */
    public static final int START = 1;

    /** After the discards and before the package. */
    public static final int BEFORE_PACKAGE = 2;

    /** In the package, after its devices. */
    public static final int DEVICES = 3;

    /** After the package. */
    public static final int AFTER_PACKAGE = 4;

    /** After discards that are sent while the guest runs; none of QEMU's own. */
    public static final int DISCARDS = 5;

    /** After a portion of the background; none of QEMU's own. */
    public static final int PORTION = 6;

    /** At the end of the package: its PONG says that the destination has the guest. */
    public static final int PACKAGE_LOADED = Command.Ping.PACKAGE_LOADED;

    private final LongSupplier nanoTime;
    private boolean mainChannelUp;
    private long startNanos;
    private long roundTripNanos;
    private int discardsSent;
    private int discardsTaken;

    public Pings(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Sends the first PING, and measures its round trip. */
    public void start(MainChannel main) {
        main.command(new Command.Ping(START));
        startNanos = nanoTime.getAsLong();
    }

    /** Sends the PING after discards: its PONG says that the destination has handled them. */
    public void discards(MainChannel main) {
        discardsSent++;
        main.command(new Command.Ping(DISCARDS));
    }

    /** PONG: one of any value says that the main channel is up. */
    void answered(int value) {
        mainChannelUp = true;
        if (value == DISCARDS) {
            discardsTaken = Math.min(discardsTaken + 1, discardsSent);
        }
        if (value == START && roundTripNanos == 0) {
            roundTripNanos = nanoTime.getAsLong() - startNanos;
        }
    }

    /** Whether the destination is known to read the main channel. */
    public boolean mainChannelUp() {
        return mainChannelUp;
    }

    /** Round trip of the first PING; 0 before its PONG. */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    /** The number of PONGs for discards sent ahead. */
    public int discardsTaken() {
        return discardsTaken;
    }
}
