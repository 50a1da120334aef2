package io.vmferry.source.outgoing;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the configuration section of a migration says. */
final class StreamConfiguration {

    private StreamConfiguration() {}

    static Configuration of(OutgoingSession session) {
        List<ConfigurationSubsection> subsections = new ArrayList<>();
        if (session.has(Capability.VALIDATE_UUID)) {
            session.guest()
                    .uuid()
                    .ifPresent(uuid ->
                            subsections.add(new ConfigurationSubsection.ValidatedUuid(uuid)));
        }
        if (session.channels().announcesReturnPath()) {
            subsections.add(new ConfigurationSubsection.ReturnPathChannel(session.id()));
        }
        return new Configuration(session.guest().machineName(), subsections);
    }

    /** The configuration for the description of the stream, where the profile describes it. */
    static Optional<Configuration> described(OutgoingSession session) {
        return session.profile().describesConfiguration()
                ? Optional.of(of(session))
                : Optional.empty();
    }
}
