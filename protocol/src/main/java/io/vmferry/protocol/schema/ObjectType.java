package io.vmferry.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.protocol.Named;

/** The types of objects that {@code object-add} can make here. */
public enum ObjectType implements Named {
    AUTHZ_LIST,
    AUTHZ_LISTFILE,
    AUTHZ_SIMPLE,
    SECRET,
    TLS_CREDS_ANON,
    TLS_CREDS_PSK,
    TLS_CREDS_X509;

    /** The type that checked arguments of {@code object-add} name. */
    public static ObjectType of(JsonNode arguments) {
        return Named.require(ObjectType.class, "object type", arguments.get("qom-type").asText());
    }
}
