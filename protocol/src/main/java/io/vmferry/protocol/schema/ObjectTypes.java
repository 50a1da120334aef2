package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The types of the commands about objects. */
public final class ObjectTypes {

    /** What {@code object-del} takes. */
    public static final QapiType.Struct DELETE = QapiType.struct(required("id", Builtin.STR));

    private static final QapiType POLICY = new QapiType.Enumeration(List.of("deny", "allow"));

    private static final QapiType.Struct RULE =
            QapiType.struct(
                    required("match", Builtin.STR),
                    required("policy", POLICY),
                    optional("format", new QapiType.Enumeration(List.of("exact", "glob"))));

    /** The properties of {@code authz-list}, which a file of {@code authz-listfile} has, too. */
    public static final QapiType.Struct RULES =
            QapiType.struct(optional("policy", POLICY), optional("rules", Builtin.listOf(RULE)));

    private ObjectTypes() {}

    /** What {@code object-add} takes. */
    public static QapiType.Union add(Profile profile) {
        Map<String, QapiType.Members> variants = new LinkedHashMap<>();
        for (ObjectType type : ObjectType.values()) {
            variants.put(type.text(), properties(type, profile));
        }
        return new QapiType.Union(
                QapiType.struct(
                        required(
                                "qom-type",
                                new QapiType.Enumeration(
                                        Arrays.stream(ObjectType.values())
                                                .map(Named::text)
                                                .toList())),
                        required("id", Builtin.STR)),
                "qom-type",
                variants);
    }

    private static QapiType.Struct properties(ObjectType type, Profile profile) {
        return switch (type) {
            case AUTHZ_LIST -> RULES;
            case AUTHZ_LISTFILE ->
                    QapiType.struct(
                            required("filename", Builtin.STR), optional("refresh", Builtin.BOOL));
            case AUTHZ_SIMPLE -> QapiType.struct(required("identity", Builtin.STR));
            case SECRET -> secret(profile);
            case TLS_CREDS_ANON -> credentials(profile);
            case TLS_CREDS_PSK -> credentials(profile, optional("username", Builtin.STR));
            case TLS_CREDS_X509 ->
                    credentials(
                            profile,
                            optional("sanity-check", Builtin.BOOL),
                            optional("passwordid", Builtin.STR));
        };
    }

    private static QapiType.Struct secret(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>();
        loaded(profile, members);
        members.add(optional("format", new QapiType.Enumeration(List.of("raw", "base64"))));
        for (String name : List.of("keyid", "iv", "data", "file")) {
            members.add(optional(name, Builtin.STR));
        }
        return new QapiType.Struct(members);
    }

    private static QapiType.Struct credentials(Profile profile, QapiType.Member... own) {
        List<QapiType.Member> members = new ArrayList<>();
        members.add(optional("verify-peer", Builtin.BOOL));
        members.add(optional("dir", Builtin.STR));
        members.add(optional("endpoint", new QapiType.Enumeration(List.of("client", "server"))));
        members.add(optional("priority", Builtin.STR));
        loaded(profile, members);
        members.addAll(Arrays.asList(own));
        return new QapiType.Struct(members);
    }

    private static void loaded(Profile profile, List<QapiType.Member> members) {
        if (profile.has(Trait.OBJECTS_NAME_LOADED)) {
            members.add(optional("loaded", Builtin.BOOL).with(QapiType.DEPRECATED));
        }
    }
}
