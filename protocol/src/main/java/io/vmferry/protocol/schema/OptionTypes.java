package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The types of capabilities and parameters. */
public final class OptionTypes {

    private OptionTypes() {}

    /** The arguments of {@code migrate-set-capabilities}. */
    public static QapiType.Struct setCapabilities(Profile profile) {
        return QapiType.struct(required("capabilities", capabilities(profile)));
    }

    /** What {@code query-migrate-capabilities} returns. */
    public static QapiType capabilities(Profile profile) {
        List<String> names = new ArrayList<>();
        Map<String, String> features = new HashMap<>();
        for (Capability capability : Capability.knownBy(profile)) {
            names.add(capability.text());
            feature(capability.text(), capability.deprecatedIn(profile))
                    .ifPresent(feature -> features.put(capability.text(), feature));
        }
        return Builtin.listOf(
                QapiType.struct(
                        required("capability", new QapiType.Enumeration(names, features)),
                        required("state", Builtin.BOOL)));
    }

    /** The arguments of {@code migrate-set-parameters}, all of them optional. */
    public static QapiType.Struct setParameters(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>();
        for (Parameter parameter : Parameter.knownBy(profile)) {
            members.add(member(parameter, parameter.spec(profile).type(), profile));
        }
        return new QapiType.Struct(members);
    }

    /** What {@code query-migrate-parameters} returns. */
    public static QapiType.Struct parameters(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>();
        for (Parameter parameter : Parameter.knownBy(profile)) {
            QapiType type = parameter.spec(profile).type();
            boolean text =
                    type instanceof QapiType.StrOrNull && !profile.has(Trait.TLS_MAY_BE_NULL);
            members.add(member(parameter, text ? Builtin.STR : type, profile));
        }
        return new QapiType.Struct(members);
    }

    private static QapiType.Member member(Parameter parameter, QapiType type, Profile profile) {
        QapiType.Member member = optional(parameter.text(), type);
        return feature(parameter.text(), parameter.deprecatedIn(profile))
                .map(member::with)
                .orElse(member);
    }

    /** What begins with x is experimental. */
    private static Optional<String> feature(String name, boolean deprecated) {
        if (deprecated) {
            return Optional.of(QapiType.DEPRECATED);
        }
        return name.startsWith("x-") ? Optional.of(QapiType.UNSTABLE) : Optional.empty();
    }
}
