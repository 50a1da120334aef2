package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The types of addresses: of sockets, and of migration channels. */
public final class AddressTypes {

    private static final QapiType.Struct UNIX =
            QapiType.struct(
                    required("path", Builtin.STR),
                    optional("abstract", Builtin.BOOL),
                    optional("tight", Builtin.BOOL));

    private static final QapiType.Struct VSOCK =
            QapiType.struct(required("cid", Builtin.STR), required("port", Builtin.STR));

    private static final QapiType.Struct FD = QapiType.struct(required("str", Builtin.STR));

    private static final QapiType.Struct EXEC =
            QapiType.struct(required("args", Builtin.listOf(Builtin.STR)));

    private static final QapiType.Struct FILE =
            QapiType.struct(required("filename", Builtin.STR), required("offset", Builtin.UINT64));

    private AddressTypes() {}

    /** QEMU's {@code SocketAddress}. */
    public static QapiType.Union socket(Profile profile) {
        Map<String, QapiType.Members> variants = new LinkedHashMap<>();
        variants.put("inet", inet(profile));
        variants.put("unix", UNIX);
        variants.put("vsock", VSOCK);
        variants.put("fd", FD);
        return union("type", variants);
    }

    private static QapiType.Struct inet(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>();
        members.add(required("host", Builtin.STR));
        members.add(required("port", Builtin.STR));
        members.add(optional("numeric", Builtin.BOOL));
        members.add(optional("to", Builtin.UINT16));
        members.add(optional("ipv4", Builtin.BOOL));
        members.add(optional("ipv6", Builtin.BOOL));
        members.add(optional("keep-alive", Builtin.BOOL));
        if (profile.has(Trait.KEEP_ALIVE_OPTIONS)) {
            members.add(optional("keep-alive-count", Builtin.UINT32));
            members.add(optional("keep-alive-idle", Builtin.UINT32));
            members.add(optional("keep-alive-interval", Builtin.UINT32));
        }
        members.add(optional("mptcp", Builtin.BOOL));
        return new QapiType.Struct(members);
    }

    /** QEMU's {@code MigrationChannel}. */
    public static QapiType.Struct channel(Profile profile) {
        Map<String, QapiType.Members> variants = new LinkedHashMap<>();
        variants.put("socket", socket(profile));
        variants.put("exec", EXEC);
        variants.put("rdma", inet(profile));
        variants.put("file", FILE);
        List<String> types =
                profile.has(Trait.CPR_TRANSFER) ? List.of("main", "cpr") : List.of("main");
        return QapiType.struct(
                required("channel-type", new QapiType.Enumeration(types)),
                required("addr", union("transport", variants)));
    }

    private static QapiType.Union union(String tag, Map<String, QapiType.Members> variants) {
        QapiType tags = new QapiType.Enumeration(List.copyOf(variants.keySet()));
        return new QapiType.Union(QapiType.struct(required(tag, tags)), tag, variants);
    }
}
