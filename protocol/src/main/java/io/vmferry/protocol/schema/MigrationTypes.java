package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The types of the migration commands. */
public final class MigrationTypes {

    private static final QapiType VFIO = QapiType.struct(required("transferred", Builtin.INT));

    private static final QapiType XBZRLE_CACHE =
            QapiType.struct(
                    required("cache-size", Builtin.UINT64),
                    required("bytes", Builtin.INT),
                    required("pages", Builtin.INT),
                    required("cache-miss", Builtin.INT),
                    required("cache-miss-rate", Builtin.NUMBER),
                    required("encoding-rate", Builtin.NUMBER),
                    required("overflow", Builtin.INT));

    private static final QapiType COMPRESSION =
            QapiType.struct(
                    required("pages", Builtin.INT),
                    required("busy", Builtin.INT),
                    required("busy-rate", Builtin.NUMBER),
                    required("compressed-size", Builtin.INT),
                    required("compression-rate", Builtin.NUMBER));

    private MigrationTypes() {}

    /** QEMU's {@code MigrationStatus}. */
    public static QapiType.Enumeration status(Profile profile) {
        return new QapiType.Enumeration(
                Arrays.stream(MigrationStatus.values())
                        .filter(status -> status.knownTo(profile))
                        .map(MigrationStatus::text)
                        .toList());
    }

    /** The address members of {@code migrate} and {@code migrate-incoming}. */
    public static List<QapiType.Member> address(Profile profile) {
        return profile.has(Trait.MIGRATE_CHANNELS)
                ? List.of(
                        optional("uri", Builtin.STR),
                        optional("channels", Builtin.listOf(AddressTypes.channel(profile))))
                : List.of(required("uri", Builtin.STR));
    }

    /** The arguments of {@code migrate}. */
    public static QapiType.Struct migrate(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>(address(profile));
        if (profile.has(Trait.BLOCK_SECTION)) {
            members.add(
                    dated(
                            optional("blk", Builtin.BOOL),
                            profile.has(Trait.BLOCK_MIGRATION_DEPRECATED)));
            members.add(
                    dated(
                            optional("inc", Builtin.BOOL),
                            profile.has(Trait.BLOCK_MIGRATION_DEPRECATED)));
        }
        if (profile.has(Trait.MIGRATE_DETACH)) {
            members.add(
                    dated(
                            optional("detach", Builtin.BOOL),
                            profile.has(Trait.MIGRATE_DETACH_DEPRECATED)));
        }
        members.add(optional("resume", Builtin.BOOL));
        return new QapiType.Struct(members);
    }

    /** The arguments of {@code migrate-incoming}. */
    public static QapiType.Struct incoming(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>(address(profile));
        if (profile.has(Trait.EXIT_ON_ERROR)) {
            members.add(optional("exit-on-error", Builtin.BOOL));
        }
        return new QapiType.Struct(members);
    }

    /** The arguments of {@code migrate-continue}. */
    public static QapiType.Struct proceed(Profile profile) {
        return QapiType.struct(required("state", status(profile)));
    }

    /** The arguments of {@code migrate-recover}. */
    public static QapiType.Struct recover() {
        return QapiType.struct(required("uri", Builtin.STR));
    }

    /** What {@code query-migrate} returns. */
    public static QapiType.Struct info(Profile profile) {
        boolean blocks = profile.has(Trait.BLOCK_SECTION);
        List<QapiType.Member> members = new ArrayList<>();
        members.add(optional("status", status(profile)));
        members.add(optional("ram", stats(profile)));
        if (blocks) {
            members.add(
                    dated(
                            optional("disk", stats(profile)),
                            profile.has(Trait.BLOCK_MIGRATION_DEPRECATED)));
        }
        if (profile.has(Trait.REMAINING_BYTES)) {
            members.add(optional("remaining", Builtin.UINT64));
        }
        members.add(optional("vfio", VFIO));
        members.add(optional("xbzrle-cache", XBZRLE_CACHE));
        members.add(optional("total-time", Builtin.INT));
        members.add(optional("expected-downtime", Builtin.INT));
        members.add(optional("downtime", Builtin.INT));
        members.add(optional("setup-time", Builtin.INT));
        members.add(optional("cpu-throttle-percentage", Builtin.INT));
        members.add(optional("error-desc", Builtin.STR));
        members.add(optional("blocked-reasons", Builtin.listOf(Builtin.STR)));
        members.add(optional("postcopy-blocktime", Builtin.UINT32));
        members.add(optional("postcopy-vcpu-blocktime", Builtin.listOf(Builtin.UINT32)));
        if (profile.has(Trait.POSTCOPY_LATENCY)) {
            QapiType list = Builtin.listOf(Builtin.UINT64);
            members.add(unstable("postcopy-latency", Builtin.UINT64));
            members.add(unstable("postcopy-latency-dist", list));
            members.add(unstable("postcopy-vcpu-latency", list));
            members.add(unstable("postcopy-non-vcpu-latency", Builtin.UINT64));
        }
        if (blocks) {
            members.add(
                    dated(
                            optional("compression", COMPRESSION),
                            profile.has(Trait.BLOCK_MIGRATION_DEPRECATED)));
        }
        members.add(optional("socket-address", Builtin.listOf(AddressTypes.socket(profile))));
        if (profile.has(Trait.DIRTY_LIMIT_FIGURES)) {
            members.add(optional("dirty-limit-throttle-time-per-round", Builtin.UINT64));
            members.add(optional("dirty-limit-ring-full-time", Builtin.UINT64));
        }
        return new QapiType.Struct(members);
    }

    private static QapiType.Struct stats(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>();
        members.add(required("transferred", Builtin.INT));
        members.add(required("remaining", Builtin.INT));
        members.add(required("total", Builtin.INT));
        members.add(required("duplicate", Builtin.INT));
        if (profile.has(Trait.SKIPPED_PAGES)) {
            members.add(
                    dated(
                            required("skipped", Builtin.INT),
                            profile.has(Trait.BLOCK_MIGRATION_DEPRECATED)));
        }
        members.add(required("normal", Builtin.INT));
        members.add(required("normal-bytes", Builtin.INT));
        members.add(required("dirty-pages-rate", Builtin.INT));
        members.add(required("mbps", Builtin.NUMBER));
        members.add(required("dirty-sync-count", Builtin.INT));
        members.add(required("postcopy-requests", Builtin.INT));
        members.add(required("page-size", Builtin.INT));
        for (String name :
                List.of(
                        "multifd-bytes",
                        "pages-per-second",
                        "precopy-bytes",
                        "downtime-bytes",
                        "postcopy-bytes",
                        "dirty-sync-missed-zero-copy")) {
            members.add(required(name, Builtin.UINT64));
        }
        return new QapiType.Struct(members);
    }

    private static QapiType.Member unstable(String name, QapiType type) {
        return optional(name, type).with(QapiType.UNSTABLE);
    }

    private static QapiType.Member dated(QapiType.Member member, boolean deprecated) {
        return deprecated ? member.with(QapiType.DEPRECATED) : member;
    }
}
