package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.link.AddressException;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.MigrationChannels;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import java.util.List;

/** How {@code migrate} and {@code migrate-incoming} are told an address: a URI or channels. */
public final class AddressArguments {

    private AddressArguments() {}

    /** The members that a profile has for it. */
    public static List<QapiType.Member> members(Profile profile) {
        if (!profile.knowsMigrateChannels()) {
            return List.of(QapiType.required("uri", new QapiType.Str()));
        }
        return List.of(
                QapiType.optional("uri", new QapiType.Str()),
                QapiType.optional("channels", new QapiType.ListOf(new QapiType.Any())));
    }

    /**
     * The address that the arguments give.
     *
     * @param command for the error text
     */
    public static MigrationAddress of(String command, ObjectNode arguments) throws QmpException {
        try {
            return MigrationChannels.choose(
                    command, arguments.path("uri").textValue(), arguments.get("channels"));
        } catch (AddressException e) {
            throw QmpException.generic(e.getMessage());
        }
    }
}
