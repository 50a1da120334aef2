package io.vmferry.machine.hmp;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** HMP's {@code info migrate}: the result of {@code query-migrate} as text. */
final class InfoMigrateText {

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

    private final Profile profile;
    private final JsonNode info;
    private final StringBuilder text = new StringBuilder();

    private InfoMigrateText(Profile profile, JsonNode info) {
        this.profile = profile;
        this.info = info;
    }

    /**
     * Prints it as the profile does.
     *
     * @param all {@code -a}: with all figures
     */
    static String of(Profile profile, JsonNode info, boolean all) {
        InfoMigrateText text = new InfoMigrateText(profile, info);
        if (profile.has(Trait.INFO_MIGRATE_GROUPED)) {
            text.grouped(all);
        } else {
            text.listed();
        }
        return text.text.toString();
    }

    // ---- one line for each member, until 10.0

    private void listed() {
        line("globals:");
        globals("");
        if (info.has("status")) {
            line("Migration status: %s%s", info.path("status").asText(), failure());
            line("total time: %d ms", info.path("total-time").asLong());
            member("expected-downtime", "expected downtime: %d ms");
            member("downtime", "downtime: %d ms");
            member("setup-time", "setup: %d ms");
        }
        if (info.has("ram")) {
            ramListed(info.path("ram"));
        }
        if (info.has("xbzrle-cache")) {
            xbzrleListed(info.path("xbzrle-cache"));
        }
        member("cpu-throttle-percentage", "cpu throttle percentage: %d");
        member("postcopy-blocktime", "postcopy blocktime: %d");
        if (info.has("postcopy-vcpu-blocktime")) {
            line("postcopy vcpu blocktime: %s", joined("postcopy-vcpu-blocktime"));
        }
        sockets("socket address: [");
        if (info.has("vfio")) {
            line("vfio transferred: %d kbytes", kibi(info.path("vfio"), "transferred"));
        }
    }

    private void ramListed(JsonNode ram) {
        line("transferred ram: %d kbytes", kibi(ram, "transferred"));
        line("throughput: %.2f mbps", ram.path("mbps").asDouble());
        line("remaining ram: %d kbytes", kibi(ram, "remaining"));
        line("total ram: %d kbytes", kibi(ram, "total"));
        line("duplicate: %d pages", ram.path("duplicate").asLong());
        if (profile.has(Trait.SKIPPED_PAGES)) {
            line("skipped: %d pages", ram.path("skipped").asLong());
        }
        line("normal: %d pages", ram.path("normal").asLong());
        line("normal bytes: %d kbytes", kibi(ram, "normal-bytes"));
        line("dirty sync count: %d", ram.path("dirty-sync-count").asLong());
        line("page size: %d kbytes", kibi(ram, "page-size"));
        line("multifd bytes: %d kbytes", kibi(ram, "multifd-bytes"));
        line("pages-per-second: %d", ram.path("pages-per-second").asLong());
        unlessZero(ram, "dirty-pages-rate", "dirty pages rate: %d pages", 0);
        unlessZero(ram, "postcopy-requests", "postcopy request count: %d", 0);
        unlessZero(ram, "precopy-bytes", "precopy ram: %d kbytes", 10);
        unlessZero(ram, "downtime-bytes", "downtime ram: %d kbytes", 10);
        unlessZero(ram, "postcopy-bytes", "postcopy ram: %d kbytes", 10);
    }

    private void xbzrleListed(JsonNode cache) {
        line("cache size: %s bytes", cache.path("cache-size").asText());
        line("xbzrle transferred: %d kbytes", kibi(cache, "bytes"));
        line("xbzrle pages: %d pages", cache.path("pages").asLong());
        line("xbzrle cache miss: %d pages", cache.path("cache-miss").asLong());
        line("xbzrle cache miss rate: %.2f", cache.path("cache-miss-rate").asDouble());
        line("xbzrle encoding rate: %.2f", cache.path("encoding-rate").asDouble());
        line("xbzrle overflow: %d", cache.path("overflow").asLong());
    }

    private void unlessZero(JsonNode ram, String name, String format, int shift) {
        long value = ram.path(name).asLong();
        if (value != 0) {
            line(format, value >>> shift);
        }
    }

    // ---- grouped, since 10.1

    private void grouped(boolean all) {
        if (info.has("status")) {
            line("Status: \t\t%s%s", info.path("status").asText(), failure());
        }
        if (info.has("total-time")) {
            List<String> times = new ArrayList<>();
            times.add("total=" + info.path("total-time").asLong());
            times.add("setup=" + info.path("setup-time").asLong());
            if (info.has("expected-downtime")) {
                times.add("exp_down=" + info.path("expected-downtime").asLong());
            }
            if (info.has("downtime")) {
                times.add("down=" + info.path("downtime").asLong());
            }
            line("Time (ms): \t\t%s", String.join(", ", times));
        }
        if (info.has("remaining")) {
            line("Remaining: \t\t%s", size(info.path("remaining").asLong()));
        }
        sockets("Sockets: [");
        if (info.has("ram")) {
            ramGrouped(info.path("ram"));
        }
        if (all) {
            rest();
        }
    }

