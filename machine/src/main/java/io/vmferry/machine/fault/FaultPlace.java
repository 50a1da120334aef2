package io.vmferry.machine.fault;

import io.vmferry.machine.memory.MemorySize;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The place of a fault: the WHERE of {@code WHERE:WHAT}. */
public sealed interface FaultPlace {

    /** So long after the migration's channels stand: {@code after 200ms}. */
    record After(long nanos) implements FaultPlace {
        @Override
        public String toString() {
            return "after " + TimeText.format(nanos);
        }
    }

    /**
     * At something that has a name: {@code req-pages#100}, {@code device-load(virtio-net)@50%},
     * {@code byte(main)@1M}, {@code package-sent+5ms}.
     *
     * @param term the name, and what of that name is meant
     * @param ordinal 1 for the first time that it happens
     * @param percent how much of it must have happened; empty when it is not asked for
     * @param bytes how many bytes of it must have passed; empty when they are not asked for
     * @param delayNanos how much later
     */
    record At(FaultTerm term, int ordinal, OptionalInt percent, OptionalLong bytes, long delayNanos)
            implements FaultPlace {

        public At {
            if (percent.isPresent() && bytes.isPresent()) {
                throw new IllegalArgumentException("A place has a percentage or bytes, not both");
            }
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(term.toString());
            if (ordinal > 1) {
                text.append('#').append(ordinal);
            }
            percent.ifPresent(p -> text.append('@').append(p).append('%'));
            bytes.ifPresent(b -> text.append('@').append(size(b)));
            if (delayNanos > 0) {
                text.append('+').append(TimeText.format(delayNanos));
            }
            return text.toString();
        }

        private static String size(long bytes) {
            return bytes > 0 && bytes % 1024 == 0
                    ? MemorySize.format(bytes).replace(" ", "")
                    : Long.toString(bytes);
        }
    }

    /**
     * Reads a place.
     *
     * @throws IllegalArgumentException with one clear line when the text is none
     */
    static FaultPlace parse(String text) {
        return FaultPlaceParser.parse(text.strip());
    }
}
