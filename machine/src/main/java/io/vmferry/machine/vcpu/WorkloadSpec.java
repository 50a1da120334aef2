package io.vmferry.machine.vcpu;

import io.vmferry.machine.memory.MemorySize;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Named;
import java.util.List;
import java.util.StringJoiner;

/**
 * The workload of a guest, {@code --workload NAME[,key=value]*}.
 *
 * @param kind the access pattern
 * @param ratePagesPerSecond pages written per second by the whole guest; 0 means as fast as it can
 *     ({@code rate=max})
 * @param zeroPercent share of the writes that leave an all-zero page
 * @param compressiblePercent share of the writes that leave a page that compresses well
 * @param rangeBytes size of the working set from address 0 on; 0 means all of RAM
 * @param bootBytes size of the content written from address 0 on before the guest counts as started
 * @param hotPercent size of the hot part of the working set ({@code hotset})
 * @param hitPercent share of the writes that go to the hot part ({@code hotset})
 * @param burstPages length of one run ({@code burst})
 */
public record WorkloadSpec(
        WorkloadKind kind,
        long ratePagesPerSecond,
        int zeroPercent,
        int compressiblePercent,
        long rangeBytes,
        long bootBytes,
        int hotPercent,
        int hitPercent,
        int burstPages) {

    private static final String MAX_RATE = "max";
    private static final List<String> KEYS =
            List.of("rate", "zero", "compressible", "range", "boot", "hot", "hit", "burst");

    public WorkloadSpec {
        atLeast("rate", ratePagesPerSecond, 0);
        percent("zero", zeroPercent, 0);
        percent("compressible", compressiblePercent, 0);
        wholePages("range", rangeBytes);
        wholePages("boot", bootBytes);
        percent("hot", hotPercent, 1);
        percent("hit", hitPercent, 0);
        atLeast("burst", burstPages, 1);
        if (zeroPercent + compressiblePercent > 100) {
            throw new IllegalArgumentException(
                    "Workload shares zero=%d and compressible=%d add up to more than 100 percent"
                            .formatted(zeroPercent, compressiblePercent));
        }
    }

    /**
     * Reads {@code NAME[,key=value]*} from a command line, where a key that the workload does not
     * use is a mistake.
     *
     * @throws IllegalArgumentException with one clear line
     */
    public static WorkloadSpec parseTyped(String text) {
        WorkloadSpec spec = parse(text);
        for (String part : text.split(",", -1)) {
            String key = part.substring(0, Math.max(0, part.indexOf('=')));
            if (!key.isEmpty() && !spec.kind.keys().contains(key)) {
                throw new IllegalArgumentException(
                        "Workload %s does not use %s: expected %s"
                                .formatted(
                                        spec.kind.text(),
                                        key,
                                        String.join(", ", spec.kind.keys())));
            }
        }
        return spec;
    }

    /**
     * Reads {@code NAME[,key=value]*}, with any key, as {@link #text} writes it.
     *
     * @throws IllegalArgumentException with one clear line
     */
    public static WorkloadSpec parse(String text) {
        String[] parts = text.split(",", -1);
        WorkloadDraft draft =
                new WorkloadDraft(Named.require(WorkloadKind.class, "workload", parts[0]));
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "Workload option '" + parts[i] + "' has no value: expected key=value");
            }
            draft.set(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        return draft.build();
    }

    /** The same specification in the form that {@link #parse} reads. */
    public String text() {
        StringJoiner joiner = new StringJoiner(",").add(kind.text());
        joiner.add("rate=" + (unlimited() ? MAX_RATE : Long.toString(ratePagesPerSecond)));
        joiner.add("zero=" + zeroPercent).add("compressible=" + compressiblePercent);
        joiner.add("range=" + rangeBytes).add("boot=" + bootBytes);
        joiner.add("hot=" + hotPercent).add("hit=" + hitPercent).add("burst=" + burstPages);
        return joiner.toString();
    }

    /** True when the guest writes as fast as it can. */
    public boolean unlimited() {
        return ratePagesPerSecond == 0;
    }

    /** A specification being read, with the default figures to begin with. */
    private static final class WorkloadDraft {
        private final WorkloadKind kind;
        private long rate = 10_000;
        private int zero;
        private int compressible;
        private long range;
        private long boot;
        private int hot = 10;
        private int hit = 90;
        private int burst = 1024;

        WorkloadDraft(WorkloadKind kind) {
            this.kind = kind;
        }

        void set(String key, String value) {
            switch (key) {
                case "rate" -> rate = value.equals(MAX_RATE) ? 0 : number(key, value, 1);
                case "zero" -> zero = (int) number(key, value, 0);
                case "compressible" -> compressible = (int) number(key, value, 0);
                case "range" -> range = MemorySize.parse(value);
                case "boot" -> boot = MemorySize.parse(value);
                case "hot" -> hot = (int) number(key, value, 1);
                case "hit" -> hit = (int) number(key, value, 0);
                case "burst" -> burst = (int) number(key, value, 1);
                default ->
                        throw new IllegalArgumentException(
                                "Unknown workload option '%s'%s: expected %s"
                                        .formatted(
                                                key,
                                                Closest.hint(key, KEYS),
                                                String.join(", ", KEYS)));
            }
        }

        WorkloadSpec build() {
            return new WorkloadSpec(kind, rate, zero, compressible, range, boot, hot, hit, burst);
        }
    }

    private static long number(String key, String value, long least) {
        try {
            long number = Integer.parseInt(value);
            atLeast(key, number, least);
            return number;
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException(
                    "Workload option " + key + "=" + value + " is not a whole number");
        }
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "Workload option " + key + "=" + value + " is below " + least);
        }
    }

    private static void wholePages(String key, long bytes) {
        if (bytes < 0 || bytes % RamBlock.PAGE_SIZE != 0) {
            throw new IllegalArgumentException(
                    "Workload option %s=%s is not a multiple of the page size %d"
                            .formatted(key, MemorySize.typed(bytes), RamBlock.PAGE_SIZE));
        }
    }

    private static void percent(String key, int value, int least) {
        if (value < least || value > 100) {
            throw new IllegalArgumentException(
                    "Workload option %s=%d is not a percentage from %d to 100"
                            .formatted(key, value, least));
        }
    }

    /** The access patterns a guest can have. */
    public enum WorkloadKind implements Named {
        /** Writes nothing after the boot content. */
        IDLE,
        /** Writes the working set in order, over and over. */
        SEQUENTIAL,
        /** Writes pages of the working set at random. */
        UNIFORM,
        /** Writes at random, most of the time within a small hot part of the working set. */
        HOTSET,
        /** Writes runs of neighbouring pages at full speed with pauses between them. */
        BURST,
        /**
         * Increments the first byte of each page in order, over and over: the pattern of QEMU's own
         * migration test.
         */
        INCREMENT;

        /** The keys that mean something to it. */
        private List<String> keys() {
            return switch (this) {
                case IDLE -> List.of("zero", "compressible", "boot");
                case SEQUENTIAL, UNIFORM ->
                        List.of("rate", "zero", "compressible", "range", "boot");
                case HOTSET ->
                        List.of("rate", "zero", "compressible", "range", "boot", "hot", "hit");
                case BURST -> List.of("rate", "zero", "compressible", "range", "boot", "burst");
                case INCREMENT -> List.of("rate", "range", "boot");
            };
        }
    }
}
