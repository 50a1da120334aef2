package io.vmferry.protocol.schema;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.schema.EventTypes.EventSpec;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Renders commands and events as {@code query-qmp-schema} shows them: every type is an entry of its
 * own, and those that are not built in have numbers for names, so that clients do not rely on
 * names.
 */
public final class SchemaIntrospection {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ArrayNode entries = NODES.arrayNode();
    private final Map<QapiType, String> names = new HashMap<>();
    private final Deque<QapiType> pending = new ArrayDeque<>();
    private int numbers;

    private SchemaIntrospection() {}

    /** The schema of some commands and events. */
    public static ArrayNode of(Collection<CommandSpec> commands, Collection<EventSpec> events) {
        SchemaIntrospection schema = new SchemaIntrospection();
        schema.name(QapiType.struct());
        commands.forEach(schema::command);
        events.forEach(schema::event);
        while (!schema.pending.isEmpty()) {
            schema.describe(schema.pending.remove());
        }
        return schema.entries;
    }

    /** What {@code query-qmp-schema} returns. */
    public static QapiType returnType() {
        QapiType names = Builtin.listOf(Builtin.STR);
        Map<String, QapiType.Members> variants = new LinkedHashMap<>();
        variants.put(
                "builtin",
                QapiType.struct(
                        required(
                                "json-type",
                                new QapiType.Enumeration(
                                        List.of(
                                                "string", "number", "int", "boolean", "null",
                                                "object", "array", "value")))));
        variants.put(
                "enum",
                QapiType.struct(
                        required(
                                "members",
                                Builtin.listOf(
                                        QapiType.struct(
                                                required("name", Builtin.STR),
                                                optional("features", names)))),
                        required("values", names).with(QapiType.DEPRECATED)));
        variants.put("array", QapiType.struct(required("element-type", Builtin.STR)));
        variants.put("object", objectInfo(names));
        variants.put(
                "alternate",
                QapiType.struct(
                        required(
                                "members",
                                Builtin.listOf(QapiType.struct(required("type", Builtin.STR))))));
        variants.put(
                "command",
                QapiType.struct(
                        required("arg-type", Builtin.STR),
                        required("ret-type", Builtin.STR),
                        optional("allow-oob", Builtin.BOOL)));
        variants.put("event", QapiType.struct(required("arg-type", Builtin.STR)));
        QapiType meta = new QapiType.Enumeration(List.copyOf(variants.keySet()));
        return Builtin.listOf(
                new QapiType.Union(
                        QapiType.struct(
                                required("name", Builtin.STR),
                                required("meta-type", meta),
                                optional("features", names)),
                        "meta-type",
                        variants));
    }

    private static QapiType.Struct objectInfo(QapiType names) {
        return QapiType.struct(
                required(
                        "members",
                        Builtin.listOf(
                                QapiType.struct(
                                        required("name", Builtin.STR),
                                        required("type", Builtin.STR),
                                        optional("default", new QapiType.Any()),
                                        optional("features", names)))),
                optional("tag", Builtin.STR),
                optional(
                        "variants",
                        Builtin.listOf(
                                QapiType.struct(
                                        required("case", Builtin.STR),
                                        required("type", Builtin.STR)))));
    }

    private void command(CommandSpec command) {
        ObjectNode entry =
                entry(command.name(), "command")
                        .put("arg-type", name(command.arguments()))
                        .put("ret-type", name(command.returns()));
        if (command.outOfBand()) {
            entry.put("allow-oob", true);
        }
        features(entry, command.features());
    }

    private void event(EventSpec event) {
        entry(event.name(), "event").put("arg-type", name(event.data()));
    }

    private ObjectNode entry(String name, String metaType) {
        return entries.addObject().put("name", name).put("meta-type", metaType);
    }

    private static void features(ObjectNode entry, List<String> features) {
        if (!features.isEmpty()) {
            features.forEach(entry.putArray("features")::add);
        }
    }

    /** The name of a type, which is described later if it has not been named before. */
    private String name(QapiType type) {
        QapiType plain = plain(type);
        String known = names.get(plain);
        if (known != null) {
            return known;
        }
        String name =
                switch (plain) {
                    case QapiType.Str str -> "str";
                    case QapiType.Bool bool -> "bool";
                    case QapiType.Int integer -> "int";
                    case QapiType.Uint uint -> "int";
                    case QapiType.Real real -> "number";
                    case QapiType.Any any -> "any";
                    case QapiType.ListOf(QapiType element) -> "[" + name(element) + "]";
                    case QapiType.Enumeration enumeration -> Integer.toString(numbers++);
                    case QapiType.StrOrNull strOrNull -> Integer.toString(numbers++);
                    case QapiType.Members object -> Integer.toString(numbers++);
                };
        names.put(plain, name);
        pending.add(plain);
        return name;
    }

    /** All integers look alike from outside, and so do lists of them. */
    private static QapiType plain(QapiType type) {
        if (type instanceof QapiType.Uint) {
            return Builtin.INT;
        }
        return type instanceof QapiType.ListOf(QapiType.Uint number)
                ? Builtin.listOf(Builtin.INT)
                : type;
    }

    private void describe(QapiType type) {
        String name = Objects.requireNonNull(names.get(type), "Only named types are described");
        switch (type) {
            case QapiType.Str str -> builtin(name, "string");
            case QapiType.Bool bool -> builtin(name, "boolean");
            case QapiType.Int integer -> builtin(name, "int");
            case QapiType.Uint uint -> builtin(name, "int");
            case QapiType.Real real -> builtin(name, "number");
            case QapiType.Any any -> builtin(name, "value");
            case QapiType.ListOf(QapiType element) ->
                    entry(name, "array").put("element-type", name(element));
            case QapiType.Enumeration enumeration -> enumeration(name, enumeration);
            case QapiType.StrOrNull strOrNull -> strOrNull(name);
            case QapiType.Struct struct -> members(entry(name, "object"), struct);
            case QapiType.Union union -> {
                ObjectNode entry = entry(name, "object");
                members(entry, union.base());
                entry.put("tag", union.discriminator());
                ArrayNode variants = entry.putArray("variants");
                union.variants()
                        .forEach((value, variant) ->
                                variants.addObject().put("case", value).put("type", name(variant)));
            }
        }
    }

    private void builtin(String name, String jsonType) {
        entry(name, "builtin").put("json-type", jsonType);
    }

    private void enumeration(String name, QapiType.Enumeration enumeration) {
        ObjectNode entry = entry(name, "enum");
        ArrayNode members = entry.putArray("members");
        for (String value : enumeration.values()) {
            ObjectNode member = members.addObject().put("name", value);
            String feature = enumeration.features().get(value);
            features(member, feature == null ? List.of() : List.of(feature));
        }
        enumeration.values().forEach(entry.putArray("values")::add);
    }

    private void strOrNull(String name) {
        ArrayNode members = entry(name, "alternate").putArray("members");
        members.addObject().put("type", name(Builtin.STR));
        members.addObject().put("type", "null");
        builtin("null", "null");
    }

    private void members(ObjectNode entry, QapiType.Struct struct) {
        ArrayNode members = entry.putArray("members");
        for (QapiType.Member member : struct.members()) {
            ObjectNode node = members.addObject().put("name", member.name());
            if (member.optional()) {
                node.putNull("default");
            }
            node.put("type", name(member.type()));
            features(node, member.features());
        }
    }
}
