package io.vmferry.protocol.schema;

import io.vmferry.protocol.qmp.QapiType;

/**
 * What the schema says of an event.
 *
 * @param data the empty object for an event without data
 */
public record EventSpec(String name, QapiType.Struct data) {

    static EventSpec of(String name, QapiType.Member... members) {
        return new EventSpec(name, QapiType.struct(members));
    }
}
