package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.machine.link.MigrationChannels;
import io.vmferry.machine.link.MigrationUri;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpException;
import java.util.Optional;

/** The address arguments of {@code migrate} and {@code migrate-incoming}: a URI or channels. */
public enum AddressArguments {
    /** The arguments of {@code migrate}. */
    MIGRATE("migrate"),
    /** The arguments of {@code migrate-incoming}. */
    INCOMING("migrate-incoming");

    private final String command;

    AddressArguments(String command) {
        this.command = command;
    }

    /**
     * The address that arguments give, or a refusal in the words of the profile.
     *
     * @param names the descriptors that the client has given
     */
    public MigrationAddress of(ObjectNode arguments, Profile profile, DescriptorNames names)
            throws QmpException {
        try {
            Optional<JsonNode> channels = channels(arguments, profile);
            return channels.isPresent()
                    ? MigrationChannels.address(channels.get(), profile, names)
                    : uri(arguments.get("uri").textValue(), profile, names);
        } catch (AddressException e) {
            throw QmpException.generic(Worded.of(e));
        }
    }

    /** The address that a URI gives, or a refusal in the words of the profile. */
    public static MigrationAddress ofUri(String uri, Profile profile, DescriptorNames names)
            throws QmpException {
        try {
            return uri(uri, profile, names);
        } catch (AddressException e) {
            throw QmpException.generic(Worded.of(e));
        }
    }

    private static MigrationAddress uri(String uri, Profile profile, DescriptorNames names)
            throws AddressException {
        if (uri.startsWith("file:") && !profile.has(Trait.FILE_MIGRATION)) {
            throw MigrationUri.unknown(uri);
        }
        return MigrationUri.parse(uri, profile, names);
    }

    /** The one channel that is meant; empty when the URI is. */
    private Optional<JsonNode> channels(ObjectNode arguments, Profile profile)
            throws AddressException {
        JsonNode channels = arguments.path("channels");
        boolean uri = arguments.has("uri");
        if (profile.has(Trait.CHANNELS_REFUSALS) && uri && arguments.has("channels")) {
            throw new AddressException(
                    "'uri' and 'channels' arguments are mutually exclusive; exactly one of the two"
                            + " should be present in '%s' qmp command ".formatted(command));
        }
        if (uri != channels.isEmpty()) {
            throw new AddressException(
                    profile.has(Trait.CHANNELS_REFUSALS)
                            ? "neither 'uri' or 'channels' argument are specified in '%s' qmp"
                                            .formatted(command)
                                    + " command "
                            : "need either 'uri' or 'channels' argument");
        }
        return uri ? Optional.empty() : Optional.of(only(channels, profile));
    }

    private JsonNode only(JsonNode channels, Profile profile) throws AddressException {
        if (channels.size() > 1) {
            throw new AddressException(tooMany(channels, profile));
        }
        JsonNode channel = channels.get(0);
        if (!channel.get("channel-type").textValue().equals("main")) {
            throw new AddressException("Channel list has no main entry");
        }
        return channel;
    }

    private String tooMany(JsonNode channels, Profile profile) {
        if (!profile.has(Trait.CPR_TRANSFER)) {
            return "Channel list has more than one entries";
        }
        if (this == INCOMING) {
            return "Channel list must have only one entry, for type 'main'";
        }
        String first = channels.get(0).get("channel-type").textValue();
        String second = channels.get(1).get("channel-type").textValue();
        return first.equals(second)
                ? "Channel list has more than one %s entry".formatted(first)
                : "channel type 'cpr' is not supported by vmferry";
    }
}
