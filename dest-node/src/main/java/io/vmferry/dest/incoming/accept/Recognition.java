package io.vmferry.dest.incoming.accept;

import io.vmferry.protocol.channel.ChannelBeginning;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The table by which accepted connections are recognised: what a connection shows, and what the
 * migration waits for. As QEMU does it since it recognises channels by their magic; other than
 * there a main channel needs the whole beginning of its stream.
 */
final class Recognition {

    /** The kind of the first bytes of a connection. */
    enum Shown {
        /** Too little to decide. */
        SILENT,
        /** The magic of a stream. */
        MAGIC,
        /** The magic of a multifd channel. */
        MULTIFD,
        /** The preamble of a return path, which may not be there as a whole. */
        PREAMBLE,
        /** Something that begins like such a preamble, and is none. */
        BAD_PREAMBLE,
        /** A command. */
        COMMAND,
        /** A command that came while a recovery was waited for. */
        BEGUN_RECOVERY,
        /** Anything else. */
        OTHER;

        static Shown of(ChannelBeginning beginning, boolean begun) {
            return switch (beginning) {
                case SILENT -> SILENT;
                case MAGIC -> MAGIC;
                case MULTIFD -> MULTIFD;
                case PREAMBLE -> PREAMBLE;
                case COMMAND -> begun ? BEGUN_RECOVERY : COMMAND;
                case OTHER -> OTHER;
            };
        }

        /**
         * Whether the connection may be the preempt channel, which has no mark at its beginning.
         */
        boolean mayBePreempt() {
            return switch (this) {
                case SILENT, COMMAND, BEGUN_RECOVERY, OTHER -> true;
                case MAGIC, MULTIFD, PREAMBLE, BAD_PREAMBLE -> false;
            };
        }
    }

    /** The connections that the migration waits for. */
    enum Awaited {
        /** A source. */
        SOURCE,
        /** A source whose preempt channel may overtake its main one. */
        SOURCE_AND_PREEMPT,
        /** Nothing that shows what it is: the main channel is there. */
        OTHERS,
        /** The preempt channel, which may bring pages before its turn. */
        PREEMPT,
        /** The source of a postcopy that is paused. */
        RECOVERY,
        /** The same, and any connection is taken for it, as in QEMU. */
        ANY_RECOVERY
    }

    /** The decision about a connection. */
    enum Classification {
        /** Decided again when more has arrived. */
        WAIT,
        /** The main channel, once its beginning is there as a whole. */
        MAIN,
        /** The main channel of a recovery, once its beginning is there as a whole. */
        RECOVERY,
        /** The main channel of a recovery, whatever it sends. */
        RECOVERY_AT_ONCE,
        /** A return path, once its preamble is there as a whole. */
        RETURN_PATH,
        /** A multifd channel, once its initial packet is there as a whole. */
        MULTIFD,
        /** Kept unread until the others are there: the one that is left is the preempt channel. */
        LEFT,
        /** Rejected: there is a main channel. */
        SECOND_MAIN,
        /** Rejected: another connection was the first to recover the migration. */
        SECOND_RECOVERY,
        /** Rejected: no channel. */
        NO_CHANNEL,
        /** Taken for the source, and the migration fails, as in QEMU. */
        NO_SOURCE
    }

    private static final Map<Shown, Map<Awaited, Classification>> TABLE =
            new EnumMap<>(Shown.class);

    /** Of {@link Awaited}: source, with preempt, others, preempt, recovery, any recovery. */
    private static void row(Shown shown, Classification... verdicts) {
        Map<Awaited, Classification> row = new EnumMap<>(Awaited.class);
        int column = 0;
        for (Awaited awaited : Awaited.values()) {
            row.put(awaited, verdicts[column++]);
        }
        TABLE.put(shown, row);
    }

    private static void all(Shown shown, Classification verdict) {
        row(shown, verdict, verdict, verdict, verdict, verdict, verdict);
    }

    static {
        Classification none = Classification.NO_CHANNEL;
        Classification second = Classification.SECOND_MAIN;
        Classification late = Classification.SECOND_RECOVERY;
        Classification fails = Classification.NO_SOURCE;
        Classification main = Classification.MAIN;
        Classification left = Classification.LEFT;
        Classification resumes = Classification.RECOVERY;
        Classification any = Classification.RECOVERY_AT_ONCE;
        all(Shown.SILENT, Classification.WAIT);
        all(Shown.PREAMBLE, Classification.RETURN_PATH);
        row(Shown.MAGIC, main, main, second, second, second, any);
        Classification multifd = Classification.MULTIFD;
        row(Shown.MULTIFD, multifd, multifd, multifd, multifd, none, any);
        row(Shown.BAD_PREAMBLE, fails, fails, none, none, none, any);
        row(Shown.COMMAND, fails, left, none, left, resumes, resumes);
        row(Shown.BEGUN_RECOVERY, late, left, late, left, resumes, resumes);
        row(Shown.OTHER, fails, left, none, left, none, any);
    }

    private Recognition() {}

    static Classification verdict(Shown shown, Awaited awaited) {
        Map<Awaited, Classification> row = Objects.requireNonNull(TABLE.get(shown), shown.name());
        return Objects.requireNonNull(row.get(awaited), awaited.name());
    }
}
