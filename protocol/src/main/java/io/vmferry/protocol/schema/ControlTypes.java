package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import io.vmferry.protocol.qmp.QapiType;
import java.util.List;
import java.util.stream.Collectors;

/** The types of {@link ControlCommand}. */
final class ControlTypes {

    private static final QapiType TIME =
            QapiType.struct(
                    required("seconds", Builtin.INT), required("microseconds", Builtin.INT));

    /** A fault; {@code where} and {@code at} tell where and when it was injected, or missed. */
    static final QapiType FAULT =
            QapiType.struct(
                    required("id", Builtin.INT),
                    required("fault", Builtin.STR),
                    required("from-now", Builtin.BOOL),
                    required(
                            "progress",
                            new QapiType.Enumeration(List.of("waiting", "injected", "missed"))),
                    optional("where", Builtin.STR),
                    optional("at", TIME));

    private static final QapiType DIRECTION =
            QapiType.struct(
                    required("bytes", Builtin.INT),
                    required("held-bytes", Builtin.INT),
                    optional("trouble", Builtin.STR));

    /** A connection with its two directions. */
    static final QapiType CHANNEL =
            QapiType.struct(
                    required("channels", Builtin.listOf(Builtin.STR)),
                    required("peer", Builtin.STR),
                    required("to-destination", DIRECTION),
                    required("to-source", DIRECTION));

    static final QapiType CUT = new QapiType.Enumeration(List.of("close", "reset", "blackhole"));

    static final QapiType POINT_COUNT =
            QapiType.struct(required("point", Builtin.STR), required("count", Builtin.INT));

    private ControlTypes() {}

    /** A type for documents; a member that may be left out stands in brackets. */
    static String text(QapiType type) {
        return switch (type) {
            case QapiType.Struct(List<QapiType.Member> members) when members.isEmpty() -> "";
            case QapiType.Struct(List<QapiType.Member> members) ->
                    members.stream().map(ControlTypes::text).collect(Collectors.joining(", "));
            case QapiType.ListOf(QapiType element) -> "list of: " + text(element);
            case QapiType.Enumeration(List<String> values, var _) -> String.join("\\|", values);
            case QapiType.Str _ -> "string";
            case QapiType.Bool _ -> "bool";
            default -> "int";
        };
    }

    private static String inner(QapiType type) {
        return type instanceof QapiType.Struct ? "{%s}".formatted(text(type)) : text(type);
    }

    private static String text(QapiType.Member member) {
        boolean named =
                member.type() instanceof QapiType.Str || member.type() instanceof QapiType.Int;
        String inner = named ? "" : ": " + inner(member.type());
        return member.optional()
                ? "[`%s`%s]".formatted(member.name(), inner)
                : "`%s`%s".formatted(member.name(), inner);
    }
}
