package io.vmferry.protocol.options;

import static io.vmferry.protocol.options.ParameterSpec.choice;
import static io.vmferry.protocol.options.ParameterSpec.flag;
import static io.vmferry.protocol.options.ParameterSpec.list;
import static io.vmferry.protocol.options.ParameterSpec.number;
import static io.vmferry.protocol.options.ParameterSpec.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import java.util.List;
import java.util.Optional;

/** The table of parameters. */
final class ParameterCatalogue {

    private static final QapiType BITMAP_NODE =
            QapiType.struct(
                    QapiType.required("node-name", new QapiType.Str()),
                    QapiType.required("alias", new QapiType.Str()),
                    QapiType.required(
                            "bitmaps",
                            new QapiType.ListOf(
                                    QapiType.struct(
                                            QapiType.required("name", new QapiType.Str()),
                                            QapiType.required("alias", new QapiType.Str()),
                                            QapiType.optional(
                                                    "transform",
                                                    QapiType.struct(
                                                            QapiType.optional(
                                                                    "persistent",
                                                                    new QapiType.Bool())))))));

    private static final long PAGE_SIZE_BYTES = 4096;

    private ParameterCatalogue() {}

    static ParameterSpec of(Parameter parameter, Profile profile) {
        return switch (parameter) {
            case ANNOUNCE_INITIAL -> number(64, "ms", 50).between(0, 100_000);
            case ANNOUNCE_MAX -> number(64, "ms", 550).between(0, 100_000);
            case ANNOUNCE_ROUNDS -> number(64, "", 5).between(0, 1000);
            // QEMU refuses 0 here and says that it does not.
            case ANNOUNCE_STEP ->
                    number(64, "ms", 100).within(1, 10_000, "a value between 0 and 10000");
            case COMPRESS_LEVEL -> number(8, "", 1).between(0, 9);
            case COMPRESS_THREADS -> number(8, "", 8).between(1, 255);
            case DECOMPRESS_THREADS -> number(8, "", 2).between(1, 255);
            case COMPRESS_WAIT_THREAD -> flag(true);
            case THROTTLE_TRIGGER_THRESHOLD -> number(8, "%", 50).integer(1, 100);
            case CPU_THROTTLE_INITIAL -> number(8, "%", 20).integer(1, 99);
            case CPU_THROTTLE_INCREMENT -> number(8, "%", 10).integer(1, 99);
            case CPU_THROTTLE_TAILSLOW -> flag(false);
            case TLS_CREDS, TLS_HOSTNAME, TLS_AUTHZ -> text();
            case MAX_BANDWIDTH -> number(64, "bytes/s", 128L << 20);
            case AVAIL_SWITCHOVER_BANDWIDTH, MAX_POSTCOPY_BANDWIDTH -> number(64, "bytes/s", 0);
            case DOWNTIME_LIMIT ->
                    number(64, "ms", 300)
                            .within(
                                    0,
                                    2_000_000,
                                    "an integer in the range of 0 to (2000 * 1000) ms");
            case X_CHECKPOINT_DELAY -> number(32, "ms", 20_000);
            case BLOCK_INCREMENTAL -> flag(false);
            case MULTIFD_CHANNELS -> number(8, "", 2).between(1, 255);
            // QEMU's x86 builds have no accelerators to compress with.
            case MULTIFD_COMPRESSION -> choice("none", List.of("none", "zlib", "zstd"));
            case MULTIFD_ZLIB_LEVEL -> number(8, "", 1).between(0, 9);
            case MULTIFD_QATZIP_LEVEL -> number(8, "", 1).between(1, 9);
            case MULTIFD_ZSTD_LEVEL -> number(8, "", 1).between(0, 20);
            case XBZRLE_CACHE_SIZE ->
                    number(64, "bytes", 64L << 20)
                            .powerOfTwo(
                                    PAGE_SIZE_BYTES,
                                    -1L,
                                    "a power of two no less than the target page size");
            case MAX_CPU_THROTTLE ->
                    number(8, "%", 99)
                            .within(
                                    1,
                                    99,
                                    "an integer in the range of %s to 99"
                                            .formatted(
                                                    profile.has(Trait.PARAMETER_CALLED_OPTION)
                                                            ? "cpu-throttle-initial"
                                                            : "cpu_throttle_initial"));
            case BLOCK_BITMAP_MAPPING -> list(BITMAP_NODE, Optional.empty());
            case X_VCPU_DIRTY_LIMIT_PERIOD -> number(64, "ms", 1000).between(1, 1000);
            case VCPU_DIRTY_LIMIT -> number(64, "MB/s", 1);
            case MODE -> choice("normal", modes(profile));
            case ZERO_PAGE_DETECTION -> choice("multifd", List.of("none", "legacy", "multifd"));
            case DIRECT_IO -> flag(false);
            case X_RDMA_CHUNK_SIZE ->
                    number(64, "bytes", 1L << 20)
                            .powerOfTwo(
                                    1L << 20,
                                    1L << 30,
                                    "a power of 2 in the range 1MiB to 1024MiB");
            case CPR_EXEC_COMMAND ->
                    list(new QapiType.Str(), Optional.of(JsonNodeFactory.instance.arrayNode()));
        };
    }

    private static List<String> modes(Profile profile) {
        if (profile.has(Trait.CPR_EXEC)) {
            return List.of("normal", "cpr-reboot", "cpr-transfer", "cpr-exec");
        }
        return profile.has(Trait.CPR_TRANSFER)
                ? List.of("normal", "cpr-reboot", "cpr-transfer")
                : List.of("normal", "cpr-reboot");
    }
}
