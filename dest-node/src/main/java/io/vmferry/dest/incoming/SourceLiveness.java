package io.vmferry.dest.incoming;

import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.LivenessPing;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Notices a source that has gone silent although nobody has closed a connection. Only a source of
 * ours that was asked for it says something again and again, and tells so by {@link LivenessPing};
 * any other may be silent for as long as it likes.
 */
final class SourceLiveness {

    /** Looked at so often within the limit. */
    private static final int LOOKS = 4;

    private final IncomingMigration migration;
    private OptionalInt limitSeconds = OptionalInt.empty();
    private long heardNanos;

    SourceLiveness(IncomingMigration migration) {
        this.migration = migration;
    }

    /** PING: the source may say by it that another one will follow in time. */
    void pinged(int value) {
        OptionalInt limit = LivenessPing.limitSeconds(value);
        if (limit.isPresent() && limitSeconds.isEmpty()) {
            limitSeconds = limit;
            lookAgain();
        }
    }

    /** Something has come on the main channel. */
    void heard() {
        heardNanos = migration.loop().nanoTime();
    }

    private void lookAgain() {
        migration.loop().schedule(limitNanos() / LOOKS, this::look);
    }

    private long limitNanos() {
        return TimeUnit.SECONDS.toNanos(limitSeconds.orElseThrow());
    }

    private void look() {
        if (migration.halted() && !migration.paused()) {
            return;
        }
        boolean listens =
                migration.postcopy().running()
                        && migration.channels().main().map(main -> !main.held()).orElse(false);
        if (!listens) {
            heard();
        } else if (migration.loop().nanoTime() - heardNanos >= limitNanos()) {
            migration.end(
                    new Failure.Silence(
                            ChannelRole.MAIN,
                            "The source has been silent for %d s, although it had promised to say something"
                                    .formatted(limitSeconds.getAsInt())));
        }
        lookAgain();
    }
}