    private void ramGrouped(JsonNode ram) {
        line("RAM info:");
        line("  Throughput (Mbps): \t%.2f", ram.path("mbps").asDouble());
        line("  Sizes: \t\tpagesize=%s, total=%s", size(ram, "page-size"), size(ram, "total"));
        line(
                "  Transfers: \t\ttransferred=%s, remain=%s",
                size(ram, "transferred"), size(ram, "remaining"));
        String vfio = info.has("vfio") ? ", vfio=" + size(info.path("vfio"), "transferred") : "";
        line(
                "    Channels: \t\tprecopy=%s, multifd=%s, postcopy=%s%s",
                size(ram, "precopy-bytes"),
                size(ram, "multifd-bytes"),
                size(ram, "postcopy-bytes"),
                vfio);
        line(
                "    Page Types: \tnormal=%d, zero=%d",
                ram.path("normal").asLong(), ram.path("duplicate").asLong());
        line(
                "  Page Rates (pps): \ttransfer=%d%s",
                ram.path("pages-per-second").asLong(), also(ram, "dirty-pages-rate", "dirty"));
        line(
                "  Others: \t\tdirty_syncs=%d%s%s",
                ram.path("dirty-sync-count").asLong(),
                also(ram, "postcopy-requests", "postcopy_req"),
                also(ram, "downtime-bytes", "downtime_bytes"));
    }

    private static String also(JsonNode ram, String name, String label) {
        long value = ram.path(name).asLong();
        return value == 0 ? "" : ", %s=%d".formatted(label, value);
    }

    private void rest() {
        line("Globals:");
        globals("  ");
        if (info.has("xbzrle-cache")) {
            xbzrleGrouped(info.path("xbzrle-cache"));
        }
        member("cpu-throttle-percentage", "CPU Throttle (%%): %d");
        member("postcopy-blocktime", "Postcopy Blocktime (ms): %d");
        if (info.has("postcopy-vcpu-blocktime")) {
            line("Postcopy vCPU Blocktime (ms):");
            line(" [%s]", joined("postcopy-vcpu-blocktime"));
        }
    }

    private void xbzrleGrouped(JsonNode cache) {
        line(
                "XBZRLE: size=%s, transferred=%d, pages=%d, miss=%d",
                cache.path("cache-size").asText(),
                cache.path("bytes").asLong(),
                cache.path("pages").asLong(),
                cache.path("cache-miss").asLong());
        line(
                "  miss_rate=%.2f, encode_rate=%.2f, overflow=%d",
                cache.path("cache-miss-rate").asDouble(),
                cache.path("encoding-rate").asDouble(),
                cache.path("overflow").asLong());
    }

    // ---- both

    private void globals(String indent) {
        line(indent + "store-global-state: on");
        line(indent + "only-migratable: off");
        line(indent + "send-configuration: on");
        line(indent + "send-section-footer: on");
        if (profile.has(Trait.SWITCHOVER_START)) {
            line(indent + "send-switchover-start: on");
        }
        if (profile.has(Trait.COMPRESS_PAGE)) {
            line(indent + "decompress-error-check: on");
        }
        line(indent + "clear-bitmap-shift: 18");
    }

    private String failure() {
        boolean told =
                switch (info.path("status").asText()) {
                    case "failed" -> true;
                    case "postcopy-paused" -> profile.has(Trait.PAUSED_POSTCOPY_EXPLAINED);
                    default -> false;
                };
        return told && info.has("error-desc")
                ? " (%s)".formatted(info.path("error-desc").asText())
                : "";
    }

    private void sockets(String head) {
        if (!info.has("socket-address")) {
            return;
        }
        line(head);
        for (JsonNode socket : info.path("socket-address")) {
            line(
                    "\t%s",
                    socket.path("type").asText().equals("unix")
                            ? "unix:" + socket.path("path").asText()
                            : "tcp:%s:%s"
                                    .formatted(
                                            socket.path("host").asText(),
                                            socket.path("port").asText()));
        }
        line("]");
    }

    private String joined(String name) {
        List<String> values = new ArrayList<>();
        info.path(name).forEach(value -> values.add(value.asText()));
        return String.join(", ", values);
    }

    private static long kibi(JsonNode node, String name) {
        return node.path(name).asLong() >>> 10;
    }

    private static String size(JsonNode node, String name) {
        return size(node.path(name).asLong());
    }

    /** Three digits and the largest unit that leaves something before the point. */
    static String size(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1000 && unit < UNITS.size() - 1) {
            value /= 1024;
            unit++;
        }
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        String digits = String.format(Locale.ROOT, "%." + decimals + "f", value);
        if (digits.contains(".")) {
            digits = digits.replaceAll("\\.?0+$", "");
        }
        return digits + " " + UNITS.get(unit);
    }

    private void member(String name, String format) {
        if (info.has(name)) {
            line(format, info.path(name).asLong());
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // every format is a literal of this class
    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
